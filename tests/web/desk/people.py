"""Staff of the tests' city, as they are before and after their first day."""

from dataclasses import dataclass
from itertools import count

import pyotp
from sqlalchemy import update

from kaiban.domain.cases.states import ENDED
from kaiban.domain.roles import Role
from kaiban.orchestrator.staff.second_factor import new_recovery_codes, new_secret, recovery_code
from kaiban.ports import Account, Place
from kaiban.storage.schema import cases, worklist
from tests.web.visitor import Visitor

PASSWORD = "zao fan jiu bei cha"
OWN, OTHER = "main", "allday"
_NUMBERS = count(1)


@dataclass
class Person:
    """Somebody of the staff with what proves who they are."""

    login: str
    secret: str
    codes: list[str]
    kaiban: object

    def code(self):
        """What the authenticator shows, in real time as the service sees it."""
        return pyotp.TOTP(self.secret).at(self.kaiban.staff.wall())

    def come_in(self, visitor, path="/desk", **typed):
        """Sign in with a recovery code: several times in one test, which a code does not allow."""
        visitor.open(path)
        answers = {"login": self.login, "password": PASSWORD, "code": self.codes.pop(), **typed}
        return visitor.press("登录", **answers)


def hire(kaiban, role=Role.WINDOW, hall=OWN, window="03", name="李敏"):
    """Somebody who has been here for a while."""
    login, now = f"ck{next(_NUMBERS):04}", kaiban.staff.wall()
    accounts = kaiban.staff.accounts
    accounts.add(Account(login, name, role, hall, window), PASSWORD, now)
    secret, codes = new_secret(), new_recovery_codes()
    if role is not Role.EMERGENCY:
        accounts.enrol(login, secret, map(recovery_code, codes))
        accounts.trust(login, Place("", "127.0.0.1"), now)
    return Person(login, secret, codes, kaiban)


def at_desk(address, person):
    """A browser in which the person has signed in."""
    visitor = Visitor(address)
    person.come_in(visitor)
    return visitor


def move(kaiban, no, hall):
    """Let the case be of that hall; before it ends, for what was counted of it then stays."""
    going_on = (cases.c.no == no) & cases.c.state.not_in(ENDED)
    with kaiban.database.transaction() as connection:
        assert connection.execute(update(cases).where(going_on).values(hall=hall)).rowcount == 1, (
            no
        )
        connection.execute(update(worklist).where(worklist.c.case_no == no).values(hall=hall))
