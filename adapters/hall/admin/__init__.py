"""What people and programs see of the hall, and what they can do to it."""
