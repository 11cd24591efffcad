"""The hall for people: everything works as plain pages and forms."""

import http.client
import re
from html import unescape
from urllib.parse import urlencode

import pytest

from adapters.hall import Hall
from adapters.hall.admin.page import Row, _rows
from adapters.hall.fault_injection.faults import fault
from kaiban.ports import Done, Unknown
from tests.adapters.hall.offices import OFFICES, Visit


class Browser:
    """Reads pages and sends forms; no script."""

    def __init__(self, hall):
        self.hall = hall

    def ask(self, method, path, body=None):
        line = http.client.HTTPConnection(self.hall.admin_url.removeprefix("http://"), timeout=250)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        line.request(method, path, body, form if body is not None else {})
        answer = line.getresponse()
        self.head, text = answer.headers, answer.read().decode()
        line.close()
        return answer.status, text

    def read(self, path):
        status, text = self.ask("GET", path)
        assert status == 200, text
        return text

    def send(self, path, **fields):
        status, text = self.ask("POST", path, urlencode(fields))
        return (status, self.head["Location"]) if status == 303 else (status, text)


@pytest.fixture
def browser():
    with Hall(admin=True, manual=True, seed=3) as hall:
        yield Browser(hall)


@pytest.fixture
def visit(browser):
    made = []

    def visit(name, **changed):
        made.append(Visit(browser.hall, name, **changed))
        return made[-1]

    yield visit
    for each in made:
        each.close()


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_six_columns_in_the_order_of_a_case_each_with_its_hours(browser):
    page = browser.read("/")
    titles = re.findall(r'<h2 id="t-(\w+)"', page)
    assert titles == list(OFFICES)
    assert words(page).count("营业") == 6
    assert "样例 · 模拟数据 · 无法律效力" in page


def test_cases_move_on_the_hall_clock(browser, visit):
    visit("seal").submit()
    assert "示范市青禾云软件有限公司 待制作" in words(browser.read("/"))
    assert browser.send("/clock", advance="PT1H") == (303, "/")
    assert browser.send("/clock", advance="PT1H") == (303, "/")
    assert "示范市青禾云软件有限公司 已备案" in words(browser.read("/"))
    assert "03-04 11:30:00" in words(browser.read("/"))


def test_the_clock_is_started_stopped_and_sped_up_by_buttons(browser):
    browser.send("/clock", speed="240")
    browser.send("/clock", running="true")
    assert "走着，每秒走 240 秒" in words(browser.read("/"))
    browser.send("/clock", running="false")
    assert "停着" in words(browser.read("/"))


def test_a_fault_is_switched_on_and_off_by_forms(browser, visit):
    sent = browser.send(
        "/desk/bank/faults", do="http", at="after-commit", op="KH0001", when="nth", amount="1",
        field="NAME", pattern="云杉", more="status=502",
    )  # fmt: skip
    assert sent == (303, "/desk/bank")
    assert "http after-commit op=KH0001 nth=1" in words(browser.read("/desk/bank"))
    assert "1 个故障：http" in words(browser.read("/"))
    with pytest.raises(Unknown):
        visit("bank").submit()
    assert "遇到 1，发作 1" in words(browser.read("/desk/bank"))
    browser.send("/desk/bank/faults/remove", number="1")
    assert "一切正常" in words(browser.read("/desk/bank"))


def test_only_faults_the_department_can_commit_are_offered(browser):
    offered = {name: set(re.findall(r'<option value="([\w-]+)">[\w-]+ — ', browser.read(f"/desk/{name}")))
               for name in OFFICES}  # fmt: skip
    assert "bad-signature" in offered["bank"]
    assert "bad-signature" not in offered["tax"]
    assert "forge" in offered["seal"]
    assert "forge" not in offered["bank"]


def test_a_scenario_is_chosen(browser):
    assert browser.send("/desk/tax/scenario", scenario="slow-drip") == (303, "/desk/tax")
    assert browser.hall.scenario("tax").name == "slow-drip"


def test_a_case_is_decided_by_a_button(browser, visit):
    made = visit("tax")
    made.submit()
    (action,) = set(re.findall(r'action="(/desk/tax/cases/[^"]+)"', browser.read("/desk/tax")))
    assert browser.send(action, verdict="approve") == (303, "/desk/tax")
    assert isinstance(made.query(), Done)
    assert browser.send(action, verdict="reject")[0] == 409


