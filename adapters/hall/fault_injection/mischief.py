"""Where a stub's faults take hold: before an exchange is read, before its work, after it.

``Stub`` calls ``before_parse``, ``before_commit`` and ``after`` at these points. Nothing has
happened yet where the first two interrupt; everything has where the third spoils the answer.
"""

import base64
import contextvars
import gzip
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Response, g, request

from adapters.hall.fault_injection.faults import At, Fault, FaultError
from adapters.hall.fault_injection.line import ACTS, Line
from adapters.hall.fault_injection.troubles import Moment, Trouble, Troubles
from adapters.hall.store import Exchange, instant
from adapters.wire.reading import as_text

LATE = "_late"
#: Before these somebody waits.
PATIENT = frozenset({"delay", "answer"})
#: Nobody needs to read these in a journal.
NOT_KEPT = frozenset({"Authorization", "Cookie"})
#: Marks a request that the stub puts to itself: no faults there.
OWN = "kaiban.stub.own"


class Interrupted(Exception):  # noqa: N818 - ends an exchange on purpose, it is not an error
    """The exchange goes no further; ``fault`` says what is answered instead."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.do)
        self.fault = fault


class Mischief:
    """Commits the faults that are set for a stub."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub
        self._last: dict[str, Response] = {}

    def add(self, fault: Fault, scenario: str = "") -> Trouble:
        """Set a fault; FaultError if this department cannot commit it."""
        self.check(fault)
        return self.troubles.add(fault, scenario)

    def check(self, fault: Fault) -> None:
        """Raise FaultError if this department cannot commit the fault."""
        why = self._impossible(fault)
        if why:
            raise FaultError(f"{self._stub.name} cannot do {fault.do}: {why}")

    @property
    def troubles(self) -> Troubles:
        """What is set."""
        troubles: Troubles = self._stub.hall.troubles
        return troubles

    # --- the three points -----------------------------------------------------------------------

    def before_parse(self) -> None:
        """The request is there, nobody has looked at it."""
        if OWN in request.environ:
            return
        self.catch_up()
        if any(each.fault.at == "before-parse" for each in self.troubles.all()):
            operation = self._stub.speech.asked(self._stub, self.exchange()).operation
            self._interrupt("before-parse", operation)

    def before_commit(self, operation: str) -> None:
        """It is known what is asked; nothing has been done."""
        if OWN not in request.environ:
            self._interrupt("before-commit", operation)

    def instead(self, interrupted: Interrupted) -> Response:
        """Return what is answered in place of the work."""
        fault = interrupted.fault
        g.interrupted = True
        if fault.do in ACTS:
            g.act = fault
            if fault.do == "late-commit":
                self._postpone(fault)
            return Response(b"")
        if fault.kind.spoken:
            spoken: Response = self._stub.speech.spoils[fault.do](self._stub, Response(b""))
            return spoken
        return SHAPES[fault.do](Response(b""), fault.parameters, random.Random(0))  # noqa: S311 - no secret

    def after(self, response: Response) -> Response:
        """The work is done; return the answer as it will be sent."""
        if g.get("interrupted") or OWN in request.environ:
            return response
        fault = self._met("after-commit", g.operation)
        before, self._last[g.operation] = self._last.get(g.operation), _copy(response)
        return response if fault is None else self._spoilt(fault, response, before)

    def act(self, response: Response) -> None:
        """Do to the line what is to be done."""
        fault: Fault | None = g.get("act")
        connection = request.environ.get("werkzeug.socket")
        if fault is None or connection is None:
            return
        ACTS[fault.do](Line(connection, self._stub.stopping), response, fault.parameters)

    def calls_before_answer(self) -> bool:
        """Tell whether the calls this exchange has planned are to be made at once."""
        moment = replace(self._moment("callback", g.operation), answering=True)
        return OWN not in request.environ and self._meet(moment) is not None

    # --- late commits ---------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Do the work that was put off and is due."""
        store, now = self._stub.store, self._stub.now()
        for number, late in store.all(LATE).items():
            if instant(late["at"]) <= now and store.remove(LATE, number):
                # In a context of its own: the exchange at hand keeps what Flask knows of it.
                contextvars.Context().run(self._put_again, late)

    def _postpone(self, fault: Fault) -> None:
        at = self._stub.now() + timedelta(minutes=fault.parameters["minutes"])
        late = {
            "at": at.isoformat(), "method": request.method, "path": request.full_path,
            "headers": dict(request.headers), "body": base64.b64encode(g.asked).decode(),
        }  # fmt: skip
        self._stub.store.put(LATE, f"{self._stub.store.next_number(LATE):08}", late)

    def _put_again(self, late: Mapping[str, Any]) -> None:
        self._stub.app.test_client().open(
            late["path"], method=late["method"], headers=late["headers"],
            data=base64.b64decode(late["body"]), environ_base={OWN: True},
        )  # fmt: skip

    # --- private --------------------------------------------------------------------------------

    def _impossible(self, fault: Fault) -> str:
        """Why this department cannot commit the fault; "" if it can."""
        speech = self._stub.speech
        if fault.at == "callback" and not self._stub.calls:
            return "it makes no calls"
        name = f"forge-{fault.parameters['how']}" if fault.do == "forge" else fault.do
        if name in {"wrong-ref", "forge-key"} and name not in speech.spoils_call:
            return "it does not sign its calls"
        if fault.kind.spoken and fault.at != "callback" and fault.do not in speech.spoils:
            return f"of the spoken faults it knows {', '.join(sorted(speech.spoils)) or 'none'}"
        return ""

    def exchange(self) -> Exchange:
        """Return the exchange at hand as far as it is known."""
        head = {n: v for n, v in request.headers.items() if n not in NOT_KEPT}
        return Exchange(g.at, g.operation, _line(), g.asked, b"", 0, head, wire_at=g.wire_at)

    def _spoilt(self, fault: Fault, response: Response, before: Response | None) -> Response:
        if fault.do in PATIENT:
            self._wait(fault)
        if fault.do in ACTS:
            g.act = fault
        elif fault.do == "stale-answer":
            response = before or response
        elif fault.kind.spoken:
            response = self._stub.speech.spoils[fault.do](self._stub, response)
        elif fault.do in SHAPES:
            dice = self.troubles.dice(fault, g.operation)
            response = SHAPES[fault.do](response, fault.parameters, dice)
        return response

    def _interrupt(self, at: At, operation: str) -> None:
        fault = self._met(at, operation)
        if fault is None:
            return
        if fault.do in PATIENT:
            self._wait(fault)
        if fault.do == "delay":
            return
        raise Interrupted(fault)

    def _met(self, at: At, operation: str) -> Fault | None:
        return self._meet(self._moment(at, operation))

    def _meet(self, moment: Moment) -> Fault | None:
        fault = self.troubles.meet(moment)
        if fault is not None:
            g.fault = f"{fault.do} {fault.at}"
        return fault

    def _moment(self, at: At, operation: str) -> Moment:
        def read() -> tuple[str, Mapping[str, str]]:
            reading = self._stub.speech.asked(self._stub, self.exchange())
            return reading.case, reading.fields

        return Moment(at, operation, self._stub.now(), read, _line())

    def _wait(self, fault: Fault) -> None:
        given = fault.parameters
        case = self._stub.speech.asked(self._stub, self.exchange()).case
        more = self.troubles.dice(fault, case).uniform(0, given["spread"])
        self._stub.stopping.wait(given["seconds"] + more)


