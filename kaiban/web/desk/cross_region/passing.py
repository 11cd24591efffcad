"""A case on its way between two halls: which originals were seen, where it is, and the next step for whoever has it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask import abort, redirect, render_template, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import (
    TAKEN_IN,
    Original,
    is_seen,
    moves_of,
    seen_originals,
)
from kaiban.domain.cases.event import KINDS, Event
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.delivery import AT_WINDOW, BY_POST, mode_of
from kaiban.domain.roles import Act
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.window.cross_region.passing import ORDERS, MovedOn
from kaiban.orchestrator.window.cross_region.standing import Standing, requires_all, standing
from kaiban.orchestrator.window.cross_region.steps import (
    ALL_ORIGINALS,
    NO_SUCH_DOCUMENT,
    Order,
    may_step,
)
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.desk.case_files import files_of, open_file
from kaiban.web.desk.telling import done, refused, said, typed_in
from kaiban.web.following.crossing import crossing_of, title_of
from kaiban.web.presentation.staff_names import name_of
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.stale import Stale, seen
from kaiban.web.routes import CHANGES, Routes
from kaiban.web.service import office

routes = Routes("cross_region")

SEE = Staff(Act.SEE_CASES, intake=True)
PASS = Staff(Act.CROSS_REGION, intake=True)
OPEN = Staff(Act.UNMASK, intake=True)

NOT_CROSSING = Defect("", "cross_region.none", "这一件由一个大厅收件和受理，不是跨域通办。")
#: What each button does, as a page says that it was done.
_DONE: Final[Mapping[str, str]] = {
    "certify": "已经登记看过的原件。",
    "send_on": "已经转交受理大厅。",
    "receive": "已经接收，由您负责；各部门开始办理。",
    "send_result": "已经登记送出，收件大厅签收以后，申请人会收到通知。",
    "receive_result": "已经登记收到，申请人会收到领取通知。",
}
#: How the result comes to whoever holds the receipt, by how they want it.
_COMES: Final[Mapping[str, str]] = {
    AT_WINDOW: "%(hall)s出件窗口",
    BY_POST: "邮寄到申请表中的地址，不用到大厅领",
    "kiosk": "大厅自助机，用续办码和手机号码打印",
    "electronic": "只要电子件，用续办码和手机号码下载",
}
#: Where what is wrong with a list of originals is mended.
_AT: Final = {NO_SUCH_DOCUMENT: "certify-document", ALL_ORIGINALS: "certify-document"}
_BUTTONS: Final[Mapping[str, str]] = {
    "certify": "登记看过的原件",
    "send_on": "转交受理大厅",
    "receive": "接收",
    "send_result": "登记送出",
    "receive_result": "登记收到",
}


@routes.page("/desk/cases/<no>/cross-region", SEE)
def show() -> Any:
    """Where it is, what was seen, how long each part took; and what can be done about it here."""
    case, now = the_case(), office().clock.now()
    if not case.intake:
        return _one_hall(case)
    here, who = standing(office(), case), the_staff().position
    return render_template(
        "desk/cross_region/case.html",
        case=case, company=company(case), told=crossing_of(case, now), version=here.version,
        may={do for do in ORDERS if may_step(case, here, who, do)}, rule=rule_of(case),
        documents=[(each.key, _named(each), "") for each in here.missing],
        rows=_documents(case, here, _by), moves=[*_moves(case)], missing=len(here.missing),
        all_wanted=requires_all(case), collects=mode_of(case) == AT_WINDOW,
        typed={name: typed_in(name) for name in ORDERS}, notices=_notices(case),
        files=[(ident, name) for _, ident, name in files_of(case)] if _may_open(case) else [], **said(),
    )  # fmt: skip


@routes.page("/desk/cases/<no>/cross-region", PASS, "POST", writes=CHANGES)
def go_on() -> Any:
    """Do what the button says; a page that is older than the case is refused with both shown."""
    do, case, sent = request.form.get("do", ""), the_case(), request.form
    if do not in ORDERS:
        abort(400)
    order = Order(
        the_staff().position, seen(), tuple(dict.fromkeys(sent.getlist("document"))),
        "unseen" in sent, sent.get("carrier", ""), sent.get("tracking", ""),
    )  # fmt: skip
    try:
        found = ORDERS[do](office(), case.no, order)
    except MovedOn as moved:
        raise _stale(moved.case, do) from moved
    if isinstance(found, Case):
        return done(show, _here(case), _DONE[do])
    status = 422 if any(each.pointer for each in found) else 409
    return refused(show, _here(case), do, found, status, at=_AT)


@routes.page("/desk/cases/<no>/cross-region/receipt", SEE)
def receipt() -> Any:
    """The receipt (收件凭证) for whoever handed it in, with both halls, made to be printed."""
    case, now = the_case(), office().clock.now()
    if not case.intake:
        return _one_hall(case)
    here = standing(office(), case)
    first = next(each for each in case.events if each.kind == TAKEN_IN)
    return render_template(
        "desk/cross_region/receipt.html",
        case=case, company=company(case), told=crossing_of(case, now), rule=rule_of(case),
        filer=case.filed_by.filer.name if case.filed_by else "", by=_signed(first),
        rows=_documents(case, here, _signed), links=[say(link.title) for link in case.links],
        promise=say(office().city.promises[case.promise].title), at=clock(now),
        comes=say(_COMES.get(mode_of(case), ""), hall=title_of(case.intake)),
    )  # fmt: skip


@routes.page("/desk/cases/<no>/cross-region/file", OPEN)
def file() -> Any:
    """A file to be compared with its original; in the hall of intake only until the other one has received the case."""
    case, ident = the_case(), request.args.get("file", "")
    if not (ident and _may_open(case)):
        return redirect(_here(case), 303)
    return open_file(case, ident, intake=True)


def _may_open(case: Case) -> bool:
    who = the_staff().position
    return who.may(Act.UNMASK, case.hall) or bool(
        case.awaiting and who.may(Act.UNMASK, case.intake)
    )


def rule_of(case: Case) -> dict[str, str]:
    """By which rule of the city one hall took it in for the other, as it was then."""
    first = next((each for each in case.events if each.kind == TAKEN_IN), None)
    return {name: first.facts.get(name, "") for name in ("basis", "since")} if first else {}


def _one_hall(case: Case) -> Any:
    to = url_for("queue.case", no=case.no)
    return refused(lambda: abort(404), to, "", [NOT_CROSSING], 404)


def _here(case: Case) -> str:
    return url_for("cross_region.show", no=case.no)


def _documents(case: Case, here: Standing, by: Callable[[Event], str]) -> list[list[str]]:
    """Every document, and who has seen its original when."""
    seen_by, rows = seen_originals(case.events), []
    for each in here.originals:
        event = seen_by.get(each.key)
        if event is None:
            rows.append([_named(each), say("没有看到原件"), "", ""])
        else:
            words = "看过原件" if is_seen(each, seen_by) else "看过，后来又交了新的文件"
            rows.append([_named(each), say(words), by(event), clock(event.at)])
    return rows


def _named(each: Original) -> str:
    """A document to be looked at, with whose it is where persons bring their own."""
    title = say(each.title)
    if each.key == each.material or not each.material:
        return title
    whose = each.whose or say("没有说明是谁的")
    return say("%(title)s（%(whose)s）", title=title, whose=whose)


def _moves(case: Case) -> list[Sequence[str]]:
    """Who passed it on when, the latest first."""
    return [
        (clock(each.at), f"{say(KINDS[each.kind])} ・ {_by(each)}")
        for each in reversed(moves_of(case.events))
    ]


def _notices(case: Case) -> list[tuple[str, int]]:
    """The notices that went out, to be printed for whoever comes to this hall."""
    return [(clock(each.issued_at), each.number) for each in reversed(case.notices)]


def _by(event: Event) -> str:
    return name_of(event.actor.partition(":")[2])


def _signed(event: Event) -> str:
    """Who it was, as papers say it."""
    return office().called(event.actor.partition(":")[2])


def _stale(now: Case, do: str) -> Stale:
    told = crossing_of(now, office().clock.now()) or {}
    rows = [[say("现在到哪里"), say(_BUTTONS[do]), told.get("where", "")]]
    return Stale(rows, _here(now))
