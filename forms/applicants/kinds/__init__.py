"""One file for each type of applicant, a folder for one with much of its own; see ``Applicant`` for what it may say."""
