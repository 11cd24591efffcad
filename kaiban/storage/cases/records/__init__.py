"""What is kept with a case beside its own rows."""
