"""A case over HTTP: hand in, follow, withdraw, add links, choose how the package comes."""

from typing import Any

from flask import Response, g, url_for

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import (
    IF_NONE_MATCH,
    as_json,
    basis,
    document,
    link_names,
    members,
    own,
    tagged,
)
from kaiban.api.request.files import only_theirs, sent_along
from kaiban.api.request.once import keep_with
from kaiban.api.routes import Keyed, Routes
from kaiban.api.schemas import sent
from kaiban.api.schemas.base import MOST_REFERENCE, is_reference
from kaiban.api.schemas.cases import (
    CaseReport,
    Checked,
    ForecastReport,
    ProgressLink,
    Receipt,
    TimeLine,
)
from kaiban.api.service import office, service
from kaiban.domain.cases.case import Case
from kaiban.domain.filing import LANGUAGES
from kaiban.domain.messages.notification import masked
from kaiban.domain.notices.notice import Defect, Twice
from kaiban.orchestrator.applicant.aftercare.delivering import CHANGED, SETTLED, choose
from kaiban.orchestrator.applicant.aftercare.forecasting import forecast_case, forecast_form
from kaiban.orchestrator.applicant.joining import add_links
from kaiban.orchestrator.applicant.opening import Application, check_all, check_promise, open_case
from kaiban.orchestrator.applicant.returning.progress_links import (
    OTHER_PHONE,
    THEIRS,
    Wanted,
    progress_link,
)
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.materials.standing import needed
from kaiban.orchestrator.reporting.case import outlook, report, time_line
from kaiban.orchestrator.reporting.instants import instant
from kaiban.ports import Transaction

routes = Routes([], "cases")


@routes.route(
    "POST",
    "/cases",
    "cases:write",
    "提交一份申请，开办企业",
    takes=sent.Application,
    gives=Receipt,
    answers=(201, 409, 422),
    sends=("Location",),
    keyed=Keyed.MUST,
    brings_files=True,
)
def open_a_case() -> Response:
    """Open a case, once per Idempotency-Key; a repeated request gets the first answer.

    The same application under another key is a 409 that names its case.
    """
    entry = document()
    outcome = open_case(office(), _application(entry), _remember)
    if not isinstance(outcome, Case):
        if isinstance(outcome[0], Twice):
            raise Problem("twice", outcome[0].message, outcome)
        raise Problem("defects", f"共 {len(outcome)} 项，请一次改齐后重新提交。", outcome)
    return _created(outcome)


@routes.route(
    "GET",
    "/cases/<no>",
    "cases:read",
    "查询办件进度",
    gives=CaseReport,
    answers=(200, 304, 404),
    sends=("ETag",),
    headers=(IF_NONE_MATCH,),
)
def show_case(no: str) -> Response:
    """How the case stands; 304 if nothing of that, no minute either, is another than in the answer with that ETag."""
    return tagged(as_json(report(office(), own(no))))


@routes.route(
    "GET",
    "/cases/<no>/events",
    "cases:read",
    "办件全部事件，可据以重算用时",
    gives=TimeLine,
    answers=(200, 404),
)
def show_events(no: str) -> Response:
    """Everything that happened, in order."""
    return as_json({"case_no": no, "events": time_line(own(no))})


@routes.route(
    "GET",
    "/cases/<no>/forecast",
    "cases:read",
    "预计何时办结及其依据",
    gives=ForecastReport,
    answers=(200, 404),
)
def show_forecast(no: str) -> Response:
    """When the case will probably be finished; null where nobody can say, or it is."""
    found = forecast_case(office(), own(no), office().clock.now())
    return as_json({"case_no": no, "forecast": outlook(found)})


@routes.route(
    "POST",
    "/cases/<no>/progress-link",
    "cases:write",
    "取得交给申请人的进度链接和续办码",
    takes=sent.Following,
    gives=ProgressLink,
    answers=(200, 404, 409, 422),
)
def give_progress_link(no: str) -> Response:
    """The page on which people follow the case, and the code to come back with; the same however often it is asked for.

    A case of the pages or the window has them already, in the hands of whoever filled it in: 409.
    """
    case = own(no)
    outcome = progress_link(office(), service().filings, case, _wanted(), g.token.name)
    if isinstance(outcome, list):
        if outcome[0] in (THEIRS, OTHER_PHONE):
            raise Problem("conflict", outcome[0].message, outcome)
        raise Problem("defects", errors=outcome)
    return as_json(
        {
            "case_no": no,
            "url": f"{service().base_url}/t/{outcome.id}",
            "resume_code": outcome.shown_code,
            "phone": masked(outcome.phone) if outcome.phone else "",
        }
    )


