"""Every error as a page that says what to do, with what was typed still on it."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from kaiban.orchestrator.departments import DepartmentGone
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.ports import AGAIN, CaseNotFound, FilingNotFound, MaterialNotFound, Unavailable
from kaiban.processes.frames import frames
from kaiban.processes.pool import JobStopped, PoolFull
from kaiban.web.access.admission import AccountNotFound, TurnedAway
from kaiban.web.applicant.answering.keeping import HandedIn
from kaiban.web.desk import turning_away
from kaiban.web.materials.files import at_once, drain
from kaiban.web.presentation.texts import say
from kaiban.web.request_sizes import MOST_DRAINED, takes_files
from kaiban.web.responses import undone
from kaiban.web.responses.cut_off import CutOff
from kaiban.web.responses.later import TryLater, busy
from kaiban.web.responses.stale import Stale, both
from kaiban.web.responses.way_back import came_from
from kaiban.web.routes import NotYoursError, is_mine
from kaiban.web.service import service

log = structlog.get_logger()

#: What is typed here is on no page again.
WITH_SECRETS = {"kiosk.turn", *turning_away.WITH_SECRETS}


def install(app: Flask) -> None:
    """Have every error of the app answered."""
    for error, answer in _ANSWERS.items():
        app.register_error_handler(error, answer)


def without_session(error: Unavailable) -> Response:
    """The answer to a request whose session cannot be read."""
    return make_response(_unavailable(error, _typed_again()))


def _not_yours(_: NotYoursError) -> Any:
    _report(SecurityEvent.FILING_REFUSED)
    return _locked()


def _csrf_refused() -> Any:
    """No token of this session: it has ended, another page has gone on, or another site sent this."""
    _report(SecurityEvent.CSRF_REFUSED)
    filing_id = str((request.view_args or {}).get("aid", ""))
    if filing_id and not is_mine(filing_id):
        return _locked()
    return undone.tell(
        "again.html", 403, typed=_typed_again() or (), files=_with_files(), back=_again()
    )


def _report(event: SecurityEvent) -> None:
    report(event, request.remote_addr or "", id=g.request_id, route=str(request.url_rule or ""))


def _typed() -> list[tuple[str, str]]:
    """What was typed, as pairs."""
    typed = MultiDict(request.form) if request.method == "POST" else MultiDict()
    typed.pop("csrf_token", None)
    return list(typed.items(multi=True))


def _typed_again() -> list[tuple[str, str]] | None:
    """The same, to be sent once more from a page; None where it holds a secret."""
    return None if request.endpoint in WITH_SECRETS else _typed()


def _with_files() -> bool:
    return any(each.filename for each in request.files.values())


def _locked() -> Any:
    """The session is over: ask for the resume code, and keep what was typed meanwhile."""
    return undone.tell("locked.html", 403, typed=_typed(), back=request.path, files=_with_files())


def _unavailable(error: Unavailable, typed: list[tuple[str, str]] | None) -> Any:
    """Nothing was kept: keep what was typed on the page, to be sent again; None if it cannot be known.

    Told at once: for a redirect something would have to be kept.
    """
    log.error("unavailable", id=g.request_id, reason=error.reason)
    return _to_be_sent_again(*ERRORS[503], typed)


def _department_gone(error: DepartmentGone) -> Any:
    """Somebody took a department out under open cases: whoever runs the city puts it back, or a person carries on by hand."""
    log.error("department_gone", id=g.request_id, link=error.args[0])
    return _to_be_sent_again(*GONE, _typed_again())


def _to_be_sent_again(title: str, text: str, typed: list[tuple[str, str]] | None) -> Any:
    page = render_template(
        "unavailable.html", title=say(title), text=say(text), typed=typed,
        sent=typed is not None and request.method == "POST", back=_again(),
        files=typed is not None and _with_files(),
    )  # fmt: skip
    return page, 503, {"Retry-After": str(int(AGAIN.total_seconds()))}


def _again() -> str:
    return request.full_path.removesuffix("?")


def _file_failed(error: OSError) -> Any:
    # What was typed may be what could not be laid aside: it is not asked for again.
    outage = Unavailable.of_file(error)
    return _unavailable(outage, None) if outage else _unexpected(error)


def _page(status: int) -> Any:
    title, text = ERRORS.get(status, ERRORS[500] if status >= 500 else ERRORS[400])  # noqa: PLR2004 - the class of server errors
    return _told(status, title, text)


def _told(status: int, title: str, text: str, headers: Mapping[str, str] | None = None) -> Any:
    return undone.tell("error.html", status, headers=headers, title=say(title), text=say(text))


def _handed_in(error: HandedIn) -> Any:
    """Where the case is that the form has become: whoever looks is led there, whoever sent something is told, too."""
    to = url_for("submitting.done", aid=error.filing.id)
    if request.method == "GET":
        return redirect(to, 303)
    return undone.tell("handed_in.html", 409, to=to, no=error.filing.case_no)


def _cut_off() -> Any:
    """The browser restores what was typed when somebody goes back; the link is for whoever does not."""
    title, text = map(say, CUT_OFF)
    return undone.tell("error.html", 400, title=title, text=text, back=came_from())


def _later(later: TryLater) -> Any:
    return _told(later.status, TRY_LATER[later.status], later.text, later.headers)


def _not_shown() -> Any:
    """A document that could not be made or drawn within the limits of a job."""
    return _told(500, ERRORS[500][0], NOT_SHOWN)


def _too_large() -> Any:
    """Say so in words the browser gets to show: a request is not broken off, if it is not endless."""
    drain(MOST_DRAINED)
    if not takes_files():
        return _page(413)
    limits = {"file": service().office.city.materials.limits.file_mb, "once": at_once()}
    text = say(
        "一个文件最多 %(file)s MB，一次上传的文件合计最多 %(once)s MB。请返回上一页，分几次上传，"
        "或者降低扫描分辨率。已经上传的文件和填过的内容都还在。",
        **limits,
    )
    return undone.tell("error.html", 413, title=say(ERRORS[413][0]), text=text)


def _unexpected(error: Exception) -> Any:
    # Only the kind and the place are logged: the text may quote what somebody typed.
    where = frames(error.__traceback__)
    log.error("page_failed", id=g.request_id, error=type(error).__name__, where=where)
    return _page(500)


TRY_LATER = {429: "操作太频繁了", 503: "现在人较多"}
BUSY = "现在查看和处理文件的人较多，请稍等十几秒再试。填过的内容都还在。"
NOT_SHOWN = "这份文件在规定的时间和内存内没能显示出来，请再试一次；仍然不行的，请到窗口办理。填过的内容都还在。"

CUT_OFF = (
    "页面还没有打开完",
    "按下按钮的时候，这一页还没有全部显示出来，所以这次没有保存，之前填过的内容都没有变。网络较慢的，请等页面全部显示以后再按。",
)
GONE = (
    "这个部门现在不在本系统里",
    "本系统的配置里已经没有这个部门，这一环节现在不能在这里办理，请告诉系统管理员。办件和已经填写的内容都还在。",
)

#: What an error page says, by status.
ERRORS = {
    400: ("这个请求没有办法处理", "请返回上一页，检查后再试一次。"),
    404: ("没有找到这个页面", "请核对网址，或者回到首页从头开始。填过的内容都还在。"),
    405: ("这个操作不能这样做", "请返回上一页，用页面上的按钮操作。"),
    413: ("内容太大了", "一次提交的内容过多。名册请分批填写，文件请控制在 10 MB 以内。"),
    429: ("操作太频繁了", "请过几分钟再试。填过的内容都还在。"),
    500: ("系统出了问题", "不是您的错。填过的内容已经保存，请过几分钟再试。"),
    503: (
        "系统暂时不能保存",
        "系统正在维护或暂时写不进内容，不是您的错。之前保存过的内容都还在，请过几分钟再试。",
    ),
}

_ANSWERS: Mapping[type[Exception] | int, Callable[..., Any]] = {
    NotYoursError: _not_yours,
    TurnedAway: turning_away.turned_away,
    AccountNotFound: lambda _: _page(404),
    Stale: both,
    CSRFError: lambda _: _csrf_refused(),
    FilingNotFound: lambda _: _page(404),
    CaseNotFound: lambda _: _page(404),
    MaterialNotFound: lambda _: _page(404),
    DepartmentGone: _department_gone,
    HandedIn: _handed_in,
    Unavailable: lambda error: _unavailable(error, _typed_again()),
    OSError: _file_failed,
    CutOff: lambda _: _cut_off(),
    413: lambda _: _too_large(),
    TryLater: _later,
    PoolFull: lambda _: _later(busy(BUSY)),
    JobStopped: lambda _: _not_shown(),
    HTTPException: lambda error: _page(error.code or 500),
    Exception: _unexpected,
}
