"""All checks, each with its own page under ``docs/checks``."""

from adapters.kit.check import Check
from adapters.kit.checks import (
    bronze,
    content,
    declaring,
    enduring,
    gold,
    knowing,
    losing,
    reading,
    replaying,
    trust,
    trusting,
)

CHECKS: tuple[Check, ...] = tuple(
    sorted(
        (
            *declaring.CHECKS,
            *bronze.CHECKS,
            *losing.CHECKS,
            *reading.CHECKS,
            *knowing.CHECKS,
            *trusting.CHECKS,
            *gold.CHECKS,
            *enduring.CHECKS,
            *replaying.CHECKS,
            *content.CHECKS,
            *trust.CHECKS,
        ),
        key=lambda each: ("BSG".index(each.id[0]), each.id),
    )
)


def find(ids: str) -> list[Check]:
    """Return the checks of a list like ``S01,B*``; KeyError for one that names none."""
    found: list[Check] = []
    for wanted in filter(None, (each.strip() for each in ids.split(","))):
        start = wanted.removesuffix("*")
        matching = [
            check
            for check in CHECKS
            if check.id == wanted or (wanted != start and check.id.startswith(start))
        ]
        if not matching:
            raise KeyError(wanted)
        found += [check for check in matching if check not in found]
    return found
