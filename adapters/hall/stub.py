"""What every stub department is made of."""

import hashlib
import math
import os
import random
import re
import secrets
import ssl
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask, Response, g, has_request_context, request

from adapters.hall.callbacks import Callbacks
from adapters.hall.clerk import Case, Clerk
from adapters.hall.clock import HallClock, RealClock
from adapters.hall.fault_injection.faults import Fault
from adapters.hall.fault_injection.line import Line
from adapters.hall.fault_injection.mischief import Interrupted, Mischief
from adapters.hall.fault_injection.troubles import Moment, Troubles
from adapters.hall.hours import ALWAYS, Hours
from adapters.hall.serving.server import Server
from adapters.hall.speech import Speech
from adapters.hall.store import Commit, Store
from kaiban.ports import STUB_MARK

MAGIC_WORDS = ("测试补正", "测试驳回", "测试超时")
MAGIC_SUFFIXES = {
    "registration": "登记",
    "seal": "公章",
    "tax": "税务",
    "bank": "银行",
    "social_insurance": "社保",
    "housing_fund": "公积金",
}
_DIGITS = "一二三四五六七八九"
MAX_REQUEST = 16 * 1024 * 1024
# z of the 95th percentile of the normal distribution.
Z95 = 1.645


@dataclass(frozen=True)
class HallContext:
    """What a stub is given by its hall.

    ``pace`` divides review durations, ``always_open`` takes the calendars out, ``state_path`` is
    a SQLite file (None: in memory, gone with the stub), ``secrets`` the folder of demonstration
    keys, ``callback_url`` Kaiban's base address or "", ``latency`` seconds of real time before
    each answer. ``troubles`` are the faults to commit; they outlive the stub's death. ``tls`` is
    what it shows of itself; None: it speaks plain HTTP.
    """

    clock: HallClock
    secrets: Path
    seed: int = 7
    pace: float = 1
    always_open: bool = False
    state_path: Path | None = None
    callback_url: str = ""
    latency: float = 0
    real: RealClock = field(default_factory=RealClock)
    troubles: Troubles = field(default_factory=lambda: Troubles(7, "stub"))
    tls: ssl.SSLContext | None = None


