"""Who may open what: every route of the app, for everybody there is, about what is theirs, another hall's, and missing,
what is over in either hall, and what there was and is no more.

The expected answer follows from the route's declared policy and the table of roles alone; the answer is what the
service says. A leak planted on purpose is found by the same comparison.
"""

import re
from dataclasses import replace
from itertools import product

import pytest
from flask import Flask, g

from kaiban.domain.roles import MANAGED, PERMISSIONS, Act, Reach, Role
from kaiban.orchestrator.applicant.aftercare.complaining import Grievance, complain
from kaiban.web.access.admission import Staff, signed_in
from kaiban.web.desk.queue.case import case as case_page
from kaiban.web.pages import ROUTES, routes_of
from kaiban.web.routes import OWNER, PUBLIC, Routes, UndeclaredError, check_declared
from kaiban.web.service import service
from tests.combinations import each_value_once
from tests.serving import serve
from tests.web.desk.cross_region.crossing import taken_in
from tests.web.desk.everybody import (
    HALFWAY,
    OUTSIDE,
    Still,
    begun,
    dropped,
    emergency,
    ended,
    halfway,
    handed_in,
    outside,
)  # fmt: skip
from tests.web.desk.people import OTHER, OWN, at_desk, hire
from tests.web.house import house as served_anew
from tests.web.visitor import Visitor

STAFF_ROUTES = [route for route in routes_of() if isinstance(route.policy, Staff)]
MISSING = "SF20260304-9999"
OBJECTS = ("own", "other", "missing")
#: What has come to an end: a case that was decided, a form that was handed in, an account that was closed.
OVER = ("own over", "other over")
#: What there was: a form that lay too long, an account that was removed. Cases are kept.
GONE = ("own gone",)
#: What one hall took in for the other (跨域通办): beside the deciding one, the hall of intake gets what says so.
CROSSING = ("for other", "from other")
#: What an address names within the case or the form that it names first: a page of it, a row, a question, a paper, a link.
INSIDE = {
    "page": "employment", "row": "0", "place": "company.industry_code", "key": "articles", "ident": "0",
    "number": "1", "link": "tax", "subset": "granted",
    "holder": "platform", "changed": "gained", "kind": "demand", "name": "figures.csv",
}  # fmt: skip
#: Of which hall it is.
WHERE = {
    "own": [OWN], "other": [OTHER], "for other": [OTHER], "from other": [OWN],
    "own over": [OWN], "other over": [OTHER],
}  # fmt: skip
OPEN, TO_DOOR, NO_ACT, NOT_FOUND = "open", "to the door", "no such act", "not found"


def places(route):
    """What the address names."""
    return [name for name in re.findall(r"<(?:\w+:)?(\w+)>", route.rule) if name not in INSIDE]


@pytest.fixture(scope="module")
def home(city):
    """The city's pages, where no time passes."""
    with served_anew(city) as found:
        found.wall.clock = Still(found.wall.now())
        yield found


@pytest.fixture(scope="module")
def house(city, home, own_case, other_case):
    """A browser for everybody, and what there is to open: cases and accounts of two halls."""
    kaiban = home.kaiban
    browsers = {
        (role, hall): at_desk(home.address, hire(kaiban, role, hall)) if role is not Role.EMERGENCY else emergency(home, hall)
        for role, hall in product(Role, (OWN, OTHER))
    }  # fmt: skip
    browsers |= {(who, ""): outside(home, who) for who in OUTSIDE}
    browsers |= {(who, ""): halfway(home, who) for who in HALFWAY}
    now, accounts = kaiban.staff.wall(), kaiban.staff.accounts
    closed, removed = [hire(kaiban, hall=hall).login for hall in (OWN, OTHER)], hire(kaiban).login
    for login in closed:
        accounts.disable(login, now)
    accounts.remove(removed, now)
    targets = {
        "no": {
            "own": own_case, "other": other_case, "missing": MISSING,
            "own over": ended(city, OWN), "other over": ended(city, OTHER),
            "for other": taken_in(city), "from other": taken_in(city, intake=OTHER, decides=OWN),
        },
        "login": {
            "own": hire(kaiban, hall=OWN).login, "other": hire(kaiban, hall=OTHER).login,
            "missing": "nobody", "own over": closed[0], "other over": closed[1], "own gone": removed,
        },
        "desk_no": {
            "own": begun(home, OWN), "other": begun(home, OTHER), "missing": "000000",
            "own over": handed_in(city, home, OWN), "other over": handed_in(city, home, OTHER),
            "own gone": dropped(home, OWN),
        },
    }  # fmt: skip
    for no in (own_case, other_case):
        complain(kaiban.complaints, no, Grievance("办不成", source="window", by="w0"))
    yield browsers, targets
    for each in browsers.values():
        each.close()


