"""Which version of the form a case's papers are written from: the submitted one, or what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kaiban.domain.cases.case import Case

#: What makes papers say something else, with what people read.
CAUSES: Mapping[str, str] = {
    "accepted": "提交时",
    "corrected": "补正后",
    "edited": "窗口修改后",
    "link_added": "增办环节后",
}


@dataclass(frozen=True)
class Version:
    """A form as it stood from that instant on, and what made it so: one of CAUSES."""

    number: int
    at: datetime
    cause: str


def versions_of(case: Case) -> list[Version]:
    """Every version there was, the submitted one first; only the last is still kept.

    Several links that join together make one. How the package comes stands on no paper.
    """
    found: dict[datetime, str] = {}
    for event in case.events:
        if event.kind in CAUSES:
            found.setdefault(event.at, event.kind)
    return [Version(number, at, cause) for number, (at, cause) in enumerate(found.items(), 1)]