class Stub(ABC):
    """One department's pretended system.

    A subclass gives ``name``, ``port``, ``title``, ``hours``, its ``routes`` and ``settings``; for
    callbacks also ``callback_message`` and perhaps ``callback_accepted``. Each view calls
    ``self.operation(...)`` as soon as it knows what is asked: there the journal gets its name and
    faults take hold.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    port: ClassVar[int]
    hours: ClassVar[Hours] = ALWAYS
    #: Its language and its clerk, for the hall's page, faults and recordings.
    speech: ClassVar[Speech] = Speech()
    clerk: ClassVar[Clerk] = Clerk()

    def __init__(self, hall: HallContext) -> None:
        refuse_in_production()
        self.hall = hall
        self.stopping = threading.Event()
        self.mischief = Mischief(self)
        self.store = Store(hall.state_path)
        self.app = self._app()
        self.callbacks = Callbacks(self, hall.callback_url)
        self._server: Server | None = None

    # --- what a department writes ---------------------------------------------------------------

    @abstractmethod
    def routes(self, app: Flask) -> None:
        """Add the department's views."""

    def settings(self) -> dict[str, Any]:
        """Return what its adapter must be told to talk to it: at least ``url``."""
        return {"url": self.url}

    def refresh(self) -> None:  # noqa: B027 - for departments where time decides
        """Decide whatever has become due, so that the commits are complete."""

    def callback_message(self, key: str, topic: str) -> tuple[Mapping[str, str], bytes]:
        """Return headers and body of a callback, as things stand when it is sent; asked only of those that call back."""
        raise NotImplementedError

    def callback_accepted(self, status: int, body: bytes) -> bool:  # noqa: ARG002 - for protocols that look at it
        """Tell whether Kaiban has taken the callback; if not, it is sent again later."""
        return 200 <= status < 300

    # --- what a department calls ----------------------------------------------------------------

    def now(self) -> datetime:
        """Return the instant of business, UTC."""
        return self.hall.clock.now()

    def operation(self, name: str) -> None:
        """Say what the exchange at hand is about."""
        g.operation = name
        self.mischief.before_commit(name)

    def commit(self, enterprise: str, step: str, key: str) -> None:
        """Write down that an application became effective; exactly once for each."""
        at = self.now().isoformat()
        self.store.write_commit(Commit(enterprise, self.name, step, key, at))

    def commits(self) -> list[Commit]:
        """Return what became effective until now."""
        self.mischief.catch_up()
        with self.store.atomic():
            self.refresh()
        return self.store.commits()

    def cases(self) -> list[Case]:
        """Return the applications as they stand now, as the clerk lists them."""
        self.commits()
        return self.clerk.cases(self)

    def draw(self, key: str, purpose: str, n: int = 0) -> random.Random:
        """Return dice that fall the same way for the same key and purpose, in any order."""
        text = f"{self.hall.seed}|{self.name}|{key}|{purpose}|{n}"
        # Reproducible on purpose: nothing here guards a secret.
        return random.Random(hashlib.sha256(text.encode()).digest())  # noqa: S311 - see above

    def lasting(self, key: str, purpose: str, median: timedelta, p95: timedelta) -> timedelta:
        """Return how long it takes this time (log-normal), at the hall's pace."""
        sigma = math.log(p95 / median) / Z95
        factor = math.exp(self.draw(key, purpose).gauss(0, sigma))
        return median * factor / self.hall.pace

    def call_back(self, at: datetime, path: str, key: str, topic: str = "") -> None:
        """Have Kaiban called at an instant of business; repeated until it is taken."""
        number = self.callbacks.add(at, path, key, topic)
        # The hall's own page may be at work here as well: its exchange is none of ours.
        if has_request_context() and "planned" in g:
            g.planned.append(number)

    def open_at(self, now: datetime) -> bool:
        """Tell whether the department works at that instant."""
        return self.hall.always_open or self.hours.open_at(now)

    def next_opening(self, now: datetime) -> datetime:
        """Return the first instant from ``now`` on at which it works."""
        return now if self.hall.always_open else self.hours.next_opening(now)

    def magic(self, name: str) -> frozenset[str]:
        """Return the magic words in a company name that are aimed at this department.

        A word is aimed by the department's short name right after it; without one, at registration.
        """
        return frozenset(word for word in MAGIC_WORDS if word in name and self._aimed(word, name))

    def findings_in(self, name: str, letter: str) -> list[str]:
        """Return the numbered findings a company name calls up: `测试S03`, or as trade names take no letters, `测试公章三`."""
        word = MAGIC_SUFFIXES[self.name]
        asked = re.findall(f"测试(?:{letter}([0-9]{{2}})|{word}(十?[{_DIGITS}]|十))", name)
        return [f"{letter}{number or _number(spoken):0>2}" for number, spoken in asked]

    def secret(self, name: str, length: int = 32) -> bytes:
        """Return a demonstration key of that name, made and kept in the hall's folder."""
        return kept(self.hall.secrets / name, lambda: secrets.token_hex(length).encode())

    def lose_answer(self) -> None:
        """Hang up instead of answering: the work is done, but nobody hears of it."""
        # Not a formal interface of Werkzeug; a test watches over it.
        connection = request.environ.get("werkzeug.socket")
        if connection is not None:
            Line(connection, self.stopping).hang_up()

    # --- what the hall and tests call -----------------------------------------------------------

    def lose_next(self, operation: str) -> None:
        """Lose the answer to the next exchange of that operation, after it has been done."""
        self.mischief.add(Fault("close", "after-commit", op=operation, times=1))

    @property
    def calls(self) -> bool:
        """Whether its protocol has calls to Kaiban."""
        return type(self).callback_message is not Stub.callback_message

    def met_by(self, topic: str, key: str) -> Fault | None:
        """Return the fault that befalls a call to Kaiban."""
        moment = Moment("callback", topic, self.now(), lambda: (key, {"key": key}))
        return self.hall.troubles.meet(moment)

    def spoilt_call(
        self, do: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Mapping[str, str], bytes]:
        """Return the call as a forger, or a confused department, would make it."""
        spoil = self.speech.spoils_call.get(do)
        # Whoever has no key can only change what is said and hope.
        return spoil(self, headers, body) if spoil else (headers, body[:-2] + b" " + body[-2:])

    # --- life -----------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None, "the stub is not started"
        return self._server.url

    def start(self, port: int = 0) -> None:
        """Listen on the loopback address, on any free port if 0; OSError if it is taken."""
        self._server = Server(self.app, self.name, port, tls=self.hall.tls)
        self.callbacks.start()

    def stop(self) -> None:
        """Stop at once; what is stored stays."""
        self.stopping.set()
        self.callbacks.stop()
        if self._server is not None:
            self._server.close()
            self._server = None
        self.store.close()

    # --- private --------------------------------------------------------------------------------

    def _app(self) -> Flask:
        app = Flask(f"stub.{self.name}", static_folder=None)
        app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
        app.before_request(self._begin)
        app.after_request(self._end)
        app.register_error_handler(Interrupted, self.mischief.instead)
        self.routes(app)
        return app

    def _begin(self) -> None:
        g.operation, g.asked, g.fault, g.planned = "", b"", "", []
        g.at, g.wire_at = self.now().isoformat(), self.hall.real.now().isoformat()
        g.asked = request.get_data()
        if self.hall.latency:
            self.stopping.wait(self.hall.latency)
        self.mischief.before_parse()

    def _end(self, response: Response) -> Response:
        response = self.mischief.after(response)
        response.headers[STUB_MARK] = self.name
        if g.planned and self.mischief.calls_before_answer():
            self.callbacks.deliver(g.planned)
        self.store.write_exchange(
            replace(
                self.mischief.exchange(),
                answered=response.get_data(),
                status=response.status_code,
                answered_head=dict(response.headers),
                fault=g.fault,
            )
        )
        self.mischief.act(response)
        return response

    def _aimed(self, word: str, name: str) -> bool:
        after = name.split(word, 1)[1]
        aim = next((d for d, suffix in MAGIC_SUFFIXES.items() if after.startswith(suffix)), None)
        return (aim or "registration") == self.name


def refuse_in_production() -> None:
    """Raise RuntimeError where real cases are handled: a stub must never pretend there."""
    if os.environ.get("KAIBAN_ENV", "").lower() == "production":
        raise RuntimeError("stubs do not run with KAIBAN_ENV=production")


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return what the file holds; if there is none, make it and keep it, readable to us only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(make())
    return path.read_bytes()


def _number(spoken: str) -> str:
    """Read 一 to 十九."""
    tens, digit = ("1", spoken[1:]) if spoken.startswith("十") else ("", spoken)
    return f"{tens}{_DIGITS.index(digit) + 1 if digit else 0}"
