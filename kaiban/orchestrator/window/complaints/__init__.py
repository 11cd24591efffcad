"""Complaints, as staff see to them."""
