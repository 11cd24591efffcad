"""A case as programs and people see it: the same account for API, command line and pages."""
