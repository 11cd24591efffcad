"""One department of a case: print its sheet, enter what came back, send again what it surely does not have."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import render_template, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.document import Document
from kaiban.domain.cases.link import Link, LinkState
from kaiban.domain.notices.notice import Defect
from kaiban.domain.pointer import to_path
from kaiban.domain.roles import Act
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.results import loaded, wrong_results
from kaiban.orchestrator.vouching import is_held
from kaiban.orchestrator.window.by_hand.deciding import not_for_people
from kaiban.orchestrator.window.by_hand.entering import OUTCOMES, Entry, enter
from kaiban.orchestrator.window.by_hand.handing import Sheet, hand_over, has_sheet
from kaiban.orchestrator.window.by_hand.resending import Order, checklist, may_resend, resend
from kaiban.ports import Correction
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.desk.by_hand.place import refuse_stale, standing, the_link, version_of, was_mine
from kaiban.web.desk.by_hand.results import blanks, plain, read
from kaiban.web.desk.places import places_read
from kaiban.web.desk.telling import done, refused, said, typed_in
from kaiban.web.materials.files import PDF, shown, taken_in
from kaiban.web.presentation.texts import say
from kaiban.web.routes import CHANGES, Routes
from kaiban.web.service import office, service

routes = Routes("department")

ENTER = Staff(Act.ENTER_RESULTS)
#: What a department may have after all is applied for twice: by nobody who only sits at a screen left open.
SEND_AGAIN = Staff(Act.RESEND, fresh=True)
#: What becomes of the link, by what was said of it.
_BECOMES: Final[Mapping[str, Sequence[str]]] = {
    "received": (LinkState.SUBMITTED, LinkState.IN_REVIEW), "done": (LinkState.DONE,),
    "refused": (LinkState.REFUSED,), "correction": (LinkState.NEEDS_CORRECTION,),
    "not-received": (LinkState.READY,), "returned": (LinkState.CANCELLED,),
}  # fmt: skip
#: Demands there are to write beyond those that are written.
_SPARE: Final = 2
_ENTERED: Final = "已经登记。"
_AGAIN: Final = "文件没有收下，请重新选择。"
_SENT: Final = "已经重新发送。"


@routes.page("/desk/cases/<no>/departments", ENTER)
def overview() -> str:
    """Every department of the case, and how it stands."""
    case = the_case()
    return render_template(
        "desk/by_hand/departments.html", case=case, company=company(case),
        links=[standing(each) for each in case.links],
    )  # fmt: skip


@routes.page("/desk/cases/<no>/departments/<link>", ENTER)
def show(link: str) -> str:
    """How the department stands, and what can be done about it now."""
    case, found = the_case(), the_link(link)
    typed, sent = typed_in("enter"), typed_in("resend")
    outcome = _outcome(found, typed.get("outcome", "") or request.args.get("outcome", ""))
    schema = office().departments[link].Result()
    step = found.current
    return render_template(
        "desk/by_hand/department.html",
        case=case, company=company(case), link=found, standing=standing(found),
        version=version_of(case, found), may_enter=not not_for_people(office(), found),
        may_resend=may_resend(step) and not case.withdrawing, was_sent=step.sent is not None, ref=step.ref,
        has_sheet=has_sheet(office(), found), checklist=checklist(step), held=is_held(step), sent=sent, typed=typed,
        outcome=outcome, kind=OUTCOMES[outcome],
        outcomes=[(name, say(each.title)) for name, each in OUTCOMES.items()],
        blanks=blanks(schema, read(schema, typed)), demands=_demands(typed),
        places=[(to_path(at), text) for at, text in places_read(case, [link])],
        **said(),
    )  # fmt: skip


@routes.page("/desk/cases/<no>/departments/<link>/sheet", ENTER)
def sheet(link: str) -> Any:
    """The sheet that people carry there, as PDF; that it was printed is written down."""
    case, found = the_case(), the_link(link)
    made = hand_over(office(), case.no, link, the_staff().login)
    if not isinstance(made, Sheet):
        return refused(lambda: show(link), _here(case, found), "sheet", made)
    name = say("办件单（%(title)s）.pdf", title=say(found.title))
    return shown(service().paperwork.sheet(made), PDF, name)


@routes.page("/desk/cases/<no>/departments/<link>/result", ENTER, "POST", writes=CHANGES)
def enter_result(link: str) -> Any:
    """Enter what the department said."""
    case, found, sent = the_case(), the_link(link), request.form
    outcome = sent.get("outcome", "")
    if was_mine(found, *_BECOMES.get(outcome, ())) and _is_known(found, outcome):
        return done(lambda: show(link), _here(case, found), _ENTERED)
    has_files = any(each.filename for each in request.files.getlist("file"))
    refuse_stale(found, has_files=has_files)
    to = url_for("department.show", no=case.no, link=link, outcome=outcome)
    if sent.get("do") != "save":  # a reader's Enter, or one more row
        lost = [Defect("/file", "entry.files", _AGAIN)] if has_files else []
        return refused(lambda: show(link), to, "enter", lost, 422 if lost else 200)
    documents, wrong = _documents() if has_files else ((), [])
    entry = _entry(link, outcome, documents)
    answer = wrong or enter(office(), case.no, link, entry)
    if isinstance(answer, Case):
        return done(lambda: show(link), _here(case, found), _ENTERED)
    lost = [Defect("/file", "entry.files", _AGAIN)] if has_files and not wrong else []
    return refused(lambda: show(link), to, "enter", [*answer, *lost])


@routes.page("/desk/cases/<no>/departments/<link>/resend", SEND_AGAIN, "POST", writes=CHANGES)
def send_again(link: str) -> Any:
    """Send what was written down once more, as it is."""
    case, found, sent = the_case(), the_link(link), request.form
    if was_mine(found, LinkState.READY):
        return done(lambda: show(link), _here(case, found), _SENT)
    refuse_stale(found)
    order = Order(
        the_staff().login, frozenset(sent.getlist("checked")), sent.get("told_by", "").strip()
    )
    answer = resend(office(), case.no, link, "", order)
    if isinstance(answer, Case):
        return done(lambda: show(link), _here(case, found), _SENT)
    return refused(lambda: show(link), _here(case, found), "resend", answer)


def _is_known(found: Link, outcome: str) -> bool:
    """Whether what was typed is what stands there: an older page with another result has not been entered."""
    if outcome != "done":
        return True
    schema = office().departments[found.name].Result()
    typed = read(schema, request.form)
    if wrong_results(schema, typed):
        return False
    return all(found.result.get(key) == value for key, value in loaded(schema, typed).items())


def _here(case: Case, link: Link) -> str:
    return url_for("department.show", no=case.no, link=link.name)


def _outcome(link: Link, wanted: str) -> str:
    """What the page asks for: as chosen, else what comes next."""
    is_there = link.state in {LinkState.SUBMITTED, LinkState.IN_REVIEW}
    return wanted if wanted in OUTCOMES else "done" if is_there else "received"


def _entry(link: str, outcome: str, documents: tuple[Document, ...]) -> Entry:
    sent = request.form
    schema = office().departments[link].Result()
    items = (
        Correction(path.strip(), "counter", message.strip())
        for path, message in zip(sent.getlist("path"), sent.getlist("message"), strict=False)
        if path or message.strip()
    )
    return Entry(
        outcome, the_staff().login, plain(sent.get("number", "").strip()), sent.get("reason", "").strip(),
        read(schema, sent), documents, tuple(items),
    )  # fmt: skip


def _documents() -> tuple[tuple[Document, ...], list[Defect]]:
    """The scans that came along, taken in as every file is; or what is wrong with them."""
    uploads, wrong = taken_in(say("文书"), by=the_staff().login)
    title = request.form.get("title", "").strip()
    documents = tuple(
        Document(each.name, title or each.name.rpartition(".")[0] or each.name, "", each.content)
        for each in uploads
    )
    return documents, [Defect("/file", "entry.file", text) for text in wrong]


def _demands(typed: Any) -> list[tuple[str, str]]:
    rows = list(zip(typed.getlist("path"), typed.getlist("message"), strict=False))
    return [*(row for row in rows if any(row)), *[("", "")] * _SPARE]
