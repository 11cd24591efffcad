"""The questions of the form, answered page by page: typed, picked from lists, read from a table, checked meanwhile."""
