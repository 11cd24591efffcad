"""Cases over HTTP: hand in, follow, correct, withdraw, add links, take the package home."""

import hashlib
import json
import re
from functools import partial
from typing import Any

from flask import Response, g, request, url_for

from kaiban.api.access import Routes
from kaiban.api.exchange import as_json, document, own
from kaiban.api.problems import Problem
from kaiban.api.service import office, service
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.number import is_case_number
from kaiban.domain.cases.states import CaseState
from kaiban.domain.notices.notice import Defect, Twice
from kaiban.orchestrator.applicant.aftercare.delivering import CHANGED, SETTLED, choose
from kaiban.orchestrator.applicant.aftercare.forecasting import forecast_case, forecast_form
from kaiban.orchestrator.applicant.joining import add_links
from kaiban.orchestrator.applicant.opening import Application, check, check_promise, open_case
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.reporting.case import outlook, report, time_line
from kaiban.orchestrator.reporting.instants import instant
from kaiban.ports import CaseLine, New, Running, Stored, Transaction

routes = Routes([])

PACKAGE_TYPES = {
    "pdf": ("application/pdf", "pdf"),
    "zip": ("application/zip", "archive"),
    "json": ("application/json", "summary"),
}
PAGE = 50
MAX_KEY = 255
_VERSION = re.compile(r"[1-9][0-9]{0,3}")


@routes.route(
    "POST",
    "/cases",
    "cases:write",
    "提交一份申请，开办企业",
    takes="Application",
    answers=(201, 409, 422),
)
def open_a_case() -> Response:
    """Open a case, once per Idempotency-Key; a repeated request gets the first answer.

    The same application under another key is a 409 that names its case.
    """
    entry = document()
    key = _idempotency_key()
    keys = service().idempotency
    begun = keys.begin(g.token.name, key, _fingerprint(entry), service().wall())
    if isinstance(begun, Stored):
        return _replayed(begun)
    if not isinstance(begun, New):
        raise Problem("in-progress" if isinstance(begun, Running) else "key-reused")
    try:
        outcome = open_case(office(), _application(entry), partial(_remember, begun))
    except Exception:
        keys.release(begun)
        raise
    if not isinstance(outcome, Case):
        keys.release(begun)
        if isinstance(outcome[0], Twice):
            raise Problem("twice", outcome[0].message, outcome)
        raise Problem("defects", f"共 {len(outcome)} 项，请一次改齐后重新提交。", outcome)
    return _created(outcome)


@routes.route("GET", "/cases", "cases:read", "列出办件，新的在前")
def list_cases() -> Response:
    """The caller's cases, a page at a time; ``before`` is the last number of the page before."""
    owner = None if "cases:all" in g.token.scopes else g.token.name
    found = service().cases.lines(owner=owner, states=_states(), before=_before(), limit=PAGE)
    return as_json({"cases": [_line(case) for case in found]})


@routes.route("GET", "/cases/<no>", "cases:read", "查询办件进度", answers=(200, 404))
def show_case(no: str) -> Response:
    """How the case stands."""
    return as_json(report(office(), own(no)))


@routes.route(
    "GET", "/cases/<no>/events", "cases:read", "办件全部事件，可据以重算用时", answers=(200, 404)
)
def show_events(no: str) -> Response:
    """Everything that happened, in order."""
    return as_json({"case_no": no, "events": time_line(own(no))})


@routes.route(
    "GET", "/cases/<no>/forecast", "cases:read", "预计何时办结及其依据", answers=(200, 404)
)
def show_forecast(no: str) -> Response:
    """When the case will probably be finished; null where nobody can say, or it is."""
    found = forecast_case(office(), own(no), office().clock.now())
    return as_json({"case_no": no, "forecast": outlook(found)})


@routes.route(
    "POST",
    "/cases/<no>/links",
    "cases:write",
    "增加此前未选的环节",
    takes="Joining",
    answers=(200, 404, 422),
)
def join_links(no: str) -> Response:
    """Let further links join, with the sections of the form they need."""
    own(no)
    body = document()
    names = link_names(body.pop("links", []), "links")
    return reported(add_links(office(), no, names, body))


@routes.route("POST", "/cases/<no>/withdraw", "cases:write", "撤回办件", answers=(200, 404, 409))
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
    takes="Collecting",
    answers=(200, 404, 409, 422),
)
def change_delivery(no: str) -> Response:
    """Have the package come another way; refused once it is on its way."""
    own(no)
    body = document()
    choice = body.pop("choice", None)
    if choice is not None and type(choice) is not int:  # true is no number
        raise Problem("bad-request", "choice 应为整数。")
    if unknown := sorted(body.keys() - {"delivery"}):
        raise Problem("bad-request", "没有这些内容：" + "、".join(unknown))
    outcome = choose(office(), no, body.get("delivery"), g.token.name, choice)
    if isinstance(outcome, list) and outcome[0] in (CHANGED, *SETTLED.values()):
        raise Problem("conflict", outcome[0].message)
    return reported(outcome)


