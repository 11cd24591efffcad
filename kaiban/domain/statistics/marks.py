"""What a case was sent back for, told late, asked beyond the list, and what was typed twice: without anybody's words in it.

A mark is a kind, who is concerned, a place of the form and a code of a table: rows lose their number, and whatever else a name or
a department's sentence might stand in is left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import Event
from kaiban.domain.notices.notice import Item, Origin

#: Between the pointers an event of a correction names.
_BETWEEN: Final = "、"
_ROW: Final = re.compile(r"[0-9]+|-")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,60}")
#: What a row of a list is called in a place.
EVERY: Final = "*"


class MarkKind(StrEnum):
    """What can be said of a case that did not go through at once; the values stand in addresses."""

    #: Something a notice asked the applicant to put right.
    DEMAND = "demand"
    #: A notice that named what could be seen when an earlier one went out: our failure.
    SECOND_NOTICE = "second_notice"
    #: A material was asked for that is not on the published list.
    UNLISTED = "unlisted"
    #: A place of the form the applicant filled in again in a correction.
    RETYPED = "retyped"
    #: A link whose application was handed to its department on paper, where somebody types it again.
    RE_ENTERED = "re_entered"


#: What is counted of each kind, in words.
KIND_TITLES: Final[Mapping[MarkKind, str]] = {
    MarkKind.DEMAND: "告知书里有要改的",
    MarkKind.SECOND_NOTICE: "第二次告知了上次就能发现的问题",
    MarkKind.UNLISTED: "要求了清单以外的材料",
    MarkKind.RETYPED: "申请人重新填写过栏目",
    MarkKind.RE_ENTERED: "打印办件单，由部门人员再录入",
}
KIND_RULES: Final[Mapping[MarkKind, str]] = {
    MarkKind.DEMAND: "发出的告知书里至少有一项，不论是部门、窗口还是表单核对发现的",
    MarkKind.SECOND_NOTICE: "上一份告知书发出时就看得到、没有写进去的；是我们的失误，目标是 0",
    MarkKind.UNLISTED: "窗口人员写明理由、另外要求的材料",
    MarkKind.RETYPED: "收件以后在补正里改过表单的栏目；一次补正里一个栏目算一处",
    MarkKind.RE_ENTERED: "没有接口的部门：同一次送交打印几份，只算一次",
}


#: Who finds what no department has asked for.
FINDERS: Final[Mapping[str, str]] = {
    Origin.WINDOW.value: "窗口",
    Origin.FORM.value: "表单核对",
    "": "没有写明",
}


@dataclass(frozen=True, order=True)
class Mark:
    """One of them; ``by`` is the link, or "window" and "form" where nobody but these found it. ``place`` and ``code`` may be ""."""

    kind: MarkKind
    by: str = ""
    place: str = ""
    code: str = ""


def marks_of(case: Case) -> tuple[Mark, ...]:
    """All marks of a case, in the order of kinds; the same one stands there as often as it was made."""
    items = [item for notice in case.notices for item in notice.items]
    return (
        *(_demand(item) for item in items),
        *(Mark(MarkKind.SECOND_NOTICE) for notice in case.notices if notice.repeats),
        *(Mark(MarkKind.UNLISTED, item.link) for item in items if item.reason),
        *(mark for event in case.events for mark in _retyped(event)),
        *(Mark(MarkKind.RE_ENTERED, link) for link, _ in _on_paper(case)),
    )


def place_of(pointer: str) -> str:
    """The place of a form a pointer names, whatever row: ``/people/holders/0/cert/no`` is ``/people/holders/*/cert/no``.

    What follows a part that is no name of a form is left out.
    """
    found = ""
    for part in pointer.split("/")[1:]:
        name = EVERY if _ROW.fullmatch(part) else part
        if name != EVERY and not _NAME.fullmatch(name):
            break
        found += f"/{name}"
    return found


def _demand(item: Item) -> Mark:
    by = item.link if item.origin == Origin.DEPARTMENT else item.origin
    return Mark(MarkKind.DEMAND, by, place_of(item.pointer), _code(item.code))


def _retyped(event: Event) -> Iterator[Mark]:
    if event.kind == "corrected":
        for pointer in filter(None, event.text.split(_BETWEEN)):
            yield Mark(MarkKind.RETYPED, place=place_of(pointer))


def _on_paper(case: Case) -> dict[tuple[str, str], None]:
    """Each message that was printed for a department, once: a second copy is not typed again."""
    sheets = (event for event in case.events if event.kind == "sheet")
    return dict.fromkeys((event.link, event.code) for event in sheets)


def _code(text: str) -> str:
    return text if _CODE.fullmatch(text) else ""
