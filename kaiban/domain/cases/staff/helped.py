"""Whether a form went through the hands of staff before it was a case: written down with the case, and read there."""

from kaiban.domain.cases.case import Case

#: The event that says so, and its code where the applicant handed it in alone all the same.
HELPED, ALONE = "assisted", "own"


def staff_of(case: Case) -> tuple[str, ...]:
    """The accounts that had the form in hand, the first first; () if nobody had."""
    found = [event.facts.get("staff", "") for event in case.events if event.kind == HELPED]
    return tuple(" ".join(found).split())
