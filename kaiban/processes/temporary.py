"""The folder for temporary files, chosen while a process starts."""

import os
import tempfile


def choose_temporary_folder() -> str:
    """Choose it now, even if its disk is full already.

    Python looks for one when it is first needed, by writing; on a full disk it would say that there is no such folder
    instead of what is wrong, and every page that takes files would fail for it.
    """
    try:
        return tempfile.gettempdir()
    except FileNotFoundError:
        tempfile.tempdir = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - a folder, no file of a guessed name
        return tempfile.tempdir
