"""Flask's `session`, kept at the server: a browser holds a random id, and only that.

A row is written when something is to be remembered, never for a page that was only looked at: until
then the id is nothing but what a page's CSRF token is made of. A row is read when something asks for what it
holds, so that files and whatever an address alone opens never touch the table. The id changes with every
change of rights (`renew`): whoever knew the one before has nothing.

Staff have sessions of their own beside those of applicants, under a cookie no other site's page can make a browser
send (SameSite=Strict): the address says which of the two a page works with, and neither opens what the other may.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from flask import Flask, Request, Response, g, request
from flask import session as _of_flask
from flask.sessions import SessionInterface, SessionMixin

from kaiban.domain.hours.waiting import is_running
from kaiban.ports import Lifetime, Session, Unavailable
from kaiban.web.access import cookies
from kaiban.web.service import Service, service

#: Under this name Flask-WTF asks for what its tokens are made of; it is never stored.
CSRF = "csrf_token"
#: So many times in its idle time a session in use is written down as used, and its cookie sent anew.
RENEWALS = 16
#: Under these addresses a page is one of staff.
STAFF_PATHS = ("/desk", "/watch")
#: A day at the window, and how long somebody is known who has gone away.
STAFF_LIFETIME = Lifetime(idle=timedelta(hours=1), absolute=timedelta(hours=12))
#: An account that nobody uses on an ordinary day.
EMERGENCY_LIFETIME = Lifetime(idle=timedelta(minutes=30), absolute=timedelta(hours=1))
#: After so long without a page asked for, staff are asked for the password again: counters are shared.
LOCK = timedelta(minutes=10)
#: In a session of staff until the password is given.
LOCKED = "locked"
#: When a staff session was last used is known to the half minute.
STAFF_USED = timedelta(seconds=30)
_ID = re.compile(r"[A-Za-z0-9_-]{43}")


class BrowserSession(SessionMixin):
    """What this browser may open; ``sid`` is "" until something needs one."""

    def __init__(self, served: Service, sid: str, *, staff: bool = False) -> None:
        self._served = served
        self.sid = sid
        self.staff = staff
        self._lifetime = STAFF_LIFETIME if staff else served.lifetime
        self._account = ""
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

    @property
    def account(self) -> str:
        """Who of the staff has signed in; "" is nobody."""
        self._opened()
        return self._stored.account if self._stored is not None else self._account

    def started(self) -> str:
        """What stays the same of it when its id changes."""
        self._opened()
        return "" if self._stored is None else self._stored.created_at.isoformat()

    def begin(self, account: str, lifetime: Lifetime) -> None:
        """Let it be another one, without values, that account's from now on."""
        self._opened()
        if self._stored is not None and not self._instead:
            self._instead = self.sid
        self._stored, self._values = None, {}
        self._account, self._lifetime = account, lifetime
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
        if self.staff or (self._stored is None and not self.modified):
            return None
        return int(self._lifetime.idle.total_seconds())

    def _kept(self) -> bool:
        if self._stored is None and not self.fresh:
            self._identify()
        if self.fresh:
            return self._served.sessions.add(self.sid, self._used(), self._instead)
        return self._served.sessions.use(self.sid, self._used())

    def _used(self) -> Session:
        now, lifetime = self._served.wall(), self._lifetime
        values = self._opened()
        if self._stored is None:
            return Session.begin(values, now, lifetime, self._account)
        return replace(self._stored, values=values, used_at=now, idle_ends_at=now + lifetime.idle)

    def _due(self) -> bool:
        stored = self._stored
        every = STAFF_USED if self.staff else self._lifetime.idle / RENEWALS
        return stored is not None and abs(self._served.wall() - stored.used_at) >= every

    def _opened(self) -> dict[str, Any]:
        if self._values is None:
            if self.sid and not self.fresh:
                self._stored = self._found()
            self._values = dict(self._stored.values) if self._stored else {}
            if self._is_left():
                self[LOCKED] = True
        return self._values

    def _is_left(self) -> bool:
        """Whether whoever signed in has been away too long; asked by whichever page comes first, for it counts as use."""
        stored = self._stored
        if stored is None or not stored.account:
            return False
        return not is_running(stored.used_at, self._served.wall(), LOCK)

    def _found(self) -> Session | None:
        found = self._served.sessions.get(self.sid, self._served.wall())
        # A member of staff's id in an applicant's cookie opens nothing.
        return None if found is not None and found.account and not self.staff else found

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
        staff = is_staff_path(request.path)
        sid = request.cookies.get(self._name(app, staff=staff), "")
        return BrowserSession(service(), sid if _ID.fullmatch(sid) else "", staff=staff)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write down what is to be, and tell the browser its id where it has to know."""
        ours = cast("BrowserSession", session)
        if ours.accessed:
            response.vary.add("Cookie")
        told, name = self._kept(ours, response), self._name(app, staff=ours.staff)
        place: dict[str, Any] = {
            "domain": self.get_cookie_domain(app),
            "path": self.get_cookie_path(app),
            "secure": self.get_cookie_secure(app),
            "httponly": self.get_cookie_httponly(app),
            "samesite": "Strict" if ours.staff else self.get_cookie_samesite(app),
        }
        if told and not from_elsewhere():
            response.set_cookie(name, ours.sid, max_age=ours.lasting(), **place)
        elif ours.ended:
            response.delete_cookie(name, **place)

    def _name(self, app: Flask, *, staff: bool) -> str:
        if not staff:
            return self.get_cookie_name(app)
        return cookies.called(cookies.STAFF, secure=self.get_cookie_secure(app))

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


def is_staff_path(path: str) -> bool:
    """Whether a page under that address is one of staff."""
    return any(path == each or path.startswith(f"{each}/") for each in STAFF_PATHS)


def this() -> BrowserSession:
    """The session of this browser, with what it is beside a mapping."""
    return cast("BrowserSession", _of_flask)


def renew() -> None:
    """Change the id of this browser's session, whose rights have changed."""
    this().renew()


def from_elsewhere() -> bool:
    """Whether another site sent this form: its request came without our cookie, which must outlive it."""
    return request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site"
