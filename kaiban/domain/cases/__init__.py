"""A case, its links, its plan, and what is written down of it."""
