"""What people write, read as the form takes it: an answer, a cell of a table, a whole roster."""