Shape = Callable[[Response, Mapping[str, Any], random.Random], Response]


def _http(response: Response, given: Mapping[str, Any], dice: random.Random) -> Response:
    del response, dice
    status = given["status"]
    page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
    made = Response(page, status, content_type="text/html")
    if status in {429, 503} and given["retry_after"]:
        made.headers["Retry-After"] = str(given["retry_after"])
    return made


def _redirect(response: Response, given: Mapping[str, Any], dice: random.Random) -> Response:
    del response, dice
    return Response(b"", 302, headers={"Location": given["to"]}, content_type="text/html")


def _own(response: Response, given: Mapping[str, Any], dice: random.Random) -> Response:
    del response, dice
    body = base64.b64decode(given["base64"]) or given["body"].encode(given["encoding"])
    made = Response(body, given["status"])
    made.headers.update(given["headers"])
    return made


def _garbage(response: Response, given: Mapping[str, Any], dice: random.Random) -> Response:
    response.set_data(dice.randbytes(given["bytes"]))
    return response


def _bom(response: Response, given: Mapping[str, Any], dice: random.Random) -> Response:
    del given, dice
    response.set_data(b"\xef\xbb\xbf" + response.get_data())
    return response


def _encoding(response: Response, given: Mapping[str, Any], dice: random.Random) -> Response:
    del dice
    text, encoding = as_text(response.get_data())
    if encoding != "binary":
        response.set_data(text.encode(given["encoding"], "replace"))
    return response


def _content_type(response: Response, given: Mapping[str, Any], dice: random.Random) -> Response:
    del dice
    response.headers["Content-Type"] = given["type"]
    return response


def _gzip(response: Response, given: Mapping[str, Any], dice: random.Random) -> Response:
    del given, dice
    response.set_data(gzip.compress(response.get_data(), mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


SHAPES: Mapping[str, Shape] = {
    "http": _http,
    "redirect": _redirect,
    "answer": _own,
    "garbage": _garbage,
    "bom": _bom,
    "encoding": _encoding,
    "wrong-content-type": _content_type,
    "gzip": _gzip,
}


def _line() -> str:
    return f"{request.method} {request.full_path.removesuffix('?')}"


def _copy(response: Response) -> Response:
    return Response(response.get_data(), response.status, headers=list(response.headers))
