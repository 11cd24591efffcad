"""Before what is rare and cannot be taken back the password is asked for once more, and what was typed comes back."""

import re

import pytest

from kaiban.domain.roles import PERMISSIONS, Role
from kaiban.web.access.admission import FRESH, Staff
from kaiban.web.access.sessions import LOCK
from kaiban.web.pages import routes_of
from tests.web.desk.obligations.test_obligations import REASON, declared
from tests.web.desk.people import PASSWORD, at_desk, hire
from tests.web.desk.test_access import TO_DOOR, answered
from tests.web.house import house

ROUTES = [route for route in routes_of() if isinstance(route.policy, Staff)]
PROVED = [route for route in ROUTES if route.policy.fresh]
#: What decision 0024 names, beside every change of an account.
ANEW = {
    "/desk/authenticator", "/desk/cases/<no>/approvals/<number>", "/desk/cases/<no>/departments/<link>/resend",
    "/desk/cases/<no>/obligations/checked",
}  # fmt: skip
THERE = {"no": "SF20260304-9999", "login": "nobody", "number": "1", "link": "tax"}


@pytest.fixture(scope="module")
def home(city):
    """The city's pages with real time set by hand."""
    with house(city) as found:
        yield found


def who_may(route):
    """Somebody's role that may open the route."""
    act = route.policy.act
    return next(role for role in Role if act is None or act in PERMISSIONS[role])


def asked(visitor, home, route):
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: THERE[found[1]], route.rule)
    return answered(visitor, route, path, home.address)


def test_what_cannot_be_taken_back_is_declared_to_ask_anew():
    changes = {
        route.rule for route in ROUTES
        if route.rule.startswith("/desk/accounts") and "POST" in route.methods
    }  # fmt: skip
    assert len(changes) > 1
    assert {route.rule for route in PROVED} == ANEW | changes, "decision 0024 names each"


@pytest.mark.parametrize("route", PROVED, ids=lambda one: f"{one.methods[0]} {one.rule}")
def test_a_password_given_a_while_ago_leads_to_the_door_and_one_given_now_does_not(home, route):
    home.wall.later *= 0
    person = hire(home.kaiban, who_may(route))
    visitor = at_desk(home.address, person)
    assert asked(visitor, home, route) != TO_DOOR
    home.wall.later += FRESH
    assert LOCK > FRESH, "it is not the lock that leads there"
    assert asked(visitor, home, route) == TO_DOOR
    assert visitor.open("/desk/account").path == "/desk/account", "the session goes on"
    visitor.close()


def test_a_finding_that_was_typed_is_kept_while_the_password_is_asked_for(home, city):
    home.wall.later *= 0
    no = declared(city)
    visitor = at_desk(home.address, hire(home.kaiban))
    visitor.open(f"/desk/cases/{no}/obligations")
    home.wall.later += FRESH
    visitor.press("记下核查结果", result="commitment_false", reason=REASON)
    assert visitor.path.startswith("/desk/confirm")
    assert "commitment_false" not in [each.kind for each in city.kaiban.cases.read(no).events]
    visitor.press("继续", password=PASSWORD).press("接着办理")
    assert REASON in visitor.text
    assert [each.kind for each in city.kaiban.cases.read(no).events].count("commitment_false") == 1
    visitor.close()
