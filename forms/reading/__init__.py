"""What people write, read as the form takes it: an answer of a page, a cell of a table."""
