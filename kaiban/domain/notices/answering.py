"""What an answer to a notice was made from."""

import hashlib

from kaiban.domain.cases.case import Case
from kaiban.domain.pointer import to_path, value_at


def version_of(case: Case) -> str:
    """What tells what is asked now, and what stands there, from what was asked and stood there before."""
    notice = case.open_notice
    if notice is None:
        return "none"
    there = [value_at(case.form, to_path(item.pointer)) for item in notice.items if item.pointer]
    read = repr((notice.number, notice.items, there))
    return hashlib.sha256(read.encode()).hexdigest()[:16]
