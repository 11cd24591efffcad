"""The pages as a Flask app: routes mounted, headers set, every error a page that says what to do."""

import uuid
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import Babel
from flask_compress import Compress
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from kaiban.domain.papers.material import UploadLimits
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.ports import AGAIN, CaseNotFound, FilingNotFound, MaterialNotFound, Unavailable
from kaiban.processes.frames import frames
from kaiban.processes.pool import JobStopped, PoolFull
from kaiban.web import kiosk, template_globals
from kaiban.web.access import cookies
from kaiban.web.access.admission import AccountNotFound, TurnedAway
from kaiban.web.access.doors import addressed
from kaiban.web.access.sessions import ServerSessions
from kaiban.web.applicant import (
    choosing,
    filling,
    guiding,
    helping,
    listing,
    live_checks,
    materials,
    naming,
    picking,
    returning,
    row_pages,
    start,
    submitting,
)
from kaiban.web.appointments import booking, my_appointments, numbers, screen
from kaiban.web.desk import pages as desk
from kaiban.web.desk import turning_away
from kaiban.web.following import complaining, progress, rating
from kaiban.web.following.changes import (
    applying_again,
    bringing,
    fixing,
    joining,
    supplying,
    withdrawing,
)
from kaiban.web.following.delivery import collecting, delivering, papers
from kaiban.web.following.disclosure import seeing, submitted_form
from kaiban.web.following.messages import notices, telling
from kaiban.web.materials import commitments, material_list
from kaiban.web.materials.files import FILES_AT_ONCE, at_once, drain
from kaiban.web.presentation import preferences, static_assets, texts
from kaiban.web.presentation.gallery import gallery
from kaiban.web.presentation.lang_attributes import marked
from kaiban.web.presentation.texts import say
from kaiban.web.responses import undone
from kaiban.web.responses.later import TryLater, busy
from kaiban.web.responses.stale import Stale, both
from kaiban.web.routes import PUBLIC, NotYoursError, Route, Routes, check_declared, is_mine
from kaiban.web.service import Service, service

log = structlog.get_logger()

#: The largest number in a column of PostgreSQL.
LARGEST = 2**31 - 1
#: Larger than any page by far: the longest list of people is half of it.
MAX_BODY = 12 * 1024 * 1024
MAX_TEXT = 2 * 1024 * 1024
MAX_CONTROLS = 20_000
#: So much of a request that is too large is read and dropped, so that its sender hears why.
MOST_DRAINED = 128 * 1024 * 1024

#: Nothing but our own files; nothing inline, no frames, no forms to elsewhere.
CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

ROUTES: tuple[Routes, ...] = (
    start.routes,
    guiding.routes,
    preferences.routes,
    kiosk.routes,
    choosing.routes,
    materials.routes,
    listing.routes,
    naming.routes,
    live_checks.routes,
    filling.routes,
    row_pages.routes,
    picking.routes,
    helping.routes,
    returning.routes,
    submitting.routes,
    progress.routes,
    fixing.routes,
    joining.routes,
    applying_again.routes,
    bringing.routes,
    withdrawing.routes,
    collecting.routes,
    delivering.routes,
    rating.routes,
    complaining.routes,
    seeing.routes,
    submitted_form.routes,
    telling.routes,
    notices.routes,
    supplying.routes,
    papers.routes,
    booking.routes,
    my_appointments.routes,
    numbers.routes,
    screen.routes,
    *desk.ROUTES,
    undone.routes,
)

#: What no ``Routes`` mounts, by blueprint, and who may open it.
OTHERS = {"static": PUBLIC, "gallery": "developers; never in production"}


class Number(IntegerConverter):
    """A number in an address; what no database counts to is no page of ours."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002 - werkzeug passes it by name
        super().__init__(map, *args, **{"max": LARGEST, **kwargs})


class Pages(Flask):
    """Flask, but that a form's pages lead to one another behind the door one has come in by."""

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """The address of a page (flask.Flask.url_for)."""
        there, found = addressed(endpoint, values)
        return super().url_for(there, **found)


