"""The hall's own address: JSON for programs here, pages for people in ``page``.

Listens on the loopback address only. A page of another site cannot use it either: the Host must
be ours, and whatever changes something must come from here.
"""

import json
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from adapters.hall.admin import page
from adapters.hall.admin.control import (
    ClerkError,
    Control,
    InputError,
    exchange_shown,
    trouble_shown,
)
from adapters.hall.fault_injection.answers import AnswersError
from adapters.hall.fault_injection.faults import FaultError
from adapters.hall.journal.asking import AskedWrongError, asked_for, counted
from adapters.hall.journal.expecting import verified
from adapters.hall.recordings.recording import recording
from adapters.hall.scenarios import ScenarioError
from adapters.hall.serving.server import LOOPBACK, Server
from adapters.hall.texts import gateway
from adapters.hall.timestamp_authority import stamping
from kaiban.ports import STUB_MARK

#: What an exception of the hall is to whoever asked.
STATUS: tuple[tuple[type[Exception], int], ...] = (
    (KeyError, HTTPStatus.NOT_FOUND),
    (ClerkError, HTTPStatus.CONFLICT),
    (FaultError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ScenarioError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (AnswersError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (AskedWrongError, HTTPStatus.UNPROCESSABLE_ENTITY),
)
TOML = "application/toml"
LOOK_EVERY = 0.5
MAX_REQUEST = 65536
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    STUB_MARK: "hall",
}


class Admin:
    """The app over a hall, and its server."""

    def __init__(self, hall: Any) -> None:
        self.stopping = threading.Event()
        self.app = _app(hall, self.stopping)
        self._server: Server | None = None

    def start(self, port: int = 0, host: str = LOOPBACK) -> None:
        """Listen; OSError if the port is taken, ValueError for any but the loopback address."""
        self._server = Server(self.app, "hall", port, host)

    def stop(self) -> None:
        """Listen no more."""
        self.stopping.set()
        if self._server is not None:
            self._server.close()
            self._server = None

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None, "the hall's page is not started"
        return self._server.url


def _app(hall: Any, stopping: threading.Event) -> Flask:
    app = Flask(__name__, static_folder="static")
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
    app.json.ensure_ascii = False  # type: ignore[attr-defined] # Flask's default provider has it
    app.before_request(_from_here)
    app.after_request(_with_headers)
    control = Control(hall)
    app.register_blueprint(_api(control, stopping))
    app.register_blueprint(page.pages(control))
    app.register_blueprint(gateway(hall))
    app.register_blueprint(stamping(hall.timestamp_authority))
    app.register_error_handler(HTTPException, _problem)
    for kind, status in STATUS:
        app.register_error_handler(kind, _as_problem(status))
    return app


def _from_here() -> None:
    """Refuse what another site has a browser send."""
    host = request.host.rpartition(":")[0] or request.host
    if host not in {LOOPBACK, "localhost"}:
        abort(HTTPStatus.MISDIRECTED_REQUEST)
    if request.method in {"GET", "HEAD"}:
        return
    origin = request.headers.get("Origin", f"http://{request.host}")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if origin != f"http://{request.host}" or site not in {"same-origin", "none"}:
        abort(HTTPStatus.FORBIDDEN)


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


def _as_problem(status: int) -> Callable[[Exception], Response]:
    def told(error: Exception) -> Response:
        text = f"there is no {error.args[0]}" if isinstance(error, KeyError) else str(error)
        return _told(status, text)

    return told


def _problem(error: HTTPException) -> Response:
    return _told(error.code or HTTPStatus.INTERNAL_SERVER_ERROR, error.description or "")


def _told(status: int, detail: str) -> Response:
    title = HTTPStatus(status).phrase
    if request.endpoint and request.endpoint.startswith("page."):
        return page.refused(status, detail)
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, content_type="application/problem+json")


def _asked() -> Any:
    if not request.is_json:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "application/json is expected")
    try:
        return json.loads(request.get_data())
    except ValueError:
        raise InputError("the body is not JSON") from None


def _api(control: Control, stopping: threading.Event) -> Blueprint:
    api = Blueprint("api", __name__)
    _looking(api, control, stopping)
    _looking_at_stubs(api, control)
    _moving(api, control)
    return api


