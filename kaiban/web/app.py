"""The pages as a Flask app: routes mounted, headers set, answers packed."""

import uuid
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask_babel import Babel
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from kaiban.web import errors, request_sizes, template_globals
from kaiban.web.access import cookies
from kaiban.web.access.doors import addressed
from kaiban.web.access.sessions import ServerSessions
from kaiban.web.desk import case_files
from kaiban.web.materials import commitments, material_list
from kaiban.web.pages import OTHERS, ROUTES
from kaiban.web.presentation import preferences, static_assets, texts
from kaiban.web.presentation.gallery import gallery
from kaiban.web.presentation.lang_attributes import marked
from kaiban.web.responses import cut_off
from kaiban.web.routes import check_declared
from kaiban.web.service import Service

log = structlog.get_logger()

#: The largest number in a column of PostgreSQL.
LARGEST = 2**31 - 1

#: Nothing but our own files; nothing inline, no frames, no forms to elsewhere.
CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


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
    app.config.update(_settings(served))
    app.session_interface = ServerSessions(errors.without_session)
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
    app.before_request(cut_off.refuse)
    for routes in ROUTES:
        app.register_blueprint(routes.blueprint())
    if served.sample:
        app.register_blueprint(gallery)
    check_declared(app, ROUTES, OTHERS)
    template_globals.install(app)
    material_list.install(app)
    case_files.install(app)
    commitments.install(app)
    errors.install(app)
    return app


def _settings(served: Service) -> dict[str, Any]:
    return {
        "SECRET_KEY": served.secret,
        "MAX_CONTENT_LENGTH": request_sizes.MAX_BODY,
        "MAX_FORM_MEMORY_SIZE": request_sizes.MAX_TEXT,
        "MAX_FORM_PARTS": request_sizes.MAX_CONTROLS,
        "SESSION_COOKIE_NAME": cookies.called(cookies.SESSION, secure=served.secure),
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": served.secure,
        "WTF_CSRF_TIME_LIMIT": None,  # the session's own life is the limit
        # A token is of one session, and nobody can give a browser the session of another: with https its cookie is
        # a __Host- one. Which page a post came from may be unsaid, or said by a name of ours that is not a setting.
        "WTF_CSRF_SSL_STRICT": False,
        "COMPRESS_ALGORITHM": ["br", "gzip"],  # the smaller one where the browser takes it
        # A window no larger than a page: with the usual one, this level takes ten times as long.
        "COMPRESS_BR_LEVEL": 9,
        "COMPRESS_BR_WINDOW": 16,
        "COMPRESS_MIN_SIZE": 500,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
    }


def _begin() -> None:
    g.request_id = uuid.uuid4().hex
    request_sizes.allow_files()


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