def create_pages(served: Service) -> Flask:
    """The app for that service."""
    app = Pages("kaiban", static_url_path="/static")
    app.url_map.converters["int"] = Number
    app.extensions["kaiban-web"] = served
    app.config.update(
        SECRET_KEY=served.secret,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_TEXT,
        MAX_FORM_PARTS=MAX_CONTROLS,
        SESSION_COOKIE_NAME=cookies.called(cookies.SESSION, secure=served.secure),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=served.secure,
        WTF_CSRF_TIME_LIMIT=None,  # the session's own life is the limit
        COMPRESS_ALGORITHM=["br", "gzip"],  # the smaller one where the browser takes it
        # A window no larger than a page: with the usual one, this level takes ten times as long.
        COMPRESS_BR_LEVEL=9,
        COMPRESS_BR_WINDOW=16,
        COMPRESS_MIN_SIZE=500,
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
    )
    app.session_interface = ServerSessions(
        lambda error: make_response(_unavailable(error, _typed_again()))
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's own provider; Chinese takes half the room
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(_begin)  # first: whatever refuses a request next, its answer has a number
    app.before_request(_dressed)
    # What is named first is done last: pages are packed when nothing in them changes any more. No other site
    # can have a page of somebody's fetched and measure its length (BREACH): our cookies are SameSite=Lax.
    Compress(app)
    app.after_request(_finish)
    app.after_request(_mark_chinese)
    static_assets.dress(app)
    Babel(app, locale_selector=preferences.locale)
    CSRFProtect(app)
    for routes in ROUTES:
        app.register_blueprint(routes.blueprint())
    if served.sample:
        app.register_blueprint(gallery)
    check_declared(app, ROUTES, OTHERS)
    template_globals.install(app)
    material_list.install(app)
    commitments.install(app)
    _install_errors(app)
    return app


def most_taken(limits: UploadLimits) -> int:
    """The most bytes any page takes in one request; more is refused without being kept."""
    return max(MAX_BODY, FILES_AT_ONCE * limits.file_mb * 1024 * 1024 + MAX_TEXT)


def routes_of() -> list[Route]:
    """Every declared page, for the agreement tests."""
    return [route for routes in ROUTES for route in routes.found]


#: What is typed here is on no page again.
WITH_SECRETS = {"kiosk.turn", *turning_away.WITH_SECRETS}

#: Where files come in: these may be larger than a page.
WITH_FILES = (
    "materials.change",
    "desk_materials.change",
    "bringing.change",
    "supplying.bring",
    "department.enter_result",
    "handing_over.hand_over",
    "case_obligations.take_in",
)


def _begin() -> None:
    g.request_id = uuid.uuid4().hex
    if request.endpoint in WITH_FILES and request.method == "POST":
        # Files wait on disk, not in memory, until they are looked at one by one.
        request.max_content_length = at_once() * 1024 * 1024 + MAX_TEXT


def _dressed() -> Response | None:
    return None if request.endpoint == "static" else static_assets.refuse_unstyled()


def _finish(answer: Response) -> Response:
    answer.headers["X-Request-Id"] = g.request_id
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
    if request.endpoint == "static":
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        # Read whole and closed here: whoever packs a stream does not close it, and a browser that goes away in
        # the middle can keep a server from doing so.
        answer.direct_passthrough = False
        answer.make_sequence()
        answer.close()
    else:
        answer.headers["Cache-Control"] = answer.headers.get("Cache-Control") or "no-store"
    # The route's rule is logged, never the address: addresses open filings.
    log.info(
        "page", id=g.request_id, method=request.method, route=str(request.url_rule or ""),
        status=answer.status_code,
    )  # fmt: skip
    return answer


def _mark_chinese(answer: Response) -> Response:
    """On a page in another language, tell what is Chinese all the same."""
    if answer.mimetype == "text/html" and preferences.current().lang != texts.HOME:
        answer.set_data(marked(answer.get_data(as_text=True)))
    return answer


def _install_errors(app: Flask) -> None:
    app.register_error_handler(NotYoursError, _not_yours)
    app.register_error_handler(TurnedAway, turning_away.turned_away)
    app.register_error_handler(AccountNotFound, lambda _: _page(404))
    app.register_error_handler(Stale, both)
    app.register_error_handler(CSRFError, lambda _: _csrf_refused())
    app.register_error_handler(FilingNotFound, lambda _: _page(404))
    app.register_error_handler(CaseNotFound, lambda _: _page(404))
    app.register_error_handler(MaterialNotFound, lambda _: _page(404))
    app.register_error_handler(Unavailable, lambda error: _unavailable(error, _typed_again()))
    app.register_error_handler(OSError, _file_failed)
    app.register_error_handler(413, lambda _: _too_large())
    app.register_error_handler(TryLater, _later)
    app.register_error_handler(PoolFull, lambda _: _later(busy(BUSY)))
    app.register_error_handler(JobStopped, lambda _: _not_shown())
    app.register_error_handler(HTTPException, lambda error: _page(error.code or 500))
    app.register_error_handler(Exception, _unexpected)


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
    title, text = ERRORS[503]
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


def _later(later: TryLater) -> Any:
    return _told(later.status, TRY_LATER[later.status], later.text, later.headers)


def _not_shown() -> Any:
    """A document that could not be made or drawn within the limits of a job."""
    return _told(500, ERRORS[500][0], NOT_SHOWN)


def _too_large() -> Any:
    """Say so in words the browser gets to show: a request is not broken off, if it is not endless."""
    drain(MOST_DRAINED)
    if request.endpoint not in WITH_FILES:
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
