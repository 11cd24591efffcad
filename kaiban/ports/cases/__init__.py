"""Cases and the forms they begin with: their rows, their lists, their files."""