def test_a_call_is_held_by_a_button(browser, visit):
    visit("registration").submit()
    (action,) = set(
        re.findall(
            r'action="(/desk/registration/calls/[^"]+)"', browser.read("/desk/registration")
        )
    )
    assert browser.send(action, act="hold") == (303, "/desk/registration")
    assert "扣下了" in words(browser.read("/desk/registration"))


def test_everything_can_be_forgotten(browser, visit):
    visit("bank").submit()
    assert browser.send("/reset") == (303, "/")
    assert words(browser.read("/")).count("还没有办件") == 6


@pytest.mark.parametrize("name", sorted(OFFICES))
def test_an_exchange_is_laid_open_field_by_field(browser, visit, name):
    visit(name).submit()
    stub = browser.hall.stub(name)
    for each in stub.store.journal():
        page = browser.read(f"/desk/{name}/{each.n}")
        for reading in (stub.speech.asked(stub, each), stub.speech.answered(stub, each)):
            for field in reading.fields:
                assert f"<th>{field}</th>" in page or unescape(page).count(field)
        if each.asked:
            first = each.asked[:1].hex()
            assert (
                f"<b>000000</b>  {first}" in page
                or f'<span class="covered">{first}</span>' in page
            )


def test_an_application_is_readable_in_each_language(browser, visit):
    for name in OFFICES:
        visit(name).submit()
        stub = browser.hall.stub(name)
        texts = [
            v for e in stub.store.journal() for v in stub.speech.asked(stub, e).fields.values()
        ]
        assert any(each.startswith("示范市") for each in texts), name


def test_the_bytes_the_mac_covers_are_marked_and_the_mac_itself_is_not(browser, visit):
    visit("bank").submit()
    asked = browser.hall.stub("bank").store.journal()[0].asked
    rows = list(_rows(asked, ((8, 46), (62, len(asked))), "gb18030"))
    marks = [mark for row in rows[:4] for _, mark in row.bytes]
    assert marks == [False] * 8 + [True] * 38 + [False] * 16 + [True] * 2
    assert '<span class="covered">4b</span>' in browser.read("/desk/bank/1")


def test_chinese_stands_beside_its_bytes():
    rows = list(_rows("示范市A\n".encode("gb18030") + b" " * 60, (), "gb18030"))
    assert rows[0].text == "示范市A·" + " " * 8
    assert rows[2] == Row("*", (), "")
    assert rows[-1].at == "000040"


def test_bytes_that_are_no_text_are_shown_all_the_same():
    assert next(_rows(b"\xff\xfeA", (), "ascii")).text == "··A"


def test_a_spoilt_exchange_says_so(browser, visit):
    browser.hall.stub("bank").mischief.add(fault({"do": "bom", "times": 1}))
    with pytest.raises(Unknown):
        visit("bank").submit()
    assert "故意出错：bom after-commit" in browser.read("/desk/bank/1")


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/clock", {"advance": "soon"}, 422),
        ("/clock", {"speed": "fast"}, 422),
        ("/desk/bank/faults", {"do": "explode"}, 422),
        ("/desk/bank/faults", {"do": "close", "when": "nth", "amount": "often"}, 422),
        ("/desk/nobody/faults", {"do": "close"}, 404),
        ("/desk/bank/cases/nobody", {"verdict": "approve"}, 404),
        ("/desk/bank/scenario", {"scenario": "noon"}, 422),
    ],
)
def test_what_cannot_be_is_said_on_a_page(browser, path, fields, status):
    found, text = browser.send(path, **fields)
    assert (found, "这样不行" in text) == (status, True)
    assert browser.head["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/desk/nobody", "/desk/bank/77"])
def test_a_page_that_is_not_there_is_said_on_a_page(browser, path):
    status, text = browser.ask("GET", path)
    assert (status, "这样不行" in text) == (404, True)


def test_what_is_typed_is_not_taken_for_markup(browser, visit):
    visit("bank", company_name="示范市<b>云杉</b>软件有限公司").submit()
    assert "示范市&lt;b&gt;云杉&lt;/b&gt;软件有限公司" in browser.read("/")
    assert "<b>云杉</b>" not in browser.read("/desk/bank/1")


def test_pages_carry_neither_script_nor_style_of_their_own(browser, visit):
    visit("bank").submit()
    for path in ("/", "/desk/bank", "/desk/bank/1"):
        page = browser.read(path)
        assert "default-src 'none'" in browser.head["Content-Security-Policy"]
        assert not re.findall(r"<script(?![^>]* src=)|<style|style=| on\w+=\"", page)
    for file in ("hall.css", "hall.js"):
        assert browser.read(f"/static/{file}")
