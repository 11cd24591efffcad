"""A form that was sent before its page had arrived whole.

On a slow line a button can be pressed while what stands below it is still on the way. A browser then sends the controls it
has read so far, and the others would look emptied. So a form with answers says where it begins and, last of all, that it is whole.
"""

from typing import Final

from flask import request

FIELD: Final = "arrived"
BEGINS: Final = "begins"
WHOLE: Final = "whole"


class CutOff(Exception):  # noqa: N818 - it is the sender's state, no fault
    """Nothing was done: some of the form is missing."""


def refuse() -> None:
    """Raise CutOff for a form that begins and does not end."""
    found = request.form.getlist(FIELD) if request.method == "POST" else []
    if BEGINS in found and WHOLE not in found:
        raise CutOff
