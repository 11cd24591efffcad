"""A recording proxy: it stands between an adapter and its department, and writes down what both say, about other people.

Nothing is changed on the line. What is written has everybody in it replaced and is signed anew, with the keys of
``OUT/keys`` and not with the department's; until it is written whole it is in memory only.
"""

import hashlib
import re
import shutil
import ssl
import threading
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any, Self

from flask import Flask, Response, request

from adapters.hall.clock import HallClock, RealClock
from adapters.hall.driving import Message
from adapters.hall.fault_injection.mischief import NOT_KEPT
from adapters.hall.hall import stub_classes
from adapters.hall.recordings.people import People
from adapters.hall.recordings.recording import lines
from adapters.hall.serving.forwarding import HOP_BY_HOP, forwarded
from adapters.hall.serving.server import Server
from adapters.hall.speech import PAPER
from adapters.hall.store import Exchange
from adapters.hall.stub import MAX_REQUEST, HallContext, Stub

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
HIDDEN = frozenset({*(name.lower() for name in NOT_KEPT), "set-cookie", "proxy-authorization"})
ENCODINGS = ("utf-8", "gb18030")
SHA256 = re.compile(r"[0-9a-f]{64}")


class Recorder:
    """Passes on to ``to`` what it is asked, and on leaving writes ``out/DEPARTMENT.jsonl``, if anything was said.

    ``keys`` are those the department's messages are enciphered with, where they are; they are copied to ``out/keys``, others
    are made there. ``tls`` is whom to trust in TLS and what to show there; None for the public authorities.
    ``options`` is what the recording says of the hall. ``exchanges`` is what was said, ``left_out`` how many of them were not
    written because nobody else could be put into them. KeyError if no stub is called so.
    """

    def __init__(
        self,
        department: str,
        to: str,
        out: Path,
        *,
        port: int = 0,
        keys: Path | None = None,
        tls: ssl.SSLContext | None = None,
        clock: HallClock | RealClock | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        classes, broken = stub_classes((department,))
        if broken:
            raise KeyError(broken[department])
        self.file = out / f"{department}.jsonl"
        self.exchanges: list[Exchange] = []
        self.left_out = 0
        self._stub = self._reader(classes[department], out / "keys", keys)
        self._to, self._port = to.rstrip("/"), port
        self._clock, self._real = clock or RealClock(), RealClock()
        self._options = {"seed": 7, "pace": 1, "always_open": False, **(options or {})}
        self._tls = tls
        self._lock = threading.Lock()
        self._server: Server | None = None

    def __enter__(self) -> Self:
        self._server = Server(self._app(), f"record-{self._stub.name}", self._port)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None, "entered above"
        self._server.close()
        if self.exchanges:
            self._write()
        self._stub.store.close()

    @property
    def url(self) -> str:
        """Where the adapter finds it."""
        assert self._server is not None, "the recorder is not started"
        return self._server.url

    # --- private --------------------------------------------------------------------------------

    def _reader(self, kind: type[Stub], own: Path, given: Path | None) -> Stub:
        """A stub that is never started: it reads messages and signs them anew."""
        own.mkdir(parents=True, exist_ok=True, mode=0o700)
        if given is not None:
            shutil.copytree(given, own, dirs_exist_ok=True)
        return kind(HallContext(HallClock(RealClock().now(), 1, manual=True), own))

    def _app(self) -> Flask:
        app = Flask("recorder", static_folder=None)
        app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
        app.add_url_rule("/", "root", self._pass_on, methods=METHODS, defaults={"path": ""})
        app.add_url_rule("/<path:path>", "all", self._pass_on, methods=METHODS)
        return app

    def _pass_on(self, path: str) -> Response:
        del path  # decoded; what was sent is passed on
        line = f"{request.method} {request.environ['RAW_URI']}"
        head = {name.lower(): value for name, value in request.headers.items()}
        asked = Message(f"{line} HTTP/1.1", head, request.get_data())
        at, wire_at = self._clock.now(), self._real.now()
        try:
            told = forwarded(self._to, asked, self._tls)
        except (OSError, HTTPException) as error:
            # Nobody has answered: the adapter is told as a gateway tells it, and there is nothing to compare.
            return Response(
                type(error).__name__, HTTPStatus.BAD_GATEWAY, content_type="text/plain"
            )
        said = Exchange(
            at.isoformat(), "", line, asked.body, told.body, told.status,
            _public(asked.headers), _public(told.headers), wire_at=wire_at.isoformat(),
        )  # fmt: skip
        with self._lock:
            self.exchanges.append(replace(said, n=len(self.exchanges) + 1))
        headers = [(name, value) for name, value in told.headers.items() if name not in HOP_BY_HOP]
        return Response(told.body, told.status, headers=headers)

    def _write(self) -> None:
        stub, people = self._stub, People(self._real.now().year)
        for each in self.exchanges:
            stub.speech.adopt(stub, each)
            for read in (stub.speech.asked(stub, each), stub.speech.answered(stub, each)):
                people.learn(read.fields, stub.speech)
            _learn_file(each, people)
        changed = [made for each in self.exchanges if (made := self._changed(each, people))]
        self.left_out = len(self.exchanges) - len(changed)
        part = self.file.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text("".join(lines(self._options, [(stub, changed)])), encoding="utf-8")
        part.replace(self.file)

    def _changed(self, each: Exchange, people: People) -> Exchange | None:
        """The exchange with others in it; None if they could not be put into it."""
        stub = self._stub
        try:
            made: Exchange = stub.speech.rewritten(stub, each, people.change)
            read = stub.speech.asked(stub, made), stub.speech.answered(stub, made)
        except Exception:  # noqa: BLE001 - whatever it is: as it is it must not be written
            return None
        texts = [made.line, *(value for side in read for value in side.fields.values())]
        texts += [
            raw.decode(each, "replace")
            for raw in (made.asked, made.answered)
            for each in ENCODINGS
        ]
        return (
            None
            if any(map(people.stand_in, texts))
            else replace(made, operation=read[0].operation)
        )


def _public(head: Mapping[str, str]) -> dict[str, str]:
    return {n: v for n, v in head.items() if n not in HIDDEN}


def _learn_file(each: Exchange, people: People) -> None:
    """A file that is laid down under its digest becomes another, under that one's."""
    digest = hashlib.sha256(each.asked).hexdigest()
    if each.asked and digest in SHA256.findall(each.line):
        people.take(digest, hashlib.sha256(PAPER).hexdigest())
