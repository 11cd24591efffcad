"""Files in a body: read as their schema says, and taken in by a child process, never here.

What is wrong with one of them is told with all else that is wrong, so it is no reason to stop.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from flask import g, request
from marshmallow import ValidationError

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import document
from kaiban.api.request.shapes import misshapen, shapes_wrong
from kaiban.api.request.sizes import MAX_BODY, busy
from kaiban.api.schemas.sent import SentFile
from kaiban.api.service import office, service
from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import MOST_FILES, Upload
from kaiban.orchestrator.applicant.quotas import WITHIN, Exceeded
from kaiban.orchestrator.materials.sent import Sent
from kaiban.processes.pool import PoolFull

_TOO_MANY: Final = "一项材料一次最多上传 {most} 个文件，请分几次上传。"
_TOO_OFTEN: Final[Mapping[Exceeded, str]] = {
    Exceeded.TIMES: "本令牌一小时内带文件的请求太多，这次没有受理，请一小时后再提交；之前补交的文件都还在。",
    Exceeded.BYTES: "本令牌一小时内提交的文件加起来太大，这次没有受理，请一小时后再提交，提交前先压缩扫描件；之前补交的文件都还在。",
}
_TOO_MUCH_TEXT: Final = "文件以外的内容最多 {most} 字节。"
_NOT_YOURS: Final = "这一办件不是由本令牌提交的，材料请由提交的一方补交。"


def sent_along(by_key: Any) -> tuple[Sent, ...]:
    """The files that go with a form: lists by the key of their material, as they stand in the body's ``materials``."""
    if not isinstance(by_key, Mapping):
        raise Problem("defects", errors=[misshapen("/materials")])
    _refuse_text(by_key.values())
    if by_key:
        _count()
    return tuple(
        each for key, rows in by_key.items() for each in _taken(key, rows, f"/materials/{key}")
    )


def brought(key: str) -> tuple[Sent, ...]:
    """The files for the material of that key, of which the body is."""
    body = document()
    wrong = [misshapen(f"/{name}") for name in body if name != "files"]
    if not body.get("files"):
        wrong.append(misshapen("/files"))
    if wrong:
        raise Problem("defects", errors=wrong)
    _refuse_text([body["files"]])
    _count()
    return tuple(_taken(key, body["files"], "/files"))


def only_theirs(case: Case) -> None:
    """Refuse files for a case from any program but the one that handed it in."""
    if case.owner != g.token.name:
        raise Problem("conflict", _NOT_YOURS)


def _count() -> None:
    """Count the request among the token's that bring files; a problem if they are too many within an hour, or too much together."""
    if exceeded := service().quotas.program(g.token.name, request.content_length or 0):
        again = int(WITHIN.total_seconds())
        raise Problem("too-many", _TOO_OFTEN[exceeded], again_after=again)


def _refuse_text(lists: Iterable[Any]) -> None:
    """Refuse a body of which more is no file than any other may have."""
    rows = (row for rows in lists if isinstance(rows, list) for row in rows)
    contents = (row.get("content") for row in rows if isinstance(row, Mapping))
    files = sum(len(each) for each in contents if isinstance(each, str))
    if (request.content_length or 0) - files > MAX_BODY:
        raise Problem("too-large", _TOO_MUCH_TEXT.format(most=MAX_BODY))


def _taken(key: str, rows: Any, at: str) -> Iterator[Sent]:
    """The files of a material, each as it is kept or with what is wrong with it; ``at`` is where their list stands in the body."""
    if not isinstance(rows, list):
        yield Sent(key, at, (misshapen(at),), None)
    elif len(rows) > MOST_FILES:
        words = _TOO_MANY.format(most=MOST_FILES)
        yield Sent(key, at, (Defect(at, "upload.too_many", words),), None)
    else:
        for number, row in enumerate(rows):
            yield _read(key, row, f"{at}/{number}")


def _read(key: str, row: Any, at: str) -> Sent:
    try:
        told = SentFile().load(row)
    except ValidationError as error:
        return Sent(key, at, tuple(shapes_wrong(error, at=at)), None)
    found = _as_kept(told["content"], told["name"])
    if isinstance(found, Defect):
        return Sent(key, at, (replace(found, pointer=f"{at}/content"),), tuple(told["of"]))
    return Sent(key, at, found, tuple(told["of"]))


def _as_kept(content: bytes, name: str) -> Upload | Defect:
    limits = office().city.materials.limits
    try:
        # One byte more than may be kept is enough to see that it is too large.
        return service().paperwork.take_in(content[: limits.file_bytes + 1], name, limits)
    except PoolFull as error:
        raise busy() from error
