"""What a city's profile says of commitments (告知承诺): `[commitments.NAME]`."""

import re
from collections.abc import Mapping
from typing import Any, Final

from kaiban.domain.papers.commitment import Commitment
from kaiban.domain.papers.obligation import Lapse

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SETTINGS: Final = frozenset(
    {"title", "version", "text", "departments", "working_days", "follows", "when", "earlier"}
)
#: A line on a page; what is read in a minute.
_LONGEST: Final[Mapping[str, int]] = {"title": 60, "version": 20, "text": 2000}
#: A quarter.
_MOST_DAYS: Final = 60


def read_commitments(raw: Mapping[str, Any]) -> tuple[Commitment, ...]:
    """Every commitment, in the profile's order; raises ValueError that names the wrong setting."""
    return tuple(_commitment(name, each) for name, each in raw.items())


def _commitment(name: str, raw: Mapping[str, Any]) -> Commitment:
    place = f"commitments.{name}"
    if not _NAME.fullmatch(name):
        raise ValueError(f"{place}: small letters, digits and _, at most 40")
    if strange := sorted(raw.keys() - _SETTINGS):
        raise ValueError(f"{place}: no such setting: {', '.join(strange)}")
    title, version, text = (_words(place, raw, each) for each in _LONGEST)
    earlier = {
        _words(place, each, "version"): _words(place, each, "text")
        for each in raw.get("earlier", ())
    }
    if version in earlier:
        raise ValueError(
            f"{place}.earlier: {version} is the version of now; other words are a new one"
        )
    return Commitment(
        name, title, version, text, _texts(f"{place}.departments", raw.get("departments")),
        _days(place, raw.get("working_days")), _follows(place, raw.get("follows", Lapse.WINDOW)),
        _when(place, raw.get("when", {})), earlier,
    )  # fmt: skip


def _words(place: str, raw: Mapping[str, Any], name: str) -> str:
    value, most = raw.get(name), _LONGEST[name]
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
        raise ValueError(f"{place}.{name}: words, at most {most} characters")
    return value.strip()


def _texts(place: str, value: Any) -> tuple[str, ...]:
    if (
        not isinstance(value, list)
        or not value
        or not all(isinstance(each, str) for each in value)
    ):
        raise ValueError(f"{place}: a list of at least one name")
    return tuple(value)


def _days(place: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_DAYS:
        raise ValueError(f"{place}.working_days: a whole number from 1 to {_MOST_DAYS}")
    return value


def _follows(place: str, value: Any) -> Lapse:
    if value not in list(Lapse):
        raise ValueError(f"{place}.follows: one of {', '.join(Lapse)}")
    return Lapse(value)


def _when(place: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(each, str) for each in value.values()):
        raise ValueError(f"{place}.when: places of the form, each with a value")
    return dict(value)
