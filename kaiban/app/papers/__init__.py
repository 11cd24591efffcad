"""Papers and packages: made in child processes, and signed."""