@routes.route(
    "GET",
    "/cases/<no>/package.<kind>",
    "cases:read",
    "下载证照包",
    gives="*/*",
    answers=(200, 404),
)
def get_package(no: str, kind: str) -> Response:
    """The certificate package as PDF, ZIP or JSON; ``?version=`` for an earlier one."""
    own(no, why="download")
    package = service().cases.get_package(no, _version()) if kind in PACKAGE_TYPES else None
    if package is None:
        raise Problem("not-found", "证照包尚未生成，或没有这一版本。")
    media_type, part = PACKAGE_TYPES[kind]
    answer = Response(getattr(package, part), content_type=media_type)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{no}-v{package.version}.{kind}"'
    )
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest())
    answer.make_conditional(request)
    return answer


@routes.route("POST", "/form/check", "cases:write", "检查表单，不提交", takes="Application")
def check_form() -> Response:
    """All defects of all chosen links at once; without any, when a case would be finished.

    Nothing is kept and nothing is sent.
    """
    application = _application(document())
    checked = check(office(), application.entry, application.links)
    found = forecast_form(office(), checked.form, checked.links, office().clock.now())
    return as_json(
        {
            "ok": not checked.defects,
            "forecast": None if checked.defects else outlook(found),
            "links": list(checked.links),
            "errors": [vars(defect) for defect in checked.defects],
        }
    )


def _version() -> int | None:
    text = request.args.get("version")
    if text is None:
        return None
    if not _VERSION.fullmatch(text):
        raise Problem("not-found", "没有这一版本。")
    return int(text)


def _before() -> str | None:
    number = request.args.get("before")
    if number is not None and not is_case_number(number):
        raise Problem("bad-request", "before 应为上一页最后一个办件编号。")
    return number


def _states() -> tuple[CaseState, ...]:
    try:
        return tuple(CaseState(each) for each in request.args.getlist("status"))
    except ValueError as error:
        raise Problem("bad-request", "没有这一办件状态。") from error


def _application(entry: dict[str, Any]) -> Application:
    """The body is the form itself, so that error pointers point into it; ``links`` and ``promise`` go with it."""
    form = dict(entry)
    links = link_names(form.pop("links", []), "links")
    promise = form.pop("promise", "")
    if wrong := check_promise(office(), promise):
        raise Problem("defects", errors=wrong)
    return Application(form, links, g.token.name, promise=promise)


def link_names(value: Any, field: str) -> tuple[str, ...]:
    """The links named under that key of a body; a problem if it is no list of them."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Problem("bad-request", f"{field} 应为环节名称的列表。")
    if len(set(value)) != len(value):
        raise Problem("bad-request", f"{field} 中有重复的环节。")
    return tuple(value)


def _idempotency_key() -> str:
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if not key:
        raise Problem("key-missing", "请为每份申请生成一个唯一值（如 UUID），重试时使用同一个值。")
    if len(key) > MAX_KEY or not key.isascii() or not key.isprintable():
        raise Problem("bad-request", "Idempotency-Key 应为不超过 255 个可见 ASCII 字符。")
    return key


def _fingerprint(entry: dict[str, Any]) -> str:
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _remember(claim: New, tx: Transaction, case: Case) -> None:
    body = json.dumps(_receipt(case), ensure_ascii=False).encode()
    service().idempotency.finish(tx.connection, claim, 201, body, case.no)


def _receipt(case: Case) -> dict[str, Any]:
    return {
        "case_no": case.no,
        "status": case.state.value,
        "accepted_at": instant(case.accepted_at),
        "promise": case.promise,
        "links": [link.name for link in case.links],
    }


def _replayed(stored: Stored) -> Response:
    answer = Response(stored.body, stored.status, content_type="application/json")
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _created(case: Case) -> Response:
    answer = as_json(_receipt(case))
    answer.status_code = 201
    answer.headers["Location"] = url_for("api.show_case", no=case.no)
    return answer


def _line(line: CaseLine) -> dict[str, Any]:
    return {
        "case_no": line.no,
        "status": line.state.value,
        "accepted_at": instant(line.accepted_at),
        "promise": line.promise,
        "links": list(line.links),
        "company": line.company,
    }


def reported(outcome: Case | list[Defect]) -> Response:
    """How the case stands after a use case, or all that was wrong with what it was told."""
    if not isinstance(outcome, Case):
        raise Problem("defects", errors=outcome)
    return as_json(report(office(), outcome))
