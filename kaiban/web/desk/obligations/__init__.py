"""Pages of what is owed after acceptance, for staff."""
