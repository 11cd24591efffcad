"""Child processes: they end with their parent, keep within limits, and are replaced when they do not."""