def expected(route, who, hall, thing):
    """What the policy and the table say."""
    policy = route.policy
    if who in OUTSIDE:
        return TO_DOOR
    if who in HALFWAY:
        return OPEN if who in policy.despite and not policy.act else TO_DOOR
    reach = PERMISSIONS[who].get(policy.act) if policy.act else Reach.CITY
    if reach is None:
        return NO_ACT
    if not places(route):
        return OPEN
    there = WHERE.get(thing, [])
    if policy.intake:
        there = [*there, *{"for other": [OWN], "from other": [OTHER]}.get(thing, [])]
    managed = "login" not in places(route) or Role.WINDOW in MANAGED[who]
    return OPEN if there and managed and (reach is Reach.CITY or hall in there) else NOT_FOUND


def answered(visitor, route, path, address):
    """What the service says: whether the page was opened."""
    method = "POST" if "POST" in route.methods else "GET"
    answer = visitor.http.request(
        method, address + path, timeout=60, allow_redirects=False,
        data={"csrf_token": token_of(visitor)} if method == "POST" else None,
    )  # fmt: skip
    to = answer.headers.get("Location", "")
    if to.startswith("/desk/undone?"):  # where it is told that nothing was done
        answer, to = visitor.http.get(address + to, timeout=60), ""
    if answer.status_code == 303 and re.match(r"/desk/(sign-in|confirm)($|\?next)", to):
        return TO_DOOR
    if answer.status_code == 303 and re.match(r"/desk/(password|authenticator)$", to):
        return TO_DOOR
    return {403: NO_ACT, 404: NOT_FOUND}.get(answer.status_code, OPEN)


def token_of(visitor):
    if not hasattr(visitor, "token"):
        visitor.open("/desk")
        visitor.token = visitor.page.xpath("//input[@name='csrf_token']")[0].get("value")
    return visitor.token


#: What ends or changes the session of whoever asks is asked last, by somebody of their own.
ENDING = {"go", "lock", "prove_again"}


def leaks(routes, house, address=""):
    """Every (route, who, hall, what) that is answered otherwise than the policy says."""
    browsers, targets = house
    found = []
    for route in routes:
        names = places(route)
        for (who, hall), visitor in browsers.items():
            for thing in _things(names, who, targets, route.policy.act):
                path = re.sub(r"<(?:\w+:)?(\w+)>", _inside, route.rule)
                for name in names:
                    path = path.replace(f"<{name}>", targets[name][thing])
                wanted = expected(route, who, hall, thing)
                said = answered(visitor, route, path, address or visitor.address)
                # What the address names within an open form may not be there; nor can a form that is a case by now be changed.
                if (
                    said == NOT_FOUND
                    and wanted == OPEN
                    and (_names_inside(route) or thing in OVER)
                ):
                    said = OPEN
                if wanted != said:
                    found.append((route.rule, route.methods, str(who), hall, thing, wanted, said))
    return found


def _things(names, who, targets, act):
    """Of what kinds there are such things; what became of one matters only to whom it could open, and which hall took it in only to whom halls bind."""
    if not names:
        return ("",)
    may = PERMISSIONS.get(who, {})
    kinds = (*OBJECTS, *(OVER + GONE if act in may else ()), *(CROSSING if Reach.HALL in may.values() else ()))  # fmt: skip
    return [each for each in kinds if all(each in targets[name] for name in names)]


def _inside(found):
    return INSIDE.get(found[1], found[0])


def _names_inside(route):
    return any(f"{name}>" in route.rule for name in INSIDE)


def room(route):
    """Where of the desk its view lives."""
    return route.view.__module__.split(".")[3]


#: Everybody of staff at one of the halls, so that both are there: each asks about its own hall's, and about the other's.
SEATED = {each.values for each in each_value_once(tuple(Role), (OWN, OTHER)) if not each.marks}


@pytest.mark.parametrize(
    "asks",
    [
        pytest.param(lambda who: who in SEATED or not isinstance(who[0], Role), id="each"),
        pytest.param(
            lambda who: who not in SEATED and isinstance(who[0], Role),
            id="the other way round",
            marks=pytest.mark.wide,
        ),
    ],
)
@pytest.mark.parametrize("where", sorted({room(each) for each in STAFF_ROUTES}))
def test_every_page_of_staff_opens_to_whom_the_table_says_and_to_nobody_else(house, where, asks):
    browsers, targets = house
    asking = {who: each for who, each in browsers.items() if asks(who)}
    found = [each for each in STAFF_ROUTES if room(each) == where]
    assert asking
    assert leaks([each for each in found if each.endpoint not in ENDING], (asking, targets)) == []


@pytest.mark.parametrize("name", sorted(ENDING))
def test_what_ends_or_confirms_a_session_is_only_for_who_has_one(house, name):
    browsers, _ = house
    [route] = [each for each in STAFF_ROUTES if each.endpoint == name]
    outside = {key: each for key, each in browsers.items() if key[0] in OUTSIDE}
    assert leaks([route], (outside, {})) == []


def careless(no):
    """A page of a case that forgets to ask whose it is."""
    g.staff, g.case = signed_in(), service().cases.read(no)
    return case_page()


