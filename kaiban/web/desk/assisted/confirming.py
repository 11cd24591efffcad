"""Read the whole form back, have it confirmed on paper or by phone, and hand it in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for

from forms.structure.tour import mask, sensitive_paths, walk
from kaiban.domain.assisted import WAYS
from kaiban.domain.cases.case import Case
from kaiban.domain.filing import Filing, FilingNews
from kaiban.domain.messages.notification import MESSAGE_STATE_TITLES
from kaiban.domain.notices.notice import Defect, Twice
from kaiban.orchestrator.reporting.case import report
from kaiban.orchestrator.window.assisted import confirming, resume_code
from kaiban.orchestrator.window.assisted.beginning import NOT_FOR_THAT_HALL
from kaiban.orchestrator.window.assisted.handing_in import hand_in as submit
from kaiban.ports import ChangedElsewhere
from kaiban.web.access.admission import the_staff
from kaiban.web.access.doors import FILE, the_assisted
from kaiban.web.applicant.check_answers import read_back
from kaiban.web.applicant.submitting import (
    boxes_of,
    defects_of,
    materials_read_back,
    to_be_brought,
)
from kaiban.web.desk.assisted.beginning import who
from kaiban.web.desk.assisted.copying import titles
from kaiban.web.desk.halls import hall_title
from kaiban.web.following.crossing import crossing_of
from kaiban.web.form.confirming import parted, said, unticked
from kaiban.web.form.kinds import kind_of
from kaiban.web.form.places import field_at
from kaiban.web.materials.commitments import words_made
from kaiban.web.materials.material_list import Shelf
from kaiban.web.presentation.texts import clock, listed, say
from kaiban.web.responses.kept import again, told
from kaiban.web.responses.stale import seen
from kaiban.web.routes import ADDS, CHANGES, Routes, the_filing
from kaiban.web.service import asked_by, assisted_desk, chosen_links, office, service

routes = Routes("assisted_confirming")


@routes.page("/desk/new/<desk_no>/read-back", FILE)
def show() -> Any:
    """The sheet that is read back (核对单): everything in full, made to be printed; and how it is confirmed."""
    filing = the_filing()
    if filing.case_no:
        return redirect(_place("done"))
    wrong, strange = parted(defects_of(filing))
    if wrong:
        return redirect(url_for("desk_submitting.check", desk_no=the_assisted().number))
    assisted = confirming.read_back(assisted_desk(), the_staff().position, the_assisted(), filing)
    boxes = boxes_of(strange, filing.entry, asked=bool(told("tried")))
    brought = to_be_brought(filing)
    return render_template(
        "desk/assisted/read_back.html",
        filing=filing, found=assisted, filer=filer_rows(), parts=read_back(filing, whole=True),
        links=[say(each.title) for each in office().departments.specs(chosen_links(filing))],
        at=clock(office().clock.now()), boxes=boxes,
        materials=materials_read_back(filing, brought), promises=[*_consents(filing), *_words(brought), *words_made(filing)],
        confirmed=_confirmed(filing), phone=mask(filing.phone) if filing.phone else "",
        sent=bool(told("sent")), changed=bool(told("changed")), twice=told("twice", ""),
        errors=[*((f"#{place}", say(text)) for place, text in told("wrong", [])), *unticked(boxes)],
    )  # fmt: skip


@routes.page("/desk/new/<desk_no>/confirm", FILE, "POST", writes=CHANGES)
def confirm() -> Any:
    """The applicant found it right: the sheet is signed, or the code that was sent to their phone came back."""
    filing = the_filing()
    if filing.case_no:
        return redirect(_place("done"), 303)
    if _is_older(filing):
        return again(show, 409, to=_place("show"), typed=(), changed=True)
    do = request.form.get("do", "")
    wrong = _STEPS.get(do, _on_paper)(filing)
    if wrong:
        mistakes = [[each.pointer[1:], each.message] for each in wrong]
        return again(show, to=_place("show"), wrong=mistakes, sent=do == "prove")
    return again(show, 200, to=_place("show"), typed=(), sent=do == "send")


@routes.page("/desk/new/<desk_no>/submit", FILE, "POST", writes=CHANGES)
def hand_in() -> Any:
    """Hand in what was confirmed; a second click gives the same case."""
    filing = the_filing()
    if not filing.case_no and _is_older(filing):
        return again(show, 409, to=_place("show"), typed=(), changed=True)
    try:
        found = submit(
            assisted_desk(), the_staff().position, the_assisted(), filing.version, said(),
            sensitive_paths(filing.entry, asked_by(filing.entry)),
        )  # fmt: skip
    except ChangedElsewhere:
        return again(show, 409, to=_place("show"), typed=(), changed=True)
    if isinstance(found, Case):
        return redirect(_place("done"), 303)
    if NOT_FOR_THAT_HALL in found:
        # Where it is chosen it can be chosen anew.
        to = url_for("assisted_beginning.who", desk_no=the_assisted().number)
        told_there = [[NOT_FOR_THAT_HALL.pointer, NOT_FOR_THAT_HALL.message]]
        return again(who, to=to, typed=(), wrong=told_there)
    if isinstance(found[0], Twice):
        return again(show, 409, to=_place("show"), twice=found[0].case_no)
    mistakes = [[each.pointer[1:], each.message] for each in found if each.pointer == "/signed"]
    return again(show, to=_place("show"), tried=True, wrong=mistakes)


@routes.page("/desk/new/<desk_no>/done", FILE)
def done() -> Any:
    """The receipt, made to be printed; the code to come back with is for the applicant's phone alone."""
    filing = the_filing()
    if not filing.case_no:
        return redirect(url_for("assisted.show", desk_no=the_assisted().number))
    case = service().cases.read(filing.case_no)
    return render_template(
        "desk/assisted/done.html",
        filing=filing, case=case, report=report(office(), case), filer=filer_rows(),
        told=_told(filing), crossing=crossing_of(case, office().clock.now()),
        phone=mask(filing.phone) if resume_code.can_prove(assisted_desk(), filing) else "",
        sent=bool(told("sent")), errors=[(f"#{place}", say(text)) for place, text in told("wrong", [])],
    )  # fmt: skip


