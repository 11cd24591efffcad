"""One file for each type of applicant; see ``Applicant`` for what it may say."""
