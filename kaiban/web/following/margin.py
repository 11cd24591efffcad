"""How a case stands to its promise, in words: how far it is to it, and once it has ended, how it came off."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from kaiban.domain.cases.states import ENDED, VOID, CaseState
from kaiban.web.presentation.texts import length, say


class Words(NamedTuple):
    """What the figure is called, within the promise and past it."""

    title: str
    early: str
    late: str


#: By whether the case has ended: then nothing is left of the time.
WHOLE: Final[Mapping[bool, Words]] = {
    False: Words("距承诺时限", "还有 %(time)s", "已超过 %(time)s"),
    True: Words("与承诺时限相比", "提前 %(time)s", "超过 %(time)s"),
}
#: The same in a narrow column.
SHORT: Final[Mapping[bool, Words]] = {
    False: Words("距承诺", "余 %(time)s", "超 %(time)s"),
    True: Words("距承诺", "提前 %(time)s", "超 %(time)s"),
}


def margin(
    state: CaseState, used: int, promised: int, words: Mapping[bool, Words] = WHOLE
) -> tuple[str, str] | None:
    """Return the figure's title and its text, of working minutes; None where no promise was kept or broken: nothing was granted."""
    if state in VOID:
        return None
    title, early, late = words[state in ENDED]
    left = promised - used
    return say(title), say(early if left >= 0 else late, time=length(abs(left)))
