"""Tell an applicant everything at once: compose, print, prove that it arrived."""
