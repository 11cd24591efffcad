"""Whoever comes to the pages of staff, and what there is for them to open: of two halls, underway, over, and gone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from kaiban.domain.roles import Role
from kaiban.storage.filings import place_of
from kaiban.storage.schema import filings
from kaiban.web.access.admission import ENROL, LOCKED, PASSWORD
from tests.web.desk.assisted.clerk import Clerk
from tests.web.desk.people import OWN, hire, move
from tests.web.visitor import Visitor

#: Who comes to the door beside every role in its two halls.
OUTSIDE = ("nobody", "applicant", "ended", "disabled", "removed")
HALFWAY = {LOCKED: LOCKED, PASSWORD: PASSWORD, ENROL: ENROL}


@dataclass(frozen=True)
class Still:
    """A clock that stands: no session is left or grows old, however long this machine takes."""

    at: datetime

    def now(self):
        return self.at


def begun(home, hall):
    """The desk's number of a form somebody there has begun."""
    clerk = _clerk(home, hall)
    clerk.begin().close()
    return clerk.number


def handed_in(city, home, hall):
    """The same of one that has become a case of that hall: a case of its own, as no two forms become one."""
    number, no = begun(home, hall), city.submit(city.form())
    if hall != OWN:
        move(home.kaiban, no, hall)
    filing = home.kaiban.filings.get(home.kaiban.assisted.get(number).filing_id)
    with home.kaiban.database.transaction() as connection:
        home.kaiban.filings.bind(connection, filing, no)
    return number


def dropped(home, hall):
    """The same of one that has lain longer than forms are kept."""
    number = begun(home, hall)
    filing, long_ago = home.kaiban.assisted.get(number).filing_id, datetime(2000, 1, 1, tzinfo=UTC)
    place = place_of(home.kaiban.keyring, filing)
    with home.kaiban.database.transaction() as connection:
        at_rest = update(filings).where(filings.c.place == place)
        connection.execute(at_rest.values(saved_at=long_ago))
    assert home.kaiban.filings.prune(long_ago + timedelta(1)) == 1
    return number


def ended(city, hall):
    """The number of a case that is decided."""
    no = city.submit(city.form("测试驳回登记"))
    move(city.kaiban, no, hall)
    assert city.until(no, lambda case: case.ended)["status"] == "refused"
    return no


def _clerk(home, hall):
    clerk = Clerk(home.address)
    hire(home.kaiban, hall=hall).come_in(clerk)
    return clerk


def emergency(home, hall):
    visitor = Visitor(home.address)
    hire(home.kaiban, Role.EMERGENCY, hall).come_in(visitor, code="")
    return visitor


def outside(home, who):
    visitor, accounts = Visitor(home.address), home.kaiban.staff.accounts
    if who == "applicant":
        visitor.open("/")
        visitor.press("开始填写").press("保存并继续")
    elif who != "nobody":
        person = hire(home.kaiban)
        person.come_in(visitor)
        now = home.kaiban.staff.wall()
        {
            "ended": lambda: home.kaiban.sessions.end(person.login, now),
            "disabled": lambda: accounts.disable(person.login, now),
            "removed": lambda: accounts.remove(person.login, now),
        }[who]()
    return visitor


def halfway(home, who):
    person, visitor, accounts = (
        hire(home.kaiban),
        Visitor(home.address),
        home.kaiban.staff.accounts,
    )
    person.come_in(visitor)
    if who == LOCKED:
        visitor.press("锁定")
    elif who == ENROL:
        accounts.enrol(person.login, "", ())
    else:
        given = home.kaiban.staff.wall() + home.kaiban.profile.drafts.kept
        accounts.set_password(person.login, "x", given)
    return visitor
