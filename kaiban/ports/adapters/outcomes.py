"""What a department answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kaiban.domain.cases.document import Document
from kaiban.ports.adapters.messages import Ref


@dataclass(frozen=True)
class Pending:
    """They have it; ask again after ``poll_after`` of business time."""

    ref: Ref
    poll_after: timedelta = timedelta(minutes=1)
    in_review: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Done:
    """Granted. ``result`` satisfies the adapter's Result schema; documents are untouched originals."""

    ref: Ref
    result: Mapping[str, Any]
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """Refused, finally, with the department's code and a reason a window clerk can read."""

    code: str
    reason: str


@dataclass(frozen=True)
class Correction:
    """One thing the department wants corrected; ``path`` is a form path (``company.name.full``)."""

    path: str
    code: str
    message: str


@dataclass(frozen=True)
class NeedsCorrection:
    """They want something corrected, or we know before sending that they would."""

    items: tuple[Correction, ...]
    ref: Ref | None = None


@dataclass(frozen=True)
class Partial:
    """Granted for some lines (persons), not for others; the items name the ones left."""

    ref: Ref
    items: tuple[Correction, ...]


@dataclass(frozen=True)
class NotFound:
    """They do not know the application (yet: see ``Manifest.settle``)."""


@dataclass(frozen=True)
class Cancelled:
    """They confirm that it is withdrawn."""


Outcome = Pending | Done | Rejected | NeedsCorrection | Partial | NotFound | Cancelled
