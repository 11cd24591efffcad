"""Faults on purpose: when, where in an exchange, and what goes wrong."""
