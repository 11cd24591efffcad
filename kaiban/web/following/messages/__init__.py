"""What was told of a case, and by which way."""
