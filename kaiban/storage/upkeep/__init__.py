"""Copies of the database, and how it is noticed that one was put back."""
