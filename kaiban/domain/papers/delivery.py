"""How the certificate package comes to the applicant (出件), as a case's form and events tell it."""

import re
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import RESULT_RECEIVED, RESULT_SENT
from kaiban.domain.cases.cross_region.passage import stage_of
from kaiban.domain.cases.event import Event
from kaiban.domain.pointer import value_at
from kaiban.domain.typed import compact

#: The form's codes for the modes that end with something done here.
BY_POST, AT_WINDOW = "post", "window"
#: What is done before that with what another hall took in (跨域通办): it is to be sent back there, or is on its way.
RETURN, ARRIVING = "return", "arriving"
#: The events after which nothing about it can be changed.
SETTLING = ("posted", "handed_out")
_PARCEL: Final = re.compile(r"[0-9A-Za-z-]{6,40}", re.ASCII)


def parcel_number(typed: str) -> str:
    """A parcel's number as it was typed or scanned, in the one way it is kept: half-width, without spaces."""
    return compact(typed)


def is_parcel_number(number: str) -> bool:
    """Whether a carrier may have such a number."""
    return bool(_PARCEL.fullmatch(number))


def mode_of(case: Case) -> str:
    """How the applicant wants the package, as the form's code; "" if the form does not say."""
    return str(value_at(case.form, "delivery.mode") or "")


def choice_of(case: Case) -> int:
    """How often the applicant has changed how it comes: 0 is as submitted."""
    return sum(event.kind == "delivery" for event in case.events)


def last_choice(case: Case) -> Event | None:
    """When that was last changed, and by whom; None if never."""
    return _last(case, "delivery")


def last_posting(case: Case) -> Event | None:
    """When it was last posted, with ``carrier`` and ``tracking`` among the event's facts."""
    return _last(case, "posted")


def settled_by(case: Case) -> Event | None:
    """How the package left us, once nothing about it can be changed; None as long as it is here.

    A version that is still to come can be had another way than the one before it.
    """
    last = _last(case, *SETTLING)
    is_latest = last is not None and last.code == str(case.package_version) and case.ended
    return last if is_latest else None


def leaves_by(case: Case) -> str | None:
    """How the package still has to leave the hall: by post, or in somebody's hands; None if it does not, or not any more.

    What another hall took in goes there first, if it is to be fetched: RETURN, then ARRIVING.
    """
    mode = mode_of(case)
    is_ready = case.ended and case.package_version > 0 and not case.fruitless
    waits = is_ready and mode in (BY_POST, AT_WINDOW) and settled_by(case) is None
    if not waits:
        return None
    stage = stage_of(case)
    if stage == RESULT_SENT:
        return ARRIVING
    return RETURN if mode == AT_WINDOW and case.intake and stage != RESULT_RECEIVED else mode


def leaves_from(case: Case) -> str:
    """The hall that does the next thing about it: the one that has it, or that is to say that it has come."""
    is_back = stage_of(case) in (RESULT_SENT, RESULT_RECEIVED)
    return case.intake if is_back else case.hall


def last_reminder(case: Case) -> Event | None:
    """When its applicant was last reminded to fetch it."""
    return _last(case, "fetch_reminder")


def _last(case: Case, *kinds: str) -> Event | None:
    return next((event for event in reversed(case.events) if event.kind in kinds), None)
