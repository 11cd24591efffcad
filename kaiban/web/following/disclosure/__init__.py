"""What was handed in, and who has seen it."""
