"""The list staff work from, and a case as they see it."""
