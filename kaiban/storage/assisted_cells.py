"""What is known of a form filed at the desk, as cells and back.

A release writes what it knows of: what a cell does not say is not known, and what it says beside is another release's.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from kaiban.domain.assisted import (
    Actor,
    Authority,
    Confirmation,
    Copied,
    FiledBy,
    Filer,
    Identity,
    PhoneChange,
    Way,
)
from kaiban.storage import codec


def filer_cell(filer: Filer) -> bytes:
    """Who filed, as one cell."""
    return codec.dumps(asdict(filer)).encode()


def filer(cell: bytes) -> Filer:
    """The same, from its cell."""
    return _filer(codec.loads(cell))


def confirmation_cell(found: Confirmation | None) -> dict[str, Any] | None:
    """That it was confirmed, as one cell."""
    return None if found is None else {**asdict(found), "at": found.at.isoformat()}


def confirmation(cell: Mapping[str, Any] | None) -> Confirmation | None:
    """The same, from its cell."""
    if cell is None:
        return None
    at = datetime.fromisoformat(cell["at"])
    return Confirmation(cell["version"], Way(cell["way"]), at, cell.get("by", ""))


def rephoned_cell(changes: tuple[PhoneChange, ...]) -> list[dict[str, str]]:
    """When staff let another telephone be the applicant's, as one cell."""
    return [{"at": each.at.isoformat(), "by": each.by} for each in changes]


def rephoned(cell: list[Mapping[str, str]] | None) -> tuple[PhoneChange, ...]:
    """The same, from its cell."""
    return tuple(
        PhoneChange(datetime.fromisoformat(each["at"]), each["by"]) for each in cell or ()
    )


def copied_cell(copied: tuple[Copied, ...]) -> list[dict[str, Any]]:
    """What was taken over, as one cell."""
    return [{"source": each.source, "sections": list(each.sections)} for each in copied]


def copied(cell: list[Mapping[str, Any]]) -> tuple[Copied, ...]:
    """The same, from its cell."""
    return tuple(Copied(each["source"], tuple(each.get("sections", ()))) for each in cell)


def filed_by_cell(found: FiledBy | None) -> bytes | None:
    """What a case keeps of it, as one cell."""
    if found is None:
        return None
    return codec.dumps({**asdict(found), "copied": copied_cell(found.copied)}).encode()


def filed_by(cell: bytes | None) -> FiledBy | None:
    """The same, from its cell."""
    if cell is None:
        return None
    told = codec.loads(cell)
    return FiledBy(
        told.get("number", ""), _filer(told["filer"]), tuple(told.get("staff", ())), Way(told["confirmed"]),
        told.get("version", 0), copied(told.get("copied", [])), told.get("own"),
        tuple(told.get("rephoned", ())), told.get("phone", ""),
    )  # fmt: skip


def _filer(told: Mapping[str, Any]) -> Filer:
    known = {each.name: told[each.name] for each in fields(Filer) if each.name in told}
    kinds = {name: kind(known[name]) for name, kind in _KINDS.items() if name in known}
    return Filer(**{**known, **kinds})


_KINDS: Mapping[str, type[StrEnum]] = {
    "actor": Actor,
    "authority": Authority,
    "identity": Identity,
}
