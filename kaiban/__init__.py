"""Kaiban carries the case: one form in, six departments, one certificate package out."""
