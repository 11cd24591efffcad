"""The faults a stub is to commit, and whose turn it is."""

import hashlib
import itertools
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from adapters.hall.fault_injection.faults import At, Fault


@dataclass(frozen=True)
class Moment:
    """What a fault's ``when`` is held against. ``read`` gives (case, fields) of the message.

    ``line`` is the request's method and path; ``answering``: an exchange that has planned calls is
    about to be answered.
    """

    at: At
    operation: str
    now: datetime
    read: Callable[[], tuple[str, Mapping[str, str]]]
    line: str = ""
    answering: bool = False


@dataclass
class Trouble:
    """A fault that has been set, and what it has done.

    ``scenario`` is the one that has set it, or "": it came from the file of answers (``of_file``), or by hand.
    """

    number: int
    fault: Fault
    scenario: str
    met: int = 0
    done: int = 0
    turns: Counter[str] = field(default_factory=Counter)
    of_file: bool = False

    @property
    def over(self) -> bool:
        """Whether it will never happen again."""
        fault = self.fault
        spent = fault.times and self.done >= fault.times
        return bool(spent or (fault.nth and self.met >= fault.nth))


class Troubles:
    """One stub's faults, those of the file of answers first, else in the order in which they were set; for many threads.

    The same seed rolls the same dice for the same message of the same case, in whatever order
    the messages come.
    """

    def __init__(self, seed: int, department: str) -> None:
        self._seed = f"{seed}|{department}"
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._set: list[Trouble] = []

    def add(self, fault: Fault, scenario: str = "") -> Trouble:
        """Set a fault."""
        with self._lock:
            trouble = Trouble(next(self._numbers), fault, scenario)
            self._set.append(trouble)
        return trouble

    def set_file(self, faults: Iterable[Fault]) -> None:
        """Set what the file of answers has instead of what it had."""
        with self._lock:
            own = [Trouble(next(self._numbers), each, "", of_file=True) for each in faults]
            self._set = own + [each for each in self._set if not each.of_file]

    def remove(self, number: int) -> None:
        """Take one back; KeyError if there is none."""
        with self._lock:
            kept = [each for each in self._set if each.number != number]
            if len(kept) == len(self._set):
                raise KeyError(number)
            self._set = kept

    def clear(self, *, of_scenarios: bool = False) -> None:
        """Take all back, or only those a scenario has set."""
        with self._lock:
            self._set = [each for each in self._set if of_scenarios and not each.scenario]

    def all(self) -> tuple[Trouble, ...]:
        """Return what is set."""
        with self._lock:
            return tuple(self._set)

    def meet(self, moment: Moment) -> Fault | None:
        """Return the fault whose turn it is at this moment, the first if there are several."""
        with self._lock:
            for trouble in self._set:
                if self._turn(trouble, moment):
                    trouble.done += 1
                    return trouble.fault
        return None

    def dice(self, fault: Fault, case: str, n: int = 0) -> random.Random:
        """Return dice that fall the same way for the same fault and case."""
        text = f"{self._seed}|{fault.do}|{fault.at}|{fault.op}|{case}|{n}"
        # Reproducible on purpose: nothing here guards a secret.
        return random.Random(hashlib.sha256(text.encode()).digest())  # noqa: S311 - see above

    def _turn(self, trouble: Trouble, moment: Moment) -> bool:
        fault = trouble.fault
        if trouble.over or fault.at != moment.at or not fault.concerns(moment.operation):
            return False
        if (fault.do == "before-answer") != moment.answering:
            return False
        if not fault.within(moment.now) or not _matches(fault, moment):
            return False
        trouble.met += 1
        if fault.nth:
            return trouble.met == fault.nth
        if fault.every:
            return trouble.met % fault.every == 0
        return fault.rate == 0 or self._lot(trouble, moment)

    def _lot(self, trouble: Trouble, moment: Moment) -> bool:
        case, _ = moment.read()
        turn = f"{moment.operation}|{case}"
        trouble.turns[turn] += 1
        dice = self.dice(trouble.fault, turn, trouble.turns[turn])
        return dice.random() < trouble.fault.rate


def _matches(fault: Fault, moment: Moment) -> bool:
    if fault.at != "callback" and not fault.asked_by(moment.line):
        return False
    if not fault.where:
        return True
    _, fields = moment.read()
    return all(re.search(each, fields.get(name, "")) for name, each in fault.where.items())
