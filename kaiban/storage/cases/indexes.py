"""By what cases are found whose cells are sealed: blind indexes."""

from collections.abc import Callable, Mapping
from typing import Any

from kaiban.storage import codec
from kaiban.storage.cases.rows import Row
from kaiban.storage.encryption.crypto import Keyring

#: What a form is about, as one text; "" for nothing by which it could be known again.
SubjectOf = Callable[[Mapping[str, Any]], str]


def owner_index(keyring: Keyring, owner: str) -> str:
    """By what an owner's cases are found."""
    return keyring.blind(owner, "cases", "owner")


def subject_index(keyring: Keyring, subject: str) -> str | None:
    """By what a case about the same is found; None where a form is about nothing."""
    return keyring.blind(subject, "cases", "subject") if subject else None


def reference_index(keyring: Keyring, reference: str) -> str | None:
    """By what a case is found that somebody has a name of their own for."""
    return keyring.blind(reference, "cases", "reference") if reference else None


def indexes(keyring: Keyring, row: Row, subject_of: SubjectOf) -> dict[str, str | None]:
    """The blind indexes of the opened cells that are in the row of a case."""
    found: dict[str, str | None] = {}
    if "owner" in row:
        found["owner_index"] = owner_index(keyring, row["owner"].decode())
    if row.get("reference"):
        found["reference_index"] = reference_index(keyring, row["reference"].decode())
    if "form" in row:
        found["subject_index"] = subject_index(keyring, subject_of(codec.loads(row["form"])))
    return found
