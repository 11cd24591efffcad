"""Flask's `session`, kept at the server: a browser holds a random id, and only that.

A row is written when something is to be remembered, never for a page that was only looked at: until
then the id is nothing but what a page's CSRF token is made of. A row is read when something asks for what it
holds, so that files and whatever an address alone opens never touch the table. The id changes with every
change of rights (`renew`): whoever knew the one before has nothing.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

from flask import Flask, Request, Response, g, request
from flask import session as _of_flask
from flask.sessions import SessionInterface, SessionMixin

from kaiban.ports import Session, Unavailable
from kaiban.web.service import Service, service

#: Under this name Flask-WTF asks for what its tokens are made of; it is never stored.
CSRF = "csrf_token"
#: So many times in its idle time a session in use is written down as used, and its cookie sent anew.
RENEWALS = 16
_ID = re.compile(r"[A-Za-z0-9_-]{43}")


class BrowserSession(SessionMixin):
    """What this browser may open; ``sid`` is "" until something needs one."""

    def __init__(self, served: Service, sid: str) -> None:
        self._served = served
        self.sid = sid
        self.fresh = self.ended = self.modified = False
        self._stored: Session | None = None
        self._values: dict[str, Any] | None = None
        self._instead = ""  # the id this one takes the place of

    # --- a mapping like any other, but for the seed of the CSRF token ---------------------------

    def __getitem__(self, key: str) -> Any:
        if key == CSRF and self.sid:
            return self._seed()
        return self._opened()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if key == CSRF:  # Flask-WTF misses a seed: it follows from an id
            self._identify()
            return
        self._opened()[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self._opened()[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self._opened())

    def __len__(self) -> int:
        return len(self._opened())

    # --- its life -------------------------------------------------------------------------------

    def renew(self) -> None:
        """Let it have another id from now on, and the one before open nothing; it lasts no longer for that."""
        self._opened()
        if self._stored is not None and not self._instead:
            self._instead = self.sid
        self.modified = True
        self._identify()

    def clear(self) -> None:
        """End it here and at the server."""
        self._instead = self._instead or self.sid
        self.sid, self._stored, self._values = "", None, {}
        self.ended, self.fresh, self.modified = True, False, False
        g.pop(CSRF, None)

    def keep(self) -> bool:
        """Write down what is to be; whether the browser is to be told its id."""
        if self.ended and self._instead:
            self._served.sessions.remove(self._instead)
            self._instead = ""
        if self.modified:
            return self._kept()
        if self._stored is not None and self._due():
            return self._served.sessions.use(self.sid, self._used())
        return self.fresh

    def lasting(self) -> int | None:
        """How many seconds the browser is to keep the id; None: until it is closed."""
        if self._stored is None and not self.modified:
            return None
        return int(self._served.lifetime.idle.total_seconds())

    def _kept(self) -> bool:
        if self._stored is None and not self.fresh:
            self._identify()
        if self.fresh:
            return self._served.sessions.add(self.sid, self._used(), self._instead)
        return self._served.sessions.use(self.sid, self._used())

    def _used(self) -> Session:
        now, lifetime = self._served.wall(), self._served.lifetime
        values = self._opened()
        if self._stored is None:
            return Session.begin(values, now, lifetime)
        return replace(self._stored, values=values, used_at=now, idle_ends_at=now + lifetime.idle)

    def _due(self) -> bool:
        stored = self._stored
        every = self._served.lifetime.idle / RENEWALS
        return stored is not None and abs(self._served.wall() - stored.used_at) >= every

    def _opened(self) -> dict[str, Any]:
        if self._values is None:
            if self.sid and not self.fresh:
                self._stored = self._served.sessions.get(self.sid, self._served.wall())
            self._values = dict(self._stored.values) if self._stored else {}
        return self._values

    def _identify(self) -> None:
        self.sid, self.fresh = secrets.token_urlsafe(32), True
        g.pop(CSRF, None)  # what Flask-WTF made of the one before

    def _seed(self) -> str:
        secret = self._served.secret
        return hmac.new(secret, f"{CSRF} {self.sid}".encode(), hashlib.sha256).hexdigest()


class ServerSessions(SessionInterface):
    """Opens and keeps them (flask.sessions.SessionInterface).

    ``outage`` is the page for a session that could not be kept; it takes the place of the answer, which may
    have promised what then was not remembered.
    """

    def __init__(self, outage: Callable[[Unavailable], Response]) -> None:
        self._outage = outage

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """The session of the id that came; nothing is read yet."""
        sid = request.cookies.get(self.get_cookie_name(app), "")
        return BrowserSession(service(), sid if _ID.fullmatch(sid) else "")

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write down what is to be, and tell the browser its id where it has to know."""
        ours = cast("BrowserSession", session)
        if ours.accessed:
            response.vary.add("Cookie")
        told, name = self._kept(ours, response), self.get_cookie_name(app)
        place: dict[str, Any] = {
            "domain": self.get_cookie_domain(app),
            "path": self.get_cookie_path(app),
            "secure": self.get_cookie_secure(app),
            "httponly": self.get_cookie_httponly(app),
            "samesite": self.get_cookie_samesite(app),
        }
        if told and not from_elsewhere():
            response.set_cookie(name, ours.sid, max_age=ours.lasting(), **place)
        elif ours.ended:
            response.delete_cookie(name, **place)

    def _kept(self, session: BrowserSession, response: Response) -> bool:
        try:
            return session.keep()
        except Unavailable as error:
            if not session.ended:  # an end is the browser's in any case: it forgets the id
                _replace(response, self._outage(error))
            return session.fresh


def _replace(response: Response, other: Response) -> None:
    """Let one answer be the other, whatever was said of its bytes."""
    for name in ("Location", "Content-Encoding", "ETag"):
        response.headers.pop(name, None)
    response.status_code = other.status_code
    response.headers["Retry-After"] = other.headers["Retry-After"]
    response.content_type = other.content_type
    response.set_data(other.get_data())


def renew() -> None:
    """Change the id of this browser's session, whose rights have changed."""
    cast("BrowserSession", _of_flask).renew()


def from_elsewhere() -> bool:
    """Whether another site sent this form: its request came without our cookie, which must outlive it."""
    return request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site"
