"""The audit's parts: who stamps, whose stamps are trusted, where anchors are kept beside the database."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kaiban.config import ConfigError, Settings
from kaiban.documents.audit_bundle import ANCHOR_END, anchor_name, anchor_text, read_anchor, write
from kaiban.domain.audit.chain import Head, examine, statement
from kaiban.storage.audit.reading import SqlAuditReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cryptography.x509 import Certificate

    from kaiban.domain.audit.chain import Found


def stop_after(settings: Settings) -> timedelta | None:
    """How long the audit may go without an anchor; None where nobody anchors, or it may for ever."""
    hours = settings.audit_stop_hours
    return timedelta(hours=hours) if settings.timestamp_url and hours else None


def stamping(settings: Settings, city: str) -> "Callable[[Head], bytes] | None":
    """Who stamps where the chain stands; None without an authority."""
    if not settings.timestamp_url:
        return None

    def stamp(head: Head) -> bytes:
        from kaiban.documents.signing.time_stamp_client import ask

        return ask(settings.timestamp_url, statement(city, head))

    return stamp


def keep_anchor(settings: Settings, city: str, head: Head, token: bytes) -> None:
    """Put the anchor beside the database, from where an operator takes it elsewhere."""
    folder = Path(settings.audit_anchors)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / anchor_name(head)
    path.write_text(anchor_text(city, head, token), encoding="utf-8")


def verified(
    reader: SqlAuditReader, city: str, folder: Path, trusted: "Sequence[Certificate]"
) -> "tuple[Found, list[str], Head | None]":
    """The chain against every anchor that holds, what is wrong with the others, and the newest that holds."""
    anchors: set[Head] = set()
    wrong: list[str] = []
    for head, token in [*reader.anchors(), *kept_anchors(folder)]:
        if problem := _problem(city, head, token, trusted):
            wrong.append(f"{head.day} {head.seq}: {problem}")
        else:
            anchors.add(head)
    return examine(reader.records(), sorted(anchors)), wrong, max(anchors, default=None)


def exported(
    reader: SqlAuditReader, city: str, path: Path, first: date | None, last: date | None
) -> int:
    """Write the records of these days with the anchors that vouch for them, for ``kaiban verify``; how many records."""
    days = first.isoformat() if first else "", last.isoformat() if last else ""
    index = {
        "city": city, "first": days[0], "last": days[1], "before": reader.hash_before(days[0]),
    }  # fmt: skip
    return write(path, index, reader.records(*days), reader.anchors())


def kept_anchors(folder: Path) -> "Iterator[tuple[Head, bytes]]":
    """The anchors of a folder; ValueError for a file that is none."""
    for path in sorted(folder.glob(f"*{ANCHOR_END}")):
        try:
            yield read_anchor(path.read_bytes())
        except ValueError as error:
            raise ConfigError(f"{path}: {error}") from error


def _problem(city: str, head: Head, token: bytes, trusted: "Sequence[Certificate]") -> str:
    from kaiban.documents.signing.time_stamps import BadStampError, check

    try:
        check(token, statement(city, head), trusted)
    except BadStampError as error:
        return str(error)
    return ""
