"""Who comes in: people with a code or a session, staff with their accounts, programs with their tokens."""
