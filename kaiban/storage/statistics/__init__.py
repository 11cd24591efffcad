"""Frozen facts of ended cases as rows: written once with the end of each, counted without opening any."""
