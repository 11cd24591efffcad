"""What the desk works with: the forms staff fill in, the worklist, tickets, complaints, what is owed."""
