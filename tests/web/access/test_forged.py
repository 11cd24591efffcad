"""What another site has a browser send (CSRF) is refused on every route that takes a POST, and nothing is written down."""

import re
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product

import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from kaiban.web.access.sessions import is_staff_path
from tests.serving import serve
from tests.web.desk.people import at_desk, hire
from tests.web.visitor import Visitor

#: What stands in an address where it names neither the form nor the case.
INSIDE = {
    "page": "licence", "row": "0", "place": "company.industry_code", "key": "articles", "ident": "0",
    "number": "1", "link": "tax", "login": "nobody", "desk_no": "000000", "name": "tax", "branch": "tax",
}  # fmt: skip
#: What is sent with these is protected.
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
#: The session in which the refusal is told.
_OF_ITSELF = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM) \"?(sessions)\b", re.IGNORECASE)
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


def posts(app):
    """The rule of every route of the app, declared or not, that takes what changes something."""
    return sorted({each.rule for each in app.url_map.iter_rules() if each.methods & CHANGING})


@contextmanager
def written(engine):
    """The statements meanwhile that write anything but the session."""
    found = []

    def note(_connection, _cursor, statement, *_):
        if _WRITES.match(statement) and not _OF_ITSELF.match(statement):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


@dataclass(frozen=True)
class Victim:
    """A browser that is signed in, in which other sites' pages are open, with what these may have for a token."""

    browser: Visitor
    tokens: Mapping[str, Callable[[bool], str | None]]
    no: str

    def path(self, rule):
        """An address of the route that leads to what is theirs."""
        named = {"aid": self.browser.aid, "no": self.no, "code": "23456789ABCD", **INSIDE}
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: named[found[1]], rule)

    def send(self, address, rule, what):
        sent = {"csrf_token": self.tokens[what](is_staff_path(rule))}
        return self.browser.http.post(
            address + self.path(rule), data=sent, timeout=60, allow_redirects=False
        )


@pytest.fixture(scope="module")
def browsers(city):
    """Two browsers, each with a form of its own and somebody of the staff in it."""
    found = []
    for _ in range(2):
        visitor = at_desk(city.address, hire(city.kaiban))
        visitor.open("/").press("开始填写").press("保存并继续")
        visitor.aid = visitor.filing_id
        found.append(visitor)
    yield found
    for each in found:
        each.close()


@pytest.fixture(scope="module")
def victim(browsers, city):
    ours, theirs = ({staff: token(each, staff=staff) for staff in (False, True)} for each in browsers)  # fmt: skip
    assert len({*ours.values(), *theirs.values()}) == 4, "each session has its own"
    return Victim(browsers[0], {
        "none": lambda _: None,
        "made up": lambda _: "x" * 40,
        "another browser's": theirs.get,
        "the other session's of this browser": lambda staff: ours[not staff],
    }, city.submit(city.form("站外送来")))  # fmt: skip


def token(visitor, *, staff):
    visitor.open("/desk" if staff else f"/a/{visitor.aid}/licence")
    return visitor.page.xpath("//input[@name='csrf_token']/@value")[0]


def accepted(app, victim, address, engine):
    """Every (route, forged token) that is not refused as forged, or that wrote something down."""
    found = []
    for rule, what in product(posts(app), victim.tokens):
        with capture_logs() as logs, written(engine) as statements:
            answer = victim.send(address, rule, what)
        refused = [each["route"] for each in logs if each["event"] == "csrf_refused"]
        if refused != [rule] or answer.status_code not in (303, 403) or statements:
            found.append((rule, what, answer.status_code, statements))
    return found


def test_nothing_that_is_sent_without_a_token_of_this_session_is_done(city, victim):
    app = city.kaiban.pages()
    assert len(posts(app)) > 50
    assert accepted(app, victim, city.address, city.kaiban.database.engine) == []


def test_routes_that_ask_for_no_token_are_found(city, victim):
    """A hole on purpose, on a page of applicants and on one of staff."""
    app, holes = city.kaiban.pages(), ("choosing", "approvals")
    for name in holes:
        app.extensions["csrf"].exempt(app.blueprints[name])
    with serve(app) as address:
        found = accepted(app, victim, address, city.kaiban.database.engine)
    open_to_all = {
        each.rule for each in app.url_map.iter_rules()
        if "POST" in each.methods and each.endpoint.partition(".")[0] in holes
    }  # fmt: skip
    assert {rule for rule, *_ in found} == open_to_all
    assert len(open_to_all) > 1
