"""What a department's codes mean for the case."""

from collections.abc import Mapping
from enum import Enum, auto

from kaiban.ports import AdapterError, Closed, Foreign, Misconfigured, Retryable, Unprocessable


class Verdict(Enum):
    """What a department's code means for the case."""

    DONE = auto()
    PENDING = auto()
    REJECTED = auto()
    CORRECT = auto()
    PARTIAL = auto()
    LOOK_UP = auto()  # a duplicate: it is there, only query can tell how it stands
    NOT_FOUND = auto()
    CANCELLED = auto()
    BUSY = auto()  # surely not taken
    CLOSED = auto()
    CONFIG = auto()  # they do not let us in, whatever we send
    UNFIT = auto()  # they can do nothing with this one message
    FOREIGN = auto()  # our key belongs to what is not ours
    RENEW = auto()  # our session has ended
    UNKNOWN = auto()


#: What is raised for a code that means nothing but that; Unknown for every other.
FAMILIES: Mapping[Verdict, type[AdapterError]] = {
    Verdict.BUSY: Retryable,
    Verdict.CLOSED: Closed,
    Verdict.CONFIG: Misconfigured,
    Verdict.UNFIT: Unprocessable,
    Verdict.FOREIGN: Foreign,
}
