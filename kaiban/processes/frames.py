"""Where something went wrong, for the log: lines of programs, never the values that stood there.

The text of an exception may quote what somebody typed, so it is never logged.
"""

import traceback
from types import TracebackType
from typing import Final

#: So many of our own are told, the latest ones.
MOST: Final = 4
#: The packages whose modules are ours.
_OURS: Final = ("kaiban", "adapters", "forms")


def frames(trace: TracebackType | None) -> list[str]:
    """``module:line function`` for our latest frames, and for the one that raised if that was somebody else's."""
    found = [
        (frame.f_globals.get("__name__", "?"), line, frame.f_code.co_name)
        for frame, line in traceback.walk_tb(trace)
    ]
    ours = [each for each in found if each[0].partition(".")[0] in _OURS][-MOST:]
    raised = [each for each in found[-1:] if each not in ours]
    return [f"{module}:{line} {function}" for module, line, function in (*ours, *raised)]
