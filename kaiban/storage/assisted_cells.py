"""What is known of a form filed at the desk, as cells and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kaiban.domain.assisted import (
    Actor,
    Authority,
    Confirmation,
    Copied,
    FiledBy,
    Filer,
    Identity,
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
    return Confirmation(cell["version"], Way(cell["way"]), at, cell["by"])


def copied_cell(copied: tuple[Copied, ...]) -> list[dict[str, Any]]:
    """What was taken over, as one cell."""
    return [{"source": each.source, "sections": list(each.sections)} for each in copied]


def copied(cell: list[Mapping[str, Any]]) -> tuple[Copied, ...]:
    """The same, from its cell."""
    return tuple(Copied(each["source"], tuple(each["sections"])) for each in cell)


def filed_by_cell(found: FiledBy | None) -> bytes | None:
    """What a case keeps of it, as one cell."""
    if found is None:
        return None
    told = {**asdict(found), "staff": list(found.staff), "copied": copied_cell(found.copied)}
    return codec.dumps(told).encode()


def filed_by(cell: bytes | None) -> FiledBy | None:
    """The same, from its cell."""
    if cell is None:
        return None
    told = codec.loads(cell)
    return FiledBy(
        told["number"], _filer(told["filer"]), tuple(told["staff"]), Way(told["confirmed"]),
        told["version"], copied(told["copied"]),
    )  # fmt: skip


def _filer(told: Mapping[str, Any]) -> Filer:
    return Filer(
        **{
            **told,
            "actor": Actor(told["actor"]),
            "authority": Authority(told["authority"]),
            "identity": Identity(told["identity"]),
        }
    )