@routes.page("/desk/new/<desk_no>/done/code", FILE, "POST", writes=ADDS)
def tell_code() -> Any:
    """Ask the number that was typed whether it is the applicant's; once it is, tell it the code to come back with."""
    filing, here = the_filing(), request.remote_addr or ""
    if not filing.case_no or _told(filing) or not resume_code.can_prove(assisted_desk(), filing):
        return redirect(_place("done"), 303)
    proves = request.form.get("do") == "prove"
    if proves:
        digits = request.form.get("digits", "")
        wrong = resume_code.prove(assisted_desk(), the_assisted(), filing, digits, here)
    else:
        wrong = resume_code.send_digits(assisted_desk(), the_assisted(), filing, here)
    if wrong:
        mistakes = [["digits", each.message] for each in wrong]
        return again(done, to=_place("done"), typed=(), wrong=mistakes, sent=proves)
    return again(done, 200, to=_place("done"), typed=(), sent=not proves)


def _told(filing: Filing) -> str:
    """How far the message with the code to come back with is; "" if there is none."""
    found = service().filing_announcer.outbox.of_filing(filing.id)
    codes = [each for each in found if each.kind is FilingNews.RESUME_CODE]
    return say(MESSAGE_STATE_TITLES[codes[-1].state]) if codes else ""


def _consents(filing: Filing) -> Iterator[dict[str, str]]:
    """Every promise and permission that was ticked, in full: whoever signs has to see what for."""
    sections = asked_by(filing.entry)
    for line in walk(filing.entry, sections):
        question = field_at(sections, line.pointer[1:].replace("/", "."))
        if kind_of(question) == "consent":
            yield {"key": say(line.label), "value": say(str(question.metadata["help"]))}


def _words(brought: Sequence[Shelf]) -> Iterator[dict[str, str]]:
    """What is promised with materials that are to follow, word for word and once."""
    for version in dict.fromkeys(one.promise.commitment for one in brought if one.promise):
        title = say("容缺承诺书 %(version)s 版", version=version)
        yield {"key": title, "value": say(office().city.materials.deferral.words(version))}


def filer_rows() -> list[dict[str, str]]:
    """Who is there, for whom, by what, and how well that is known; what was copied, and by whom it was typed."""
    found = the_assisted()
    number = mask(found.filer.cert_no) if found.filer.cert_no else ""
    other = hall_title(found.deciding) if found.deciding else ""
    rows = (
        *found.filer.rows,
        ("受理大厅（跨域通办）", other),
        ("证件号码", number),
        ("照抄自", listed(f"{each.source}（{titles(each.sections)}）" for each in found.copied)),
        ("经办人员", listed(found.staff)),
    )
    return [{"key": say(key), "value": say(value)} for key, value in rows if value]


def _is_older(filing: Filing) -> bool:
    return seen() != str(filing.version)


def _place(endpoint: str) -> str:
    return url_for(f"assisted_confirming.{endpoint}", desk_no=the_assisted().number)


def _confirmed(filing: Filing) -> str:
    found = the_assisted().confirmation
    if found is None or not the_assisted().is_confirmed(filing.version):
        return ""
    return say("%(way)s，%(at)s", way=say(WAYS[found.way]), at=clock(found.at))


# --- what a button does ---------------------------------------------------------------------------


def _on_paper(filing: Filing) -> list[Defect]:
    who, signed = the_staff().position, request.form.get("signed") == "yes"
    return confirming.confirm_on_paper(assisted_desk(), who, the_assisted(), filing, signed=signed)


def _send(filing: Filing) -> list[Defect]:
    here = request.remote_addr or ""
    return confirming.send_code(assisted_desk(), the_assisted(), filing, here)


def _prove(filing: Filing) -> list[Defect]:
    digits, here = request.form.get("digits", ""), request.remote_addr or ""
    who = the_staff().position
    return confirming.confirm_by_code(assisted_desk(), who, the_assisted(), filing, digits, here)


_STEPS: Mapping[str, Callable[[Filing], list[Defect]]] = {
    "paper": _on_paper,
    "send": _send,
    "prove": _prove,
}
