"""Every form that is sent is answered with a redirect, whatever becomes of it: a reload sends nothing again."""

import pytest

from kaiban.web.pages import routes_of
from kaiban.web.routes import OWNER
from tests.web.following.cases import submit
from tests.web.visitor import Visitor

#: Answered at once: a script of ours asks, shows what it wants of the answer, and nobody can reload it.
BY_SCRIPT = {
    "/a/<aid>/name/opinion": "a sentence beside the control",
    "/a/<aid>/<page>/glance": "mistakes beside the controls",
    "/a/<aid>/<page>/<int:row>/glance": "mistakes beside the controls",
    "/t/<aid>/fix/glance": "mistakes beside the controls",
    "/t/<aid>/more/glance": "mistakes beside the controls",
    "/a/<aid>/<page>/draft": "a word that the draft is kept",
}
# Besides: what is too long to be kept for another page (kept.LARGEST), and what is sent while nothing can be kept
# (tests/web/test_outages.py), are answered at once, on every route.

POSTS = [route.rule for route in routes_of() if "POST" in route.methods]
#: Stand for the parts of an address.
PLACES = {
    "<login>": "nobody",
    "<no>": "KB202603040001",
    "<page>": "licence",
    "<int:row>": "0",
    "<place>": "company.scope.items.0.code",
    "<number>": "1",
    "<int:number>": "1",
}
PAGE_OF = {"/a/<aid>/<page>/<int:row>": "staff", "/a/<aid>/<page>/roster": "staff", "/a/<aid>/<page>/pick/<place>": "scope"}  # fmt: skip


def begun(city):
    visitor = Visitor(city.address)
    visitor.open("/").press("开始填写").press("保存并继续")
    visitor.aid = visitor.filing_id
    return visitor


@pytest.fixture(scope="module")
def draft(city):
    visitor = begun(city)
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def case(city):
    visitor = begun(city)
    yield submit(visitor, city.form(seed=801))
    visitor.close()


@pytest.fixture
def passer_by(city):
    """Whom a machine may forget."""
    visitor = begun(city)
    yield visitor
    visitor.close()


def sent(visitor, rule, aid="", **answers):
    aid = aid or visitor.aid
    page = PAGE_OF.get(rule, PLACES["<page>"])
    path = rule.replace("<aid>", aid).replace("<page>", page)
    for place, value in PLACES.items():
        path = path.replace(place, value)
    url = visitor.address + path
    return visitor.http.post(url, data=answers, allow_redirects=False, timeout=60)


def of(rule, draft, case):
    return case if rule.startswith("/t/") else draft


def token(visitor):
    return visitor.open("/resume").control("csrf_token").get("value")


@pytest.mark.parametrize("rule", [rule for rule in POSTS if rule not in BY_SCRIPT])
def test_a_form_with_nothing_in_it_is_answered_with_a_redirect(rule, draft, case, passer_by):
    visitor = passer_by if rule.startswith("/kiosk") else of(rule, draft, case)
    answer = sent(visitor, rule, csrf_token=token(visitor))
    assert answer.status_code == 303, answer.text[:300]


@pytest.mark.parametrize("rule", POSTS)
def test_a_form_without_a_token_is_answered_with_a_redirect_to_what_can_be_done(rule, draft, case):
    visitor = of(rule, draft, case)
    answer = sent(visitor, rule, do="typed")
    assert answer.status_code == 303, answer.text[:300]
    shown = visitor.open(answer.headers["Location"])
    assert (shown.status, shown.heading) == (403, "请再确认一次")
    assert shown.open(shown.path).status == 403, "a reload shows the same and sends nothing"


@pytest.mark.parametrize(
    "rule",
    [route.rule for route in routes_of() if route.policy == OWNER and "POST" in route.methods],
)
def test_whose_session_is_over_is_led_to_the_resume_code(rule, draft, case, visitor):
    answer = sent(visitor, rule, of(rule, draft, case).aid, csrf_token=token(visitor), do="typed")
    assert answer.status_code == 303
    shown = visitor.open(answer.headers["Location"])
    assert (shown.status, shown.heading) == (403, "请重新打开这份申请")


def test_the_scripts_answers_are_the_only_ones_without_a_page():
    assert set(BY_SCRIPT) <= set(POSTS)


def test_a_script_is_answered_at_once(draft):
    draft.http.headers["X-Requested-With"] = "fetch"
    answer = sent(draft, "/a/<aid>/<page>/draft")
    del draft.http.headers["X-Requested-With"]
    assert answer.status_code == 403


def test_what_is_too_large_is_told_after_a_redirect(draft):
    answer = sent(draft, "/a/<aid>/<page>", csrf_token=token(draft), text="名" * 1_500_000)
    assert answer.status_code == 303
    shown = draft.open(answer.headers["Location"])
    assert (shown.status, shown.heading) == (413, "内容太大了")


def test_what_this_browser_was_not_given_is_told_to_nobody_else(draft, visitor):
    address = sent(draft, "/a/<aid>/phone", phone="13800000000").headers["Location"]
    visitor.open(address)
    assert visitor.status == 403
    assert "13800000000" not in visitor.answer.text
    assert "Cookie" in visitor.text
