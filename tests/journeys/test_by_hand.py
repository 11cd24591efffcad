"""Departments served by hand: in outage, without an interface, and in a city that changes its mind."""

import base64
import io
import json
import zipfile

import pytest

from kaiban.documents.package.verify import verify_file
from kaiban.orchestrator.window.by_hand.entering import Entry, enter
from kaiban.orchestrator.window.by_hand.handing import Sheet, hand_over
from tests.journeys.city import playing
from tests.journeys.hours import recounted

LINKS = ("registration", "seal", "tax")
COUNTER = {"adapter": "counter"}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF \xff\x00 as it came"
TAX = {
    "taxpayer_no": "91990100MA41000025",
    "authority": "示范市税务局第一分局",
    "agent": "赵六",
    "tax_kinds": [{"name": "增值税", "period": "季"}],
    "invoice_kinds": [{"kind": "数电普票", "limit": 100000}],
}


@pytest.fixture
def city(tmp_path, sqlite_url):
    """A city in which people carry paper to the tax bureau."""
    with playing(tmp_path, sqlite_url, pace=20, tax=COUNTER) as city:
        yield city


def entered(city, no, link, **body):
    path = f"/cases/{no}/links/{link}/result"
    return city.call("POST", path, json={"by": "王工", **body}, headers=city.window)


def granted(city, no, **more):
    answer = entered(city, no, "tax", outcome="done", number="SW-77", result=TAX, **more)
    assert answer.ok, answer.text
    return city.follow(no)


def test_a_case_goes_through_with_one_department_on_paper(city):
    city.prints = True
    no = city.submit(city.form(), *LINKS)
    case = city.follow(no)
    assert city.states(no) == {"registration": "done", "seal": "done", "tax": "manual"}
    assert city.link(no, "tax")["next_actor"] == "window"
    assert "示范市税务局" in city.link(no, "tax")["reason"]

    city.pass_time(minutes=12)
    sheet = hand_over(city.kaiban.office, no, "tax", "王工")
    assert sheet.facts == (("统一社会信用代码", case["facts"]["credit_code"]),)
    assert entered(city, no, "tax", outcome="received", number="SW-77").ok
    assert city.link(no, "tax")["status"] == "submitted"
    city.pass_time(minutes=40)
    assert city.link(no, "tax")["status"] == "submitted", "nobody asks paper how it stands"

    paper = {"name": "税务.pdf", "title": "登记信息表", "content": base64.b64encode(PDF).decode()}
    case = granted(city, no, documents=[paper])
    assert case["status"] == "completed"
    assert city.link(no, "tax")["receipt"] == "SW-77"
    assert city.link(no, "tax")["adapter"] == "tax.counter 1.0.0"
    assert city.hall.stub("tax").store.journal() == [], "its system heard of it"
    _the_hours_are_told(city, no, case)
    _the_package_holds_it(city, no)


def _the_hours_are_told(city, no, case):
    parts = {who: minutes for who, minutes in case["ledger"].items() if minutes}
    assert recounted(city.events(no), LINKS) == parts
    assert parts["department:tax"] == 40
    assert parts["window"] >= 12
    sheets = city.events(no, "sheet")
    assert [(each["actor"], each["link"]) for each in sheets] == [("window:王工", "tax")]
    assert city.events(no, "step")[-1]["actor"] == "window:window", "the token's name"


def _the_package_holds_it(city, no):
    archive = city.package(no, "zip")
    assert verify_file(archive).ok
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        assert bundle.read("originals/tax/税务.pdf") == PDF
    told = json.loads(city.package(no, "json"))
    (tax,) = [each for each in told["links"] if each["name"] == "tax"]
    assert tax["result"]["authority"] == TAX["authority"]
    assert told["complete"] is True


def test_what_a_system_was_told_it_stays_asked_about_after_the_switch(tmp_path, sqlite_url):
    with playing(tmp_path, sqlite_url, pace=4) as city:
        no = city.submit(city.form(), *LINKS)
        city.until(no, lambda case: case.link("tax").state.value in ("submitted", "in_review"))
        city.install(tax=COUNTER)
        (defect,) = hand_over(city.kaiban.office, no, "tax", "王工")
        assert defect.code == "sheet.none", "paper beside the system would apply twice"
        assert city.follow(no)["status"] == "completed"
        assert city.link(no, "tax")["adapter"].startswith("tax.soap")
        assert len(city.submissions("tax")) == 1


def test_a_person_need_not_wait_for_the_system_that_is_down(tmp_path, sqlite_url):
    with playing(tmp_path, sqlite_url, pace=4) as city:
        no = city.submit(city.form(), *LINKS)
        city.until(no, lambda case: case.link("tax").state.value in ("submitted", "in_review"))
        city.hall.stop("tax")
        assert entered(city, no, "tax", outcome="done", result=TAX).status_code == 422
        city.install(tax=COUNTER)
        assert granted(city, no)["status"] == "completed"


