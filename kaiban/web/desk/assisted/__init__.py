"""Assisted filing (帮办): the pages on which staff fill in and hand in the form for somebody."""
