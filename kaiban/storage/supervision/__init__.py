"""Cards as rows, and what staff are told."""