def test_what_never_reached_the_system_goes_on_paper(tmp_path, sqlite_url):
    with playing(tmp_path, sqlite_url, pace=20) as city:
        city.hall.stop("tax")
        no = city.submit(city.form(), *LINKS)
        city.until(no, lambda case: case.link("tax").current.tries > 1)
        city.install(tax=COUNTER)
        city.until(no, lambda case: case.link("tax").state.value == "manual")
        assert isinstance(hand_over(city.kaiban.office, no, "tax", "王工"), Sheet)
        assert granted(city, no)["status"] == "completed"
        city.hall.start("tax")
        assert city.submissions("tax") == []


def test_without_its_adapter_it_becomes_a_task_one_sees(tmp_path, sqlite_url):
    with playing(tmp_path, sqlite_url, pace=4) as city:
        no = city.submit(city.form(), *LINKS)
        city.until(no, lambda case: case.link("tax").state.value in ("submitted", "in_review"))
        settings, city.hall.settings = (
            city.hall.settings,
            lambda name: {} if name == "tax" else settings(name),
        )
        city.install(tax=COUNTER)
        city.hall.settings = settings
        city.until(no, lambda case: case.link("tax").state.value == "manual")
        assert "已停用" in city.link(no, "tax")["reason"]
        assert granted(city, no)["status"] == "completed"


def test_paper_stays_paper_when_the_system_is_back(city):
    no = city.submit(city.form(), *LINKS)
    city.follow(no)
    assert entered(city, no, "tax", outcome="received").ok
    city.install()
    city.pass_time(minutes=30)
    assert city.link(no, "tax")["status"] == "submitted"
    answer = entered(
        city,
        no,
        "tax",
        outcome="correction",
        items=[{"path": "company.contact_phone", "message": "联系电话无法接通，请更换。"}],
    )
    assert answer.ok, answer.text
    assert city.correct(no, {"/company/contact_phone": "13900001111"}).ok
    city.until(no, lambda case: case.link("tax").state.value == "manual")
    sheet = hand_over(city.kaiban.office, no, "tax", "王工")
    assert (sheet.revision, sheet.answers["company"]["contact_phone"]) == (2, "13900001111")
    assert granted(city, no)["status"] == "completed"
    assert city.hall.stub("tax").store.journal() == []


def test_a_seventh_department_needs_no_line_of_code(tmp_path, sqlite_url):
    medical = {
        "adapter": "counter", "title": "医保登记", "office": "示范市医疗保障局",
        "requires": ["credit_code"], "reads": ["company.name.full", "people.legal_rep.name"],
        "result": {"unit_no": "医保单位编号"},
    }  # fmt: skip
    with playing(tmp_path, sqlite_url, pace=20, prints=True, medical=medical) as city:
        assert city.ask("GET", "/departments")["departments"][-1]["by_hand"] is True
        no = city.submit(city.form(), "registration", "medical")
        city.follow(no)
        sheet = hand_over(city.kaiban.office, no, "medical", "王工")
        assert set(sheet.answers) == {"company", "people"}
        assert set(sheet.answers["people"]["legal_rep"]) == {"name"}
        wrong = entered(city, no, "medical", outcome="done", result={"unit": "Y1"})
        assert [each["pointer"] for each in wrong.json()["errors"]] == [
            "/result/unit_no", "/result/unit",
        ]  # fmt: skip
        assert entered(city, no, "medical", outcome="done", result={"unit_no": "Y1"}).ok
        case = city.follow(no)
        assert case["status"] == "completed"
        (link,) = [
            each
            for each in json.loads(city.package(no, "json"))["links"]
            if each["name"] == "medical"
        ]
        assert link["result"] == {"unit_no": "Y1"}


def test_a_withdrawal_waits_until_the_sheet_is_fetched(city):
    no = city.submit(city.form(), *LINKS)
    city.follow(no)
    assert entered(city, no, "tax", outcome="received").ok
    assert city.call("POST", f"/cases/{no}/withdraw").ok
    city.until(no, lambda case: case.link("tax").state.value == "manual")
    assert "取回" in city.link(no, "tax")["reason"]
    assert entered(city, no, "tax", outcome="returned").ok
    assert city.follow(no)["status"] == "withdrawn"


def test_two_people_cannot_enter_two_results(city):
    no = city.submit(city.form(), *LINKS)
    city.follow(no)
    granted(city, no)
    again = entered(city, no, "tax", outcome="refused", reason="材料不齐")
    assert [each["code"] for each in again.json()["errors"]] == ["decision.not_manual"]
    later = enter(city.kaiban.office, no, "tax", Entry("done", "李工", result=TAX))
    assert [each.code for each in later] == ["decision.not_manual"]
