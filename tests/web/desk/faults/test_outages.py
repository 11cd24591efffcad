"""The desk while nothing can be written: 503 on every route that writes, nobody is signed out, and it heals."""

import pytest

from kaiban.domain.roles import Role
from kaiban.web.access.admission import Staff
from kaiban.web.pages import routes_of
from tests.outages import full, read_only
from tests.web.desk.assisted.clerk import Clerk
from tests.web.desk.people import at_desk, hire
from tests.web.refusing import refused

BOTH = pytest.mark.parametrize("outage", [full, read_only])
#: What ends what the others need: a session is ended in any case, the browser forgets it.
ENDS = ("/desk/sign-out", "/desk/lock")
PAGES = [
    route for route in routes_of() if isinstance(route.policy, Staff) and route.rule not in ENDS
]
#: Some of those that write, whoever may: that the walk came that far.
WRITERS = {
    "/desk/new",
    "/desk/tickets/numbers",
    "/desk/cases/<no>/holder",
    "/desk/cases/<no>/notice/findings",
    "/desk/cases/<no>/departments/<link>/result",
    "/desk/cases/<no>/exit/hand-out",
    "/desk/cases/<no>/complaints",
    "/desk/new/<desk_no>/<page>",
}
INSIDE = {
    "page": "employment", "row": "0", "place": "company.industry_code", "key": "articles", "ident": "0",
    "number": "1", "link": "tax",
}  # fmt: skip


@pytest.fixture
def form(city, person):
    """The number under which the desk knows a form that the person has begun."""
    clerk = Clerk(city.address)
    person.come_in(clerk)
    clerk.begin().close()
    return clerk.number


@pytest.mark.parametrize("role", [Role.WINDOW, Role.HALL_MANAGER])
@BOTH
def test_no_page_of_staff_fails_because_nothing_can_be_written(
    city, own_case, form, person, role, outage
):
    values = {**INSIDE, "no": own_case, "desk_no": form, "login": person.login}
    somebody = at_desk(city.address, hire(city.kaiban, role))
    found = refused(somebody, city.kaiban.database.engine, PAGES, values, outage)
    if outage is read_only:
        assert found >= WRITERS
    assert somebody.open("/desk").path == "/desk", "nobody was signed out"
    somebody.close()
