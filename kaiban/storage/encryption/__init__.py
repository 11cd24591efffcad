"""Cells sealed at rest: seals, keys, their rotation, blind indexes."""
