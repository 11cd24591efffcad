"""What the registrar's codes and states mean for us."""

from collections.abc import Mapping
from datetime import timedelta

from adapters.base import Verdict

#: Their codes (protocol.md 7): what happens next.
MEANINGS: Mapping[str, Verdict] = {
    "00000": Verdict.DONE,
    "40000": Verdict.UNFIT,
    "40001": Verdict.CORRECT,
    "40002": Verdict.UNFIT,
    "401*": Verdict.CONFIG,
    # A copy of our request came first, and that one may have been taken.
    "40107": Verdict.LOOK_UP,
    "40300": Verdict.REJECTED,
    "40401": Verdict.NOT_FOUND,
    # Our number belongs to another application: never take that one for ours.
    "40902": Verdict.FOREIGN,
    "40903": Verdict.LOOK_UP,
    "40904": Verdict.REJECTED,
    "40905": Verdict.UNFIT,
    "50001": Verdict.UNKNOWN,
    "50300": Verdict.BUSY,
}
#: States in which they are at work: when to ask again, and whether an officer has it.
AT_WORK: Mapping[str, tuple[timedelta, bool]] = {
    "10": (timedelta(minutes=5), False),
    "20": (timedelta(minutes=5), False),
    "30": (timedelta(minutes=10), True),
    "40": (timedelta(minutes=2), True),
}
