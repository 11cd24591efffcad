"""The roster of staff from a table: look at what was read, then take it over or leave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from forms.roster import Entry, Roster, as_table, at
from forms.sections.staff import MOST_MEMBERS
from forms.structure.pages import Page
from forms.structure.tour import mask
from kaiban.domain.filing import Filing
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.pointer import to_pointer
from kaiban.ports import ChangedElsewhere
from kaiban.processes.pool import PoolFull
from kaiban.web.applicant.answering.keeping import page_of, saved, unsent
from kaiban.web.form.answers import put
from kaiban.web.materials.files import CONTROL, count_upload
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.later import TryLater, busy
from kaiban.web.responses.stale import fingerprint, seen
from kaiban.web.routes import CHANGES, OWNER, Routes, the_filing
from kaiban.web.service import office, service

routes = Routes("listing")

#: The only list that comes as a table.
LIST = "staff.members"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: So many mistakes are told at once; who has more has one mistake many times.
MOST_TOLD = 100
#: So many people are shown before they are taken over.
MOST_SHOWN = 20
UNSEEN = "表格中隐藏或者被筛选掉的 %(count)s 行没有读取；需要导入的，请取消隐藏和筛选，保存后重新选择文件。"
BUSY = "现在处理文件的人较多，这张表格没有读取。请稍等十几秒再试；粘贴的内容还在，选择的文件需要重新选择。"
#: One byte more than a table may have (kaiban.documents.tables) is enough to see that it is too large.
MOST_READ = 5 * 1024 * 1024 + 1


@dataclass(frozen=True)
class Sent:
    """A table that was sent: what was read of it, as what, and everything that is wrong."""

    roster: Roster = field(default_factory=Roster)
    read_as: str = ""
    wrong: tuple[str, ...] = ()


@routes.page("/a/<aid>/<page>/roster", OWNER)
def ask(page: str) -> str:
    """Where a table is chosen or pasted."""
    filing, found = _open(page)
    read = told("read")
    return _looked_at(filing, found, read) if read else _asked(filing, found)


@routes.page("/a/<aid>/<page>/roster", OWNER, "POST", writes=CHANGES)
def take(page: str) -> Any:
    """First show what was read, then take it over: nothing is taken over as long as anything is wrong."""
    filing, found = _open(page)
    try:
        sent = _sent()
    except TryLater as later:
        return again(
            lambda: ask(page), later.status, headers=later.headers, wrong=[say(later.text)]
        )
    if sent.wrong:
        return again(lambda: ask(page), wrong=sent.wrong, read_as=sent.read_as)
    if request.form.get("do") != "take":
        return _shown(filing, found, sent)
    wrong = _wrong_way(_members(filing), sent.roster.members)
    # How it joins a roster nobody has seen is not asked before it was shown.
    if wrong and _is_seen(filing):
        return _shown(filing, found, sent, 422, wrong=wrong)
    try:
        saved(filing, partial(_joined, sent.roster.members))
    except ChangedElsewhere as error:
        return _shown(unsent(error.current), found, sent, 409, changed=True)
    return redirect(url_for("filling.show", aid=filing.id, page=page), 303)


@routes.page("/a/<aid>/<page>/roster.xlsx", OWNER)
def template(page: str) -> Response:
    """The table to fill in."""
    _open(page)
    answer = Response(service().paperwork.roster_template(), content_type=XLSX)
    answer.headers["Content-Disposition"] = (
        'attachment; filename="roster.xlsx"; '
        "filename*=UTF-8''%E8%81%8C%E5%B7%A5%E5%90%8D%E5%86%8C.xlsx"
    )
    return answer


def _open(name: str) -> tuple[Filing, Page]:
    filing = the_filing()
    found = page_of(filing, name)
    if not found.holds(to_pointer(LIST)):
        abort(404)
    return filing, found


# --- what was sent ----------------------------------------------------------------------------


def _sent() -> Sent:
    """What was sent; raises TryLater."""
    file, text = request.files.get(CONTROL), request.form.get("text", "")
    content: bytes | str = text
    if file is not None and file.filename:
        content = file.stream.read(MOST_READ)
    elif not text.strip():
        return Sent(wrong=(say("请选择表格文件，或者把表格粘贴到文本框里。"),))
    count_upload()
    today = office().clock.now().astimezone(HALL_TIME).date()
    try:
        read = service().paperwork.roster(content, today)
    except PoolFull as error:
        raise busy(BUSY) from error
    if isinstance(read, Defect):
        return Sent(wrong=(say(read.message),))
    roster, read_as = read
    wrong = _first(roster.errors)
    if wrong and roster.unseen:
        wrong = (*wrong, say(UNSEEN, count=roster.unseen))
    return Sent(roster, read_as, wrong)


def _first(errors: Sequence[str]) -> tuple[str, ...]:
    more = len(errors) - MOST_TOLD
    rest = (
        (say("还有 %(more)s 处错误没有列出，请先改好以上内容。", more=more),) if more > 0 else ()
    )
    return (*errors[:MOST_TOLD], *rest)


def _wrong_way(before: Sequence[Any], members: Sequence[Entry]) -> dict[str, str]:
    """What is wrong with how the table joins the roster, by control."""
    way = request.form.get("way", "")
    if before and way not in ("replace", "append"):
        return {"way": say("名册里已经有职工，请选择替换还是追加。")}
    if way != "append":
        return {}
    if len(before) + len(members) > MOST_MEMBERS:
        most = say("名册最多 %(most)s 名职工，追加后超过了，请选择替换。", most=MOST_MEMBERS)
        return {"way": most}
    known = {at(one, "cert.no") for one in before if isinstance(one, Mapping)} - {None, ""}
    twice = [str(at(one, "name")) for one in members if at(one, "cert.no") in known]
    return {"way": _twice(twice)} if twice else {}


def _twice(names: Sequence[str]) -> str:
    shown = "、".join(names[:5]) + ("…" if len(names) > 5 else "")  # noqa: PLR2004 - enough to know which
    return say(
        "有 %(count)s 人已经在名册里（%(names)s），请从表格中删除，或者选择替换。",
        count=len(names), names=shown,
    )  # fmt: skip


# --- taking over ------------------------------------------------------------------------------


def _members(filing: Filing) -> list[Any]:
    found = at(filing.entry, LIST)
    return list(found) if isinstance(found, list) else []


def _is_seen(filing: Filing) -> bool:
    """Whether the roster is still the one that was looked at."""
    return seen() == fingerprint(_members(filing))


def _joined(members: Sequence[Entry], filing: Filing) -> dict[str, Any]:
    """The entry with the table's people; raises ChangedElsewhere if the roster is not what was looked at."""
    if not _is_seen(filing):
        raise ChangedElsewhere(filing)
    before = _members(filing) if request.form.get("way") == "append" else []
    return put(filing.entry, {LIST: [*before, *members]})


