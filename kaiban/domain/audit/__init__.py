"""What is recorded so that nobody can change it unseen."""
