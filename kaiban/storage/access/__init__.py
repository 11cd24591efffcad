"""Who may come in: programs, staff, sessions, codes, and the counts against guessing."""
