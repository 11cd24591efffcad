"""Staff: their accounts, how they come in, what of a case they are shown."""
