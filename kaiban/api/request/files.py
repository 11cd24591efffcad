"""Files in a body: read as their schema says, and taken in by a child process, never here."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import g, request
from marshmallow import Schema, ValidationError

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import document
from kaiban.api.request.shapes import shapes_wrong
from kaiban.api.request.sizes import MAX_BODY, busy
from kaiban.api.schemas.sent import BroughtFiles, Materials
from kaiban.api.service import office, service
from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import MOST_FILES
from kaiban.orchestrator.materials.sent import Sent
from kaiban.processes.pool import PoolFull

_TOO_MANY: Final = "一项材料一次最多上传 {most} 个文件，请分几次上传。"
_NOT_YOURS: Final = "这一办件不是由本令牌提交的，材料请由提交的一方补交。"


def sent_along(body: Mapping[str, Any]) -> tuple[Sent, ...]:
    """The files that go with an application, of which the body is that part."""
    by_key = _told(Materials, body)["materials"]
    _refuse_text([row for rows in by_key.values() for row in rows])
    return tuple(
        each for key, rows in by_key.items() for each in _taken(key, rows, f"/materials/{key}")
    )


def brought(key: str) -> list[Sent]:
    """The files for the material of that key, of which the body is."""
    rows = _told(BroughtFiles, document())["files"]
    _refuse_text(rows)
    return _taken(key, rows, "/files")


def only_theirs(case: Case) -> None:
    """Refuse files for a case from any program but the one that handed it in."""
    if case.owner != g.token.name:
        raise Problem("conflict", _NOT_YOURS)


def _told(schema: type[Schema], body: Mapping[str, Any]) -> Any:
    try:
        return schema().load(body)
    except ValidationError as error:
        raise Problem("defects", errors=shapes_wrong(error)) from error


def _refuse_text(rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a body of which more is no file than any other may have."""
    files = sum(-(-len(row["content"]) * 4 // 3) for row in rows)
    if (request.content_length or 0) - files > MAX_BODY:
        raise Problem("too-large")


def _taken(key: str, rows: list[dict[str, Any]], at: str) -> list[Sent]:
    """The files of a material, each as it is kept or with what is wrong with it; ``at`` is where their list stands in the body."""
    if len(rows) > MOST_FILES:
        words = _TOO_MANY.format(most=MOST_FILES)
        raise Problem("defects", errors=[Defect(at, "upload.too_many", words)])
    limits = office().city.materials.limits
    try:
        return [
            # One byte more than may be kept is enough to see that it is too large.
            Sent(
                key, f"{at}/{number}",
                service().paperwork.take_in(row["content"][: limits.file_bytes + 1], row["name"], limits),
                tuple(row["of"]),
            )
            for number, row in enumerate(rows)
        ]  # fmt: skip
    except PoolFull as error:
        raise busy() from error
