"""What cannot be written at present, and will be: a full disk, a database that is away."""

import errno
from datetime import timedelta
from typing import Final

#: When whoever was turned away should try again.
AGAIN: Final = timedelta(seconds=30)

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Unavailable(Exception):  # noqa: N818 - named for what it tells
    """The database or the disk takes or gives nothing at present; what was being written was not.

    ``reason`` is ``full``, ``read_only``, ``away``, ``busy``, ``broken``, or ``unanchored``: nothing personal is shown
    until the audit is anchored again. Nothing of what was to be written is in it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @classmethod
    def of_file(cls, error: OSError) -> "Unavailable | None":
        """The outage that kept a file from being written; None for any other failure."""
        if error.errno in _FULL:
            return cls("full")
        return cls("read_only") if error.errno == errno.EROFS else None
