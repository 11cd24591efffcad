"""Signatures of certificate packages: the only place that meets pyHanko."""
