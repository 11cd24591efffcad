"""One HTTP exchange with a department, and the one question it has to answer: did it happen?

Every failure is sorted into the error families of ``kaiban.ports``: Retryable only where it is
certain that nothing reached the department, Misconfigured where a person must look (Denied where that may
be because of this one message), Unknown for all the rest. Unreachable and Silent among them say that it lay with the department's system or the
line, not with what was asked.
"""

import email.utils
import io
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from adapters import tls
from kaiban.ports import (
    STUB_MARK,
    AdapterError,
    Denied,
    Misconfigured,
    Retryable,
    Said,
    Silent,
    Unknown,
    Unreachable,
    overheard,
)  # fmt: skip

CONNECT_SECONDS = 3.05
LONGEST_WAIT = timedelta(hours=1)
TOO_MANY = 429
#: 401 is about who we are. 403 may come from a gateway that dislikes a word in this one application.
NOT_ALLOWED: Mapping[int, type[Misconfigured]] = {401: Misconfigured, 403: Denied}
THEIR_FAULT = 500


class WireClock(Protocol):
    """Real time, for signatures and time-stamps on the wire; never for business."""

    def now(self) -> datetime:
        """Return the instant, UTC."""


@dataclass(frozen=True)
class Answer:
    """What came back, as bytes: charsets are the protocol's business, never guessed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


_NO_ANSWER = Answer(0, {}, b"")


class HtmlPage(Silent):
    """A web page came instead of an answer: maintenance, a login form, some proxy's error."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"HTTP {answer.status}: a web page instead of an answer")
        self.answer = answer


class Http:
    """Talks to one department's address; may be used by many threads.

    ``deadline`` is the total time in seconds for the whole answer, headers and body, however
    slowly it drips; connecting has its own limit before that. ``max_bytes`` is the longest answer.
    ``trust`` says whom to believe in TLS, and who we are; Misconfigured if its files cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: WireClock,
        deadline: float,
        max_bytes: int,
        trust: tls.Trust = tls.Trust(),  # noqa: B008 - a frozen value
    ) -> None:
        trust.check()
        self._url = url.rstrip("/")
        self._clock = clock
        self._deadline = deadline
        self._max_bytes = max_bytes
        self._session = _session(trust)
        self._stubs_refused = False

    def refuse_stubs(self) -> None:
        """From now on, whatever a stub says is Misconfigured: it must not enter a real case."""
        self._stubs_refused = True

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        ok: tuple[int, ...] = (200,),
    ) -> Answer:
        """Send once, read the whole answer; raises Retryable, Misconfigured or Unknown."""
        began, answer = time.monotonic(), _NO_ANSWER
        try:
            with self._send(method, path, body, headers or {}) as response:
                answer = self._read(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _family(error) from error
        finally:
            spent = round((time.monotonic() - began) * 1000)
            overheard(Said(f"{method} {path}", body, answer.status, answer.body, spent))
        return self._judged(answer, ok)

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def _send(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> requests.Response:
        return self._session.request(
            method,
            self._url + path,
            data=body,
            headers={"Accept-Encoding": "identity", **headers},
            timeout=(min(CONNECT_SECONDS, self._deadline), self._deadline),
            stream=True,
            allow_redirects=False,
        )

    def _read(self, response: requests.Response) -> Answer:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise Unknown("the answer is compressed although plain bytes were asked for")
        body = bytearray()
        for chunk in _chunks(response):
            body += chunk
            if len(body) > self._max_bytes:
                raise Unknown(f"the answer is longer than {self._max_bytes} bytes")
        return Answer(response.status_code, response.headers, bytes(body))

    def _judged(self, answer: Answer, ok: tuple[int, ...]) -> Answer:
        if self._stubs_refused and STUB_MARK in answer.headers:
            raise Misconfigured("a stub answers at the department's address")
        if answer.status == TOO_MANY:
            wait = retry_after(answer.headers.get("Retry-After", ""), self._clock.now())
            raise Retryable("HTTP 429: too many requests", wait)
        if answer.status in NOT_ALLOWED and answer.status not in ok:
            family = NOT_ALLOWED[answer.status]
            raise family(f"HTTP {answer.status}: the department does not let us in")
        if is_html(answer.body):
            raise HtmlPage(answer)
        if answer.status not in ok:
            raise (Silent if answer.status >= THEIR_FAULT else Unknown)(f"HTTP {answer.status}")
        return answer


def retry_after(value: str, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks to wait (seconds or an HTTP date), one hour at most."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:6])), LONGEST_WAIT)
    try:
        due = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    due = due if due.tzinfo else due.replace(tzinfo=UTC)
    return max(timedelta(0), min(due - now, LONGEST_WAIT))


def is_html(body: bytes) -> bool:
    """Whether the bytes begin like a web page, in any encoding that contains ASCII."""
    start = body[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html"))


def _chunks(response: requests.Response) -> Iterator[bytes]:
    # read1 hands over what has arrived; read would block until the chunk is full.
    while chunk := response.raw.read1(65536, decode_content=False):
        yield chunk


def _family(error: Exception) -> AdapterError:
    refused = tls.refusal(error)
    if refused:
        return refused
    inner = getattr(error.args[0] if error.args else None, "reason", error)
    # NameResolutionError is a NewConnectionError.
    if isinstance(inner, NewConnectionError | ConnectTimeoutError | requests.ConnectTimeout):
        return Unreachable(f"not sent: {type(inner).__name__}")
    return Silent(f"the exchange broke off: {type(inner).__name__}")


def _session(trust: tls.Trust) -> requests.Session:
    session = requests.Session()
    # A proxy from the environment could answer in the department's place; ~/.netrc could leak.
    session.trust_env = False
    session.verify = trust.ca_file or True
    session.cert = trust.shown
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    transport = _Transport(pool_connections=1, pool_maxsize=8, max_retries=0)
    session.mount("https://", transport)
    session.mount("http://", transport)
    return session


# --- a response that cannot be dripped for ever ---------------------------------------------------
# A socket's time-out starts anew with every byte that arrives; here it runs down over the whole
# response, status line and headers included.


class _RunningDown(io.RawIOBase):
    """The receiving side of a socket, whose time-out shrinks to what is left."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        seconds = sock.gettimeout()
        self._end = None if seconds is None else time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._end is not None:
            left = self._end - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._sock.settimeout(left)
        return cast("int | None", self._raw.readinto(buffer))

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_RunningDown(sock))


class _Connection(HTTPConnection):
    response_class = _Response


class _TlsConnection(tls.Connection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Transport(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        try:
            super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call] # requests has no types here
        except OSError as error:  # a file that was there is gone
            raise Misconfigured(str(error)) from error