@routes.route(
    "POST",
    "/cases/<no>/links",
    "cases:write",
    "增加此前未选的环节",
    takes=sent.Joining,
    gives=CaseReport,
    answers=(200, 404, 409, 422),
    brings_files=True,
)
def join_links(no: str) -> Response:
    """Let further links join, with the sections of the form and the materials they need."""
    case, body = own(no), document()
    names = link_names(body.pop("links", []), "links")
    along = body.pop("materials", {})
    if along:
        only_theirs(case)
    files = sent_along(along)
    return reported(add_links(office(), no, names, body, sent=files))


@routes.route(
    "POST",
    "/cases/<no>/withdraw",
    "cases:write",
    "撤回办件",
    gives=CaseReport,
    answers=(200, 404, 409),
)
def withdraw_case(no: str) -> Response:
    """Withdraw what can be withdrawn."""
    own(no)
    outcome = withdraw(office(), no)
    if not isinstance(outcome, Case):
        raise Problem("conflict", outcome[0].message)
    return as_json(report(office(), outcome))


@routes.route(
    "PUT",
    "/cases/<no>/delivery",
    "cases:write",
    "更改证照包的领取方式（寄出或交给申请人以前）",
    takes=sent.Collecting,
    gives=CaseReport,
    answers=(200, 404, 409, 422, 428),
)
def change_delivery(no: str) -> Response:
    """Have the package come another way; refused once it is on its way."""
    own(no)
    body = members("delivery", "choice")
    choice = basis(body, "choice")
    if type(choice) is not int:  # true is no number
        raise Problem("bad-request", "choice 应为整数。")
    outcome = choose(office(), no, body.get("delivery"), g.token.name, choice)
    if isinstance(outcome, list) and outcome[0] in (CHANGED, *SETTLED.values()):
        raise Problem("conflict", outcome[0].message)
    return reported(outcome)


@routes.route(
    "POST",
    "/form/check",
    "cases:write",
    "检查表单，不提交",
    takes=sent.Application,
    gives=Checked,
    answers=(200, 422),
    keyed=Keyed.NOT,
    brings_files=True,
)
def check_form() -> Response:
    """All defects of all chosen links at once, and what is to be brought; without any, when a case would be finished.

    Nothing is kept and nothing is sent.
    """
    checked = check_all(office(), _application(document()))
    found = forecast_form(office(), checked.form, checked.links, office().clock.now())
    return as_json(
        {
            "ok": not checked.defects,
            "forecast": None if checked.defects else outlook(found),
            "links": list(checked.links),
            "materials": needed(office(), checked.form, checked.links),
            "errors": [vars(defect) for defect in checked.defects],
        }
    )


def _wanted() -> Wanted:
    body = members("phone", "lang")
    phone, lang = body.get("phone", ""), body.get("lang", LANGUAGES[0])
    if not isinstance(phone, str):
        raise Problem("bad-request", "phone 应为文字。")
    if lang not in LANGUAGES:
        raise Problem("bad-request", "lang 应为 " + " 或 ".join(LANGUAGES) + "。")
    return Wanted(phone, lang)


def _application(entry: dict[str, Any]) -> Application:
    """The body is the form itself, so that error pointers point into it; what else goes with it is taken out."""
    form = dict(entry)
    along = form.pop("materials", {})
    links = link_names(form.pop("links", []), "links")
    reference = form.pop("reference", "")
    if not is_reference(reference):
        raise Problem("bad-request", f"reference 应为不超过 {MOST_REFERENCE} 个字的一行文字。")
    promise = form.pop("promise", "")
    if wrong := check_promise(office(), promise):
        raise Problem("defects", errors=wrong)
    sent = sent_along(along)
    return Application(form, links, g.token.name, promise=promise, reference=reference, sent=sent)


def _remember(tx: Transaction, case: Case) -> None:
    keep_with(tx, _created(case), case.no)


def _receipt(case: Case) -> dict[str, Any]:
    return {
        "case_no": case.no,
        "status": case.state.value,
        "accepted_at": instant(case.accepted_at),
        "promise": case.promise,
        "reference": case.reference,
        "links": [link.name for link in case.links],
    }


def _created(case: Case) -> Response:
    answer = as_json(_receipt(case), 201)
    answer.headers["Location"] = url_for("api.show_case", no=case.no)
    return answer


def reported(outcome: Case | list[Defect]) -> Response:
    """How the case stands after a use case, or all that was wrong with what it was told."""
    if not isinstance(outcome, Case):
        raise Problem("defects", errors=outcome)
    return as_json(report(office(), outcome))
