"""What an installation needs: keys, tables, disks that take something, and nothing of a demonstration."""
