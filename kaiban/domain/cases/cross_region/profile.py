"""The part of a city's profile that says which hall may take in for which others (`[[cross_region]]`)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from kaiban.domain.cases.cross_region.intake import IntakeRule

_LONGEST_BASIS: Final = 120  # two lines on paper
_USUAL: Final[Mapping[str, Any]] = {
    "intake": "",
    "decides": [],
    "basis": "",
    "since": None,
    "all_originals": False,
}


def read_intake_rules(
    asked: Iterable[Mapping[str, Any]], halls: Collection[str]
) -> tuple[IntakeRule, ...]:
    """The rules as they are written; raises ValueError that says what is wrong."""
    return tuple(_rule({**_USUAL, **each}, halls) for each in asked)


def _rule(told: Mapping[str, Any], halls: Collection[str]) -> IntakeRule:
    if unknown := sorted(told.keys() - {each.name for each in fields(IntakeRule)}):
        raise ValueError(f"cross_region: no such setting: {', '.join(unknown)}")
    intake, decides, basis = told["intake"], told["decides"], told["basis"]
    if intake not in halls:
        raise ValueError(f"cross_region.intake: one of {', '.join(halls)}")
    others = set(halls) - {intake}
    if not isinstance(decides, list) or not decides or any(each not in others for each in decides):
        raise ValueError("cross_region.decides: names of other halls")
    if not isinstance(basis, str) or not 0 < len(basis.strip()) <= _LONGEST_BASIS:
        raise ValueError(f"cross_region.basis: by which rule, at most {_LONGEST_BASIS} characters")
    if type(told["since"]) is not date:
        raise ValueError("cross_region.since: a day, such as 2026-03-01")
    if not isinstance(told["all_originals"], bool):
        raise ValueError("cross_region.all_originals: true or false")  # noqa: TRY004 - as every wrong value of a profile
    return IntakeRule(intake, tuple(decides), basis.strip(), told["since"], told["all_originals"])
