"""How the package comes to the applicant, and the papers on the way."""
