import json
from datetime import UTC, datetime

import pytest

import forms.sample
from tests.journeys.city import playing


def test_links_left_out_join_later_and_make_the_second_version(city):
    city.prints = True
    form = city.form()
    later = {name: form.pop(name) for name in ("bank", "housing_fund", "staff")}
    no = city.submit(form, "registration", "seal", "tax")
    first = city.follow(no)
    assert (first["status"], first["package"]["version"]) == ("completed", 1)
    city.pass_time(hours=1)

    body = {"links": ["bank", "housing_fund"], **later}
    assert city.ask("POST", f"/cases/{no}/links", json=body)["status"] == "in_progress"
    second = city.follow(no)
    assert (second["status"], second["package"]["version"]) == ("completed", 2)
    assert len(city.states(no)) == 5
    assert second["ledger"]["applicant"] >= 60  # nobody else waited in that hour
    links = [json.loads(city.package(no, "json", version=v))["links"] for v in (1, 2)]
    assert [len(each) for each in links] == [3, 5]


def test_a_link_that_joins_with_a_bad_section_changes_nothing(city):
    form = city.form()
    bank = form.pop("bank")
    no = city.submit(form, "registration")
    bank["branch_cnaps"] = "000000000000"
    answer = city.call("POST", f"/cases/{no}/links", json={"links": ["bank"], "bank": bank})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/bank/branch_cnaps"]
    assert list(city.states(no)) == ["registration"]


def test_paper_invoices_let_the_tax_wait_for_the_seal(city):
    form = city.form()
    form["tax"]["invoice"] = {
        "kinds": [{"kind": "paper_ordinary", "monthly_qty": 25}], "limit": 100_000,
    }  # fmt: skip
    answer = city.hand_in(form, "registration", "tax")
    assert [each["code"] for each in answer.json()["errors"]] == ["links.missing_fact"]

    no = city.submit(form, "registration", "seal", "tax")
    assert city.follow(no)["status"] == "completed"
    assert city.link(no, "tax")["submitted_at"] >= city.link(no, "seal")["done_at"]


def test_a_company_without_staff_is_opened_all_the_same(city):
    form = city.form()
    form["staff"]["members"] = []
    no = city.submit(form, "registration", "social_insurance", "housing_fund")
    assert city.follow(no)["status"] == "completed"


@pytest.mark.parametrize("name", forms.sample.names())
def test_every_rare_form_is_opened_or_sent_back_in_one_notice_before_anything_is_sent(
    tmp_path, sqlite_url, name
):
    in_december = datetime(2026, 12, 2, 1, 0, tzinfo=UTC)
    with playing(tmp_path, sqlite_url, morning=in_december, pace=20, prints=True) as city:
        answer = city.hand_in(forms.sample.handmade(name))
        if answer.status_code == 201:
            no = answer.json()["case_no"]
            case = city.follow(no)
            assert case["status"] == "completed", case["notices"]
        else:
            assert answer.status_code == 422
            assert all(each["link"] and each["message"] for each in answer.json()["errors"])
            assert not any(city.hall.stub(each).store.journal() for each in city.hall.names)


def test_what_a_department_remarks_beside_its_yes_is_left_to_do(city):
    city.prints = True
    no = city.submit(city.form("测试账户"), "registration", "bank", "housing_fund")
    assert city.follow(no)["status"] == "completed"
    package = city.call("GET", f"/cases/{no}/package.json").json()
    left = [each for each in package["follow_up"] if each["kind"] == "department"]
    assert [each["text"] for each in left] == ["备注：委托收款银行账户校验失败，可后补"]
