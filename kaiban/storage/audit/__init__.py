"""The audit as rows."""