def _looking(api: Blueprint, control: Control, stopping: threading.Event) -> None:
    @api.get("/hall")
    def hall() -> Response:
        return jsonify(control.hall_shown())

    @api.get("/hall/commits")
    def commits() -> Response:
        return jsonify([vars(each) for each in control.hall.commits()])

    @api.get("/hall/journal")
    def journal() -> Response:
        if request.accept_mimetypes.best == "text/event-stream":
            return Response(_events(control, stopping), content_type="text/event-stream")
        return jsonify([exchange_shown(*each) for each in asked_for(control.hall, request.args)])

    @api.get("/hall/recording.jsonl")
    def recorded() -> Response:
        return Response(recording(control.hall), content_type="application/jsonl")

    _asking(api, control)
    _answering(api, control)


def _answering(api: Blueprint, control: Control) -> None:
    @api.get("/hall/answers")
    def answers() -> Response:
        return jsonify(control.answers())

    @api.put("/hall/answers")
    def answer() -> Response:
        if request.mimetype != TOML:
            abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{TOML} is expected")
        try:
            control.answer(request.get_data().decode())
        except UnicodeDecodeError:
            raise InputError("the body is not UTF-8") from None
        return jsonify(control.answers())

    @api.delete("/hall/answers")
    def forget_answers() -> Any:
        control.answer("")
        return "", HTTPStatus.NO_CONTENT


def _asking(api: Blueprint, control: Control) -> None:
    @api.get("/hall/journal/counts")
    def counts() -> Response:
        return jsonify(counted(asked_for(control.hall, request.args)))

    @api.post("/hall/verify")
    def verify() -> Any:
        asked = _asked()
        found = verified(control.hall, asked.get("expect") if isinstance(asked, dict) else None)
        return jsonify(found), HTTPStatus.OK if found["ok"] else HTTPStatus.CONFLICT


def _looking_at_stubs(api: Blueprint, control: Control) -> None:
    @api.get("/stubs/<name>/faults")
    def faults(name: str) -> Response:
        return jsonify(control.stub_shown(name)["faults"])

    @api.get("/stubs/<name>/cases")
    def cases(name: str) -> Response:
        return jsonify([each.shown() for each in control.cases(name)])

    @api.get("/stubs/<name>/callbacks")
    def callbacks(name: str) -> Response:
        return jsonify([{"id": n, **call} for n, call in control.calls(name).items()])


def _moving(api: Blueprint, control: Control) -> None:
    nothing = "", HTTPStatus.NO_CONTENT

    @api.put("/hall/clock")
    def clock() -> Response:
        control.set_clock(_asked())
        return jsonify(control.hall_shown()["clock"])

    @api.post("/hall/reset")
    def reset() -> Any:
        control.reset()
        return nothing

    @api.put("/stubs/<name>/scenario")
    def scenario(name: str) -> Response:
        control.play(name, _asked())
        return jsonify(control.stub_shown(name))

    @api.post("/stubs/<name>/faults")
    def add_fault(name: str) -> Any:
        return jsonify(trouble_shown(control.add_fault(name, _asked()))), HTTPStatus.CREATED

    @api.delete("/stubs/<name>/faults")
    @api.delete("/stubs/<name>/faults/<int:number>")
    def remove_faults(name: str, number: int | None = None) -> Any:
        control.remove_faults(name, number)
        return nothing

    @api.post("/stubs/<name>/cases/<case_id>/<verdict>")
    def decide(name: str, case_id: str, verdict: str) -> Any:
        control.decide(name, case_id, verdict)
        return nothing

    @api.post("/stubs/<name>/callbacks/<number>/<act>")
    def call(name: str, number: str, act: str) -> Response:
        asked = _asked() if request.get_data() else {}
        if not isinstance(asked, dict) or set(asked) - {"how"}:
            raise InputError("expected an object with how")
        return jsonify(control.call(name, number, act, asked.get("how", "body")))


def _latest(control: Control, seen: dict[str, int]) -> list[dict[str, Any]]:
    """Return the exchanges not seen yet, and remember them."""
    found = [(n, each) for n in seen for each in control.journal(n, seen[n])]
    seen.update({name: each.n for name, each in found})
    return [exchange_shown(*each) for each in sorted(found, key=lambda f: (f[1].wire_at, f[1].n))]


def _events(control: Control, stopping: threading.Event) -> Iterator[str]:
    seen = dict.fromkeys(control.hall.names, 0)
    while True:
        for each in _latest(control, seen):
            yield f"data: {json.dumps(each, ensure_ascii=False)}\n\n"
        if stopping.wait(LOOK_EVERY):
            return
        yield ": still here\n\n"
