"""Files people send, and what is kept of them."""
