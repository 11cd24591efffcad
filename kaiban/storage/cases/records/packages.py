"""Packages as strangers ask for them: by the code that stands on them."""

import hashlib
import json

from sqlalchemy import Connection, select

from kaiban.domain.cases.states import CaseState
from kaiban.domain.papers.verification import IssuedPackage
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import cases, packages


def find_issued(connection: Connection, cells: Cells, code: str) -> IssuedPackage | None:
    """The version with that code, and how its case stands; its files stay closed unless their hashes were never kept."""
    kept = packages.c
    found = connection.execute(
        select(
            kept.case_no, kept.version, kept.issued_at, kept.level, kept.summary,
            kept.pdf_sha256, kept.archive_sha256, cases.c.package_version, cases.c.state,
        ).join(cases, cases.c.no == kept.case_no).where(kept.verify_code == code)
    ).mappings().first()  # fmt: skip
    if found is None:
        return None
    row = cells.opened(packages, found)
    hashes = (row["pdf_sha256"], row["archive_sha256"])
    if not all(hashes):
        hashes = _hashes(connection, cells, row["case_no"], row["version"])
    return IssuedPackage(
        row["case_no"], row["version"], row["package_version"], CaseState(row["state"]), row["issued_at"],
        row["level"] or "", json.loads(row["summary"]), *hashes, hashlib.sha256(row["summary"]).hexdigest(),
    )  # fmt: skip


def _hashes(connection: Connection, cells: Cells, no: str, version: int) -> tuple[str, str]:
    """Those of a package that was made before they were kept."""
    kept = packages.c
    files = select(kept.case_no, kept.version, kept.pdf, kept.archive)
    row = cells.opened(
        packages,
        connection.execute(files.where(kept.case_no == no, kept.version == version))
        .mappings()
        .one(),
    )
    return hashlib.sha256(row["pdf"]).hexdigest(), hashlib.sha256(row["archive"]).hexdigest()
