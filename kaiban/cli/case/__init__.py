"""``kaiban case``: everything about cases."""
