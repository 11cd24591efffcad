"""A new department from its first day: styles of protocols, where it goes, its files."""
