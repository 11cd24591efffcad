"""The certificate package (证照包) as a thing to keep: one PDF, one archive, one machine-readable summary."""

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Package:
    """One version of a case's package; a late item makes the next version, nothing is replaced.

    ``pdf`` is for people, ``archive`` a ZIP with the departments' untouched originals and a
    hashed manifest, ``summary`` the JSON (UTF-8) that is also inside both. ``verify_code`` is
    what a person types to find the package again: 12 characters without 0, 1, I and O. ``level`` is
    how the PDF is signed (PAdES: B-B by our own account of the time, B-T by a time-stamp authority's, "" not at all).
    """

    version: int
    verify_code: str
    issued_at: datetime
    pdf: bytes
    archive: bytes
    summary: bytes
    level: str = ""

    @property
    def pdf_sha256(self) -> str:
        """The hash of the PDF, in hex."""
        return hashlib.sha256(self.pdf).hexdigest()

    @property
    def archive_sha256(self) -> str:
        """The hash of the archive, in hex."""
        return hashlib.sha256(self.archive).hexdigest()
