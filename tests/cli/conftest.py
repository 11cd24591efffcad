"""Lend the installed home to every module of commands."""

from tests.cli.test_commands import home

__all__ = ["home"]
