"""Asking the hall what has happened: exchanges by filter, counts, and expectations that hold or do not."""
