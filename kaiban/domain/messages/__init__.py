"""What people and programs are told of a case, and when it is tried again."""
