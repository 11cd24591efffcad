"""Cases and what belongs to them as rows."""
