"""Queue tickets and appointments at the window (叫号、预约)."""
