"""Pages of complaints, for staff."""
