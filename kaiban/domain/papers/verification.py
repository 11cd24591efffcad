"""What a stranger who holds a package (or a copy of it) is told: how it stands today, and nothing more of the case than that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kaiban.domain.cases.states import CaseState
from kaiban.domain.typed import compact


class Standing(StrEnum):
    """How a version of a package stands."""

    VALID = "valid"
    PARTLY = "partly"  # valid, and something is lacking in it
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


@dataclass(frozen=True)
class IssuedPackage:
    """A version of a package as it was issued, beside what has become of its case since.

    ``summary`` is its package.json; the hashes are SHA-256 in hex. ``level`` is "" for one without a signature.
    """

    case_no: str
    version: int
    latest: int
    state: CaseState
    issued_at: datetime
    level: str
    summary: Mapping[str, Any]
    pdf_sha256: str
    archive_sha256: str
    summary_sha256: str

    @property
    def standing(self) -> Standing:
        """How it stands: what replaced it counts before what became of the case."""
        if self.version < self.latest:
            return Standing.REPLACED
        if self.state in _ENDED_WITHOUT:
            return _ENDED_WITHOUT[self.state]
        return Standing.VALID if self.summary["complete"] else Standing.PARTLY

    def file_of(self, sha256: str) -> str | None:
        """Which of its files has that hash: pdf, zip, json, the title of an original; None if none has."""
        own = {self.pdf_sha256: "pdf", self.archive_sha256: "zip", self.summary_sha256: "json"}
        originals = {each["sha256"]: each["title"] for each in self.summary["documents"]}
        return {**originals, **own}.get(sha256)


@dataclass(frozen=True)
class SigningCertificate:
    """A certificate packages are or were signed with, as it is published; ``fingerprint`` is its SHA-256 in groups of four."""

    name: str
    fingerprint: str
    since: datetime
    until: datetime
    pem: str


_ENDED_WITHOUT: Mapping[CaseState, Standing] = {
    CaseState.WITHDRAWN: Standing.WITHDRAWN,
    CaseState.REFUSED: Standing.REFUSED,
}

#: What of a name stays to be read on each side: enough to compare it with the paper, and not to learn it.
_SHOWN_BEFORE, _SHOWN_BEHIND = 2, 4


def masked_name(name: str) -> str:
    """A company's name or number with its middle covered."""
    hidden = len(name) - _SHOWN_BEFORE - _SHOWN_BEHIND
    if hidden < 1:
        return name[:1] + "*" * (len(name) - 1)
    return name[:_SHOWN_BEFORE] + "*" * hidden + name[-_SHOWN_BEHIND:]


def plain_code(typed: str) -> str:
    """A verify code as it is stored: however it was typed, with blanks, hyphens, wide or small letters."""
    return "".join(each for each in compact(typed).upper() if each.isalnum())
