"""What an applicant is told at once: defects, the rule and the example, refusals."""
