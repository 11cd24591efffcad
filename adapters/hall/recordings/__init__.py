"""What went over the wire, kept and compared."""
