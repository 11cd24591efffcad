"""A job: what this process has imported."""

import sys


def names() -> list[str]:
    """The modules there are."""
    return list(sys.modules)
