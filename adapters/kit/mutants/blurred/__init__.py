"""A department whose sample message tells nothing apart."""