def test_a_planted_leak_is_found(house, home):
    browsers, targets = house
    app = home.kaiban.pages()
    app.view_functions["queue.case"] = careless
    [route] = [each for each in STAFF_ROUTES if each.endpoint == "case"]
    someone = {key: browsers[key] for key in [(Role.WINDOW, OWN), (Role.OPERATOR, OWN)]}
    with serve(app) as address:
        found = leaks([route], (someone, targets), address)
    found = [each for each in found if each[4] not in CROSSING]
    assert [(who, thing, said) for _, _, who, _, thing, _, said in found] == [
        ("window", "other", OPEN), ("window", "other over", OPEN), ("operator", "own", OPEN),
        ("operator", "other", OPEN), ("operator", "missing", NOT_FOUND),
    ]  # fmt: skip


def lax(desk_no):
    """A page of a form that forgets that there is none any more."""
    return desk_no


def test_a_page_that_opens_for_what_is_dropped_is_found(house, home):
    browsers, targets = house
    app = home.kaiban.pages()
    [route] = [each for each in STAFF_ROUTES if each.rule == "/desk/new/<desk_no>/"]
    app.view_functions[
        next(each.endpoint for each in app.url_map.iter_rules() if each.rule == route.rule)
    ] = lax
    with serve(app) as address:
        found = leaks(
            [route], ({(Role.WINDOW, OWN): browsers[Role.WINDOW, OWN]}, targets), address
        )
    assert [(thing, said) for *_, thing, _, said in found] == [
        ("other", OPEN), ("missing", OPEN), ("other over", OPEN), ("own gone", OPEN)
    ]  # fmt: skip


def test_a_page_that_opens_to_the_hall_of_intake_by_mistake_is_found(house):
    """The matrix knows a page that lets the hall of intake in from one that says that it does."""
    browsers, targets = house
    [route] = [
        each for each in STAFF_ROUTES if each.rule == "/desk/cases/<no>/cross-region/receipt"
    ]
    silent = replace(route, policy=replace(route.policy, intake=False))
    someone = {key: browsers[key] for key in [(Role.WINDOW, OWN)]}
    found = leaks([silent], (someone, targets))
    assert [(thing, wanted, said) for *_, thing, wanted, said in found if thing in CROSSING] == [
        ("for other", NOT_FOUND, OPEN)
    ]


def test_a_case_of_another_hall_answers_word_for_word_like_one_that_does_not_exist(
    desk, other_case
):
    bodies = [desk.open(f"/desk/cases/{no}").answer.text for no in (other_case, MISSING)]
    assert desk.status == 404
    assert desk.page.xpath("//main//a/@href") == ["/desk"], (
        "back to work, and not to where applicants begin"
    )
    assert bodies[0].replace(other_case, MISSING) == bodies[1]


# --- pages of applicants --------------------------------------------------------------------------


def test_no_page_that_is_its_owners_alone_opens_to_staff_or_another_applicant(city, filing, desk):
    """Nor does one of a form that does not exist answer otherwise."""
    another = Visitor(city.address)
    another.open("/")
    another.press("开始填写").press("保存并继续")
    theirs = [route for route in routes_of() if route.policy == OWNER]
    assert len(theirs) > 30
    opened = []
    for who, visitor in (("staff", desk), ("applicant", another)):
        visitor.open("/resume")
        token = visitor.page.xpath("//input[@name='csrf_token']")[0].get("value")
        for route, aid in product(theirs, (filing.filing_id, "A" * 22)):
            path = re.sub(r"<aid>", aid, route.rule)
            path = re.sub(r"<int:\w+>", "0", path)
            path = re.sub(r"<\w+>", "name", path)
            method = "POST" if "POST" in route.methods else "GET"
            answer = visitor.http.request(
                method, city.address + path, data={"csrf_token": token}, timeout=60,
                allow_redirects=False,
            )  # fmt: skip
            told = answer.headers.get("Location", "")
            if told.startswith("/undone?"):  # where it is told that nothing was done
                answer = visitor.http.get(city.address + told, timeout=60)
            if answer.status_code != 403 or "请再确认一次" in answer.text:
                opened.append((who, route.rule, method, answer.status_code))
    another.close()
    assert opened == []


# --- a route without a policy ---------------------------------------------------------------------


def test_a_route_nobody_has_said_of_who_may_open_it_stops_the_start():
    app = Flask("kaiban")
    for routes in ROUTES:
        app.register_blueprint(routes.blueprint())
    check_declared(app, ROUTES, {"static": PUBLIC})
    app.add_url_rule("/desk/secret", "secret", str)
    with pytest.raises(UndeclaredError, match="/desk/secret"):
        check_declared(app, ROUTES, {"static": PUBLIC})


@pytest.mark.parametrize(
    ("rule", "policy"), [("/desk/x", "anybody"), ("/desk/x", None), ("/x", Staff(Act.SEE_CASES))]
)
def test_a_route_with_a_policy_that_is_none_cannot_be_declared(rule, policy):
    with pytest.raises(UndeclaredError):
        Routes("x").page(rule, policy)


def test_every_page_about_a_case_or_an_account_asks_for_an_act():
    careless = [each.rule for each in STAFF_ROUTES if places(each) and each.policy.act is None]
    assert careless == []
    assert {name for each in STAFF_ROUTES for name in places(each)} == {
        "no",
        "login",
        "desk_no",
    }