# --- showing ----------------------------------------------------------------------------------


def _asked(filing: Filing, page: Page) -> str:
    text, wrong = typed().get("text", ""), told("wrong", [])
    control = "text" if text.strip() else CONTROL
    return render_template(
        "applicant/roster.html",
        filing=filing,
        page=page,
        most=MOST_MEMBERS,
        text=text,
        wrong={control: wrong[0]} if wrong else {},
        errors=[(f"#{control}", each) for each in wrong],
        read_as=told("read_as", ""),
    )


def _shown(filing: Filing, page: Page, sent: Sent, status: int = 200, **more: Any) -> Any:
    """Have what was read of the table looked at, before it is taken over."""
    members = sent.roster.members
    read = {
        "read_as": sent.read_as,
        "ignored": sent.roster.ignored,
        "unseen": sent.roster.unseen,
        "rows": [_row(number, one) for number, one in enumerate(members[:MOST_SHOWN], 1)],
        "count": len(members),
        "text": as_table(members),
        "version": fingerprint(_members(filing)),
        "way": request.form.get("way", ""),
        **more,
    }
    return again(lambda: ask(page.name), status, typed=(), read=read)


def _looked_at(filing: Filing, page: Page, read: Mapping[str, Any]) -> str:
    wrong = read.get("wrong", {})
    return render_template(
        "applicant/roster_check.html",
        **{"wrong": {}, "changed": False, **read},
        unseen_text=say(UNSEEN, count=read["unseen"]) if read.get("unseen") else "",
        filing=filing,
        page=page,
        before=len(_members(filing)),
        there=[_row(n, one) for n, one in enumerate(_members(filing)[:MOST_SHOWN], 1)],
        errors=[(f"#{name}", text) for name, text in wrong.items()],
    )


def _row(number: int, member: Entry) -> list[str]:
    card = str(at(member, "cert.no") or "")
    shown = (at(member, "name"), card and mask(card), at(member, "start_date"))
    return [str(number), *(str(one or "") for one in shown)]
