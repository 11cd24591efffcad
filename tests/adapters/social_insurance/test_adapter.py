"""The social insurance adapter against its office."""

import json
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.hall import Hall, RealClock
from adapters.kit.suite import AdapterSuite
from adapters.social_insurance import SocialInsuranceAdapter
from kaiban.ports import (
    Cancelled,
    Closed,
    Done,
    Key,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Partial,
    Pending,
    Prepared,
    Ref,
    Rejected,
    Retryable,
    Unknown,
)
from tests.contracts.department import CASE

CREDIT_CODE, OTHER_CODE = "91990102MA4KB0010N", "91990102MA4KB0029K"
NAME = "示范市青禾云软件有限公司"


def person(name, number):
    return {"name": name, "cert_type": "id_card", "cert_no": number, "mobile": "13800000001"}


def member(name, number="990102199003070011", wage="8000", **other):
    birth = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    line = {"name": name, "cert_type": "id_card", "cert_no": number, "birth_date": birth}
    return {**line, "sex": "male", "wage": Decimal(wage), "start_date": "2026-03-01", **other}


#: Of a person the register is strict about.
STRICT = "990102199003079016"


STAFF = [member("王𠮷"), member("赵䶮", "990102199202290025", sex="female")]


def form(staff=STAFF, name=NAME, credit_code=CREDIT_CODE, **other):
    return {
        "credit_code": credit_code,
        "name": name,
        "region": "990102",
        "address": "青云路 18 号 <3 栋> & “502” 室",
        "unit_kind": "enterprise",
        "affiliation": "90",
        "risk_class": 1,
        "insurances": ["110", "210", "310", "410", "510"],
        "legal_rep": person("张三", "990102197106300132"),
        "clerk": person("李四", "990102198507150037"),
        "staff": staff,
        **other,
    }


class TestConformance(AdapterSuite):
    adapter = SocialInsuranceAdapter


@pytest.fixture
def hall():
    with Hall(only=("social_insurance",), manual=True) as hall:
        yield hall


@pytest.fixture
def adapter(hall):
    adapter = SocialInsuranceAdapter(hall.settings("social_insurance"), clock=RealClock())
    yield adapter
    adapter.http.close()


def prepared(adapter, needs, step="confirm", *, revision=1, corrects=None, case=CASE):
    key = Key(case, "social_insurance", step, revision, corrects)
    found = adapter.prepare(adapter.Needs().load(needs), key, step)
    assert isinstance(found, Prepared)
    return found


def settled(hall, adapter, ready):
    assert isinstance(adapter.submit(ready), Pending)
    hall.advance(hours=3)
    return adapter.query(ready.ref)


def corrections(outcome):
    return {(item.path, item.code) for item in outcome.items}


# --- granted ---------------------------------------------------------------------------------------


def test_a_pre_registration_is_pending_then_done_with_its_number(hall, adapter):
    ready = prepared(adapter, form(credit_code=""), "pre")
    assert adapter.submit(ready) == Pending(ready.ref, timedelta(minutes=2))
    assert isinstance(adapter.query(ready.ref), Pending)
    hall.advance(minutes=30)
    outcome = adapter.query(ready.ref)
    assert outcome.result == {"pre_number": "YDJ00000001"}


def test_unit_and_staff_are_registered_with_masked_numbers_and_papers(hall, adapter):
    outcome = settled(hall, adapter, prepared(adapter, form()))
    assert outcome.ref.number == outcome.result["unit_number"]
    assert outcome.result["headcount"] == 2
    assert outcome.result["start_month"] == "2026-03"
    assert outcome.result["insurances"][0] == "企业职工基本养老保险"
    first = outcome.result["people"][0]
    assert (first["name"], first["cert_mask"]) == ("王𠮷", "990*************11")
    assert first["personal_number"]
    assert [doc.title for doc in outcome.documents] == ["单位参保登记回执", "参保人员名单"]
    assert all(doc.content.startswith(b"%PDF") for doc in outcome.documents)


def test_a_unit_without_staff_is_registered(hall, adapter):
    outcome = settled(hall, adapter, prepared(adapter, form(staff=[])))
    assert outcome.result["headcount"] == 0
    assert [doc.title for doc in outcome.documents] == ["单位参保登记回执"]


def test_absent_answers_of_the_form_are_fine(hall, adapter):
    line = member("王五")
    del line["start_date"]
    outcome = settled(hall, adapter, prepared(adapter, form([line])))
    assert isinstance(outcome, Done)


def test_a_low_wage_is_raised_to_the_floor_with_a_remark_i03(hall, adapter):
    outcome = settled(hall, adapter, prepared(adapter, form([member("王五", wage="2600.5")])))
    line = outcome.result["people"][0]
    assert line["base"] == "4000.00"
    assert "下限" in line["remark"]


# --- refused and corrected -------------------------------------------------------------------------

YOUNG, OLD = "990102201101010012", "990102196001010011"


@pytest.mark.parametrize(
    ("staff", "path", "code"),
    [
        ([member("测试在保")], "staff.members.0.cert.no", "I01"),
        ([STAFF[1], member("测试不符")], "staff.members.1.name", "I02"),
        ([member("王五", start_date="2025-01-01")], "staff.members.0.start_date", "I04"),
        ([member("王五", OLD)], "staff.members.0.cert.no", "I05"),
        ([member("王五", YOUNG)], "staff.members.0.cert.no", "I06"),
        ([STAFF[0], STAFF[0]], "staff.members.1.cert.no", "I08"),
    ],
)
def test_a_refused_line_leaves_the_unit_registered_and_is_corrected_alone(
    hall, adapter, staff, path, code
):
    first = prepared(adapter, form(staff))
    outcome = settled(hall, adapter, first)
    assert isinstance(outcome, Partial)
    assert corrections(outcome) == {(path, code)}
    assert outcome.ref.number
    second = prepared(adapter, form(STAFF), revision=2, corrects=outcome.ref)
    again = settled(hall, adapter, second)
    assert isinstance(again, Done)
    assert again.ref.number == outcome.ref.number
    assert [line.step for line in hall.commits()] == ["confirm"]


def test_an_employee_insured_with_another_unit_is_refused_i01(hall, adapter):
    staff = [STAFF[0], member("王五", STRICT)]
    settled(hall, adapter, prepared(adapter, form(staff)))
    other = form(staff, "示范市另一家有限公司", OTHER_CODE)
    outcome = settled(hall, adapter, prepared(adapter, other, case="another"))
    assert corrections(outcome) == {("staff.members.1.cert.no", "I01")}


def test_an_employee_known_under_another_name_is_refused_i02(hall, adapter):
    settled(hall, adapter, prepared(adapter, form([member("王五", STRICT)])))
    again = form([member("王武", STRICT)], "示范市另一家有限公司", OTHER_CODE)
    outcome = settled(hall, adapter, prepared(adapter, again, case="another"))
    assert corrections(outcome) == {("staff.members.0.name", "I02")}


def test_the_same_people_may_found_another_company(hall, adapter):
    settled(hall, adapter, prepared(adapter, form()))
    other = form(name="示范市另一家有限公司", credit_code=OTHER_CODE)
    assert isinstance(settled(hall, adapter, prepared(adapter, other, case="another")), Done)


def test_lines_granted_before_keep_their_numbers_after_a_correction(hall, adapter):
    first = settled(hall, adapter, prepared(adapter, form([STAFF[0], member("测试在保", OLD)])))
    second = settled(hall, adapter, prepared(adapter, form(STAFF), revision=2, corrects=first.ref))
    assert [line["personal_number"] for line in second.result["people"]] == [
        "9900000001",
        "9900000002",
    ]


def test_the_unit_is_corrected_i09_and_sent_again(hall, adapter):
    needs = form(name="示范市测试补正社保软件有限公司", credit_code="")
    first = prepared(adapter, needs, "pre")
    outcome = adapter.submit(first)
    assert isinstance(outcome, NeedsCorrection)
    assert corrections(outcome) == {("social_insurance.affiliation", "I09")}
    assert adapter.query(first.ref).items == outcome.items
    second = prepared(
        adapter, {**needs, "affiliation": "50"}, "pre", revision=2, corrects=outcome.ref
    )
    assert isinstance(settled(hall, adapter, second), Done)


def test_the_unit_is_refused_i10_with_a_reason(adapter):
    first = prepared(adapter, form(name="示范市测试驳回社保软件有限公司"), "pre")
    outcome = adapter.submit(first)
    assert outcome == Rejected("I10", "单位不属于本统筹区参保范围，不予登记")
    assert adapter.query(first.ref) == outcome


def test_a_word_aimed_at_another_department_changes_nothing(adapter):
    ready = prepared(adapter, form(name="示范市测试驳回银行软件有限公司"), "pre")
    assert isinstance(adapter.submit(ready), Pending)


def test_a_unit_not_shared_yet_is_tried_again_later_i07(hall, adapter):
    ready = prepared(adapter, form(name="示范市测试未共享软件有限公司"))
    with pytest.raises(Retryable) as wait:
        adapter.submit(ready)
    assert wait.value.after == timedelta(minutes=1)
    assert adapter.query(ready.ref) == NotFound()
    hall.advance(minutes=4)
    assert isinstance(settled(hall, adapter, ready), Done)


# --- did it happen? --------------------------------------------------------------------------------


def test_an_equal_message_number_says_nothing_so_it_is_looked_up(hall, adapter):
    ready = prepared(adapter, form())
    adapter.submit(ready)
    with pytest.raises(Unknown):
        adapter.submit(ready)
    hall.advance(hours=2)
    assert isinstance(adapter.query(ready.ref), Done)
    assert len(hall.commits()) == 1


def test_a_registered_unit_is_looked_up_not_refused(hall, adapter):
    first = settled(hall, adapter, prepared(adapter, form()))
    other = prepared(adapter, form(), case="another")
    with pytest.raises(Unknown):
        adapter.submit(other)
    assert adapter.query(other.ref).result == first.result
    assert len(hall.commits()) == 1


def test_the_answer_lost_by_a_name_is_found(hall, adapter):
    ready = prepared(adapter, form(name="示范市测试超时社保软件有限公司"), "pre")
    with pytest.raises(Unknown):
        adapter.submit(ready)
    hall.advance(minutes=30)
    assert isinstance(adapter.query(ready.ref), Done)
    assert len(hall.commits()) == 1


def test_outside_its_hours_it_is_closed_until_the_next_opening_but_answers_questions(
    hall, adapter
):
    hall.clock.advance_to(datetime(2026, 3, 6, 10, 0, tzinfo=UTC))
    ready = prepared(adapter, form())
    with pytest.raises(Closed) as closed:
        adapter.submit(ready)
    assert closed.value.until == datetime(2026, 3, 9, 0, 30, tzinfo=UTC)
    assert adapter.query(ready.ref) == NotFound()


# --- sessions --------------------------------------------------------------------------------------


def signed_in(hall):
    exchanges = hall.stub("social_insurance").store.journal()
    return sum(each.operation == "9001" for each in exchanges)


def test_one_sign_in_serves_until_midnight(hall, adapter):
    ready = prepared(adapter, form())
    adapter.query(ready.ref)
    adapter.query(ready.ref)
    assert signed_in(hall) == 1
    hall.advance(hours=24)
    assert adapter.query(ready.ref) == NotFound()
    assert signed_in(hall) == 2


def test_a_sign_in_elsewhere_is_survived_with_the_same_message(hall, adapter):
    other = SocialInsuranceAdapter(hall.settings("social_insurance"), clock=RealClock())
    ready = prepared(adapter, form())
    adapter.query(ready.ref)
    other.query(ready.ref)
    assert isinstance(adapter.submit(ready), Pending)
    assert signed_in(hall) == 3
    sent = [e for e in hall.stub("social_insurance").store.journal() if e.operation == "2101"]
    assert {json.loads(each.asked)["msgid"] for each in sent} == {ready.key}
    other.http.close()


def test_many_threads_sign_in_once(hall, adapter):
    ready = prepared(adapter, form())
    found = []

    def ask():
        try:
            found.append(adapter.query(ready.ref))
        except Retryable as busy:
            found.append(busy)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert NotFound() in found
    assert signed_in(hall) == 1


def test_a_wrong_secret_needs_a_person(hall):
    settings = {**hall.settings("social_insurance"), "secret": "wrong"}
    adapter = SocialInsuranceAdapter(settings, clock=RealClock())
    with pytest.raises(Misconfigured):
        adapter.submit(prepared(adapter, form()))
    adapter.http.close()


def test_health_ends_nobody_elses_session(hall, adapter):
    adapter.query(Ref("x" * 30, extra={"infno": "2100", "natural": "none"}))
    assert SocialInsuranceAdapter(hall.settings("social_insurance"), clock=RealClock()).health().ok
    assert signed_in(hall) == 1


# --- taking back -----------------------------------------------------------------------------------


def test_a_registration_is_taken_back_before_and_after_it_is_in_force(hall, adapter):
    waiting = prepared(adapter, form(), "pre")
    adapter.submit(waiting)
    assert adapter.cancel(waiting.ref) == Cancelled()
    hall.advance(hours=1)
    assert adapter.query(waiting.ref) == Cancelled()
    assert hall.commits() == []
    granted = prepared(adapter, form())
    settled(hall, adapter, granted)
    assert adapter.cancel(granted.ref) == Cancelled()
    assert adapter.cancel(granted.ref) == Cancelled()
    assert adapter.query(granted.ref) == Cancelled()


def test_staff_of_a_registration_taken_back_may_be_insured_again(hall, adapter):
    staff = [member("王五", STRICT)]
    first = prepared(adapter, form(staff))
    settled(hall, adapter, first)
    adapter.cancel(first.ref)
    other = form(staff, "示范市另一家有限公司", OTHER_CODE)
    assert isinstance(settled(hall, adapter, prepared(adapter, other, case="another")), Done)


def test_taking_a_pre_registration_back_leaves_what_it_led_to(hall, adapter):
    pre, confirm = prepared(adapter, form(), "pre"), prepared(adapter, form())
    settled(hall, adapter, pre)
    settled(hall, adapter, confirm)
    assert adapter.cancel(pre.ref) == Cancelled()
    assert isinstance(adapter.query(confirm.ref), Done)


def test_after_thirty_days_nothing_is_taken_back(hall, adapter):
    confirm = prepared(adapter, form())
    settled(hall, adapter, confirm)
    hall.advance(days=30)
    assert adapter.cancel(confirm.ref) == Rejected("2190", "已进入征缴期，不能冲正")


def test_what_was_refused_cannot_be_taken_back(adapter):
    ready = prepared(adapter, form(name="示范市测试驳回社保软件有限公司"), "pre")
    adapter.submit(ready)
    assert isinstance(adapter.cancel(ready.ref), Rejected)


def test_an_application_never_sent_cannot_be_taken_back(adapter):
    assert adapter.cancel(prepared(adapter, form()).ref) == NotFound()


# --- settings and needs ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["url", "org", "admdvs", "opter", "secret"])
def test_a_wrong_setting_is_named(hall, name):
    settings = hall.settings("social_insurance")
    with pytest.raises(Misconfigured, match=name):
        SocialInsuranceAdapter({**settings, name: ""}, clock=RealClock())


def test_a_control_character_is_corrected_before_sending(adapter):
    needs = adapter.Needs().load(form([member("王\n五")]))
    outcome = adapter.prepare(needs, Key(CASE, "social_insurance", "confirm"), "confirm")
    assert corrections(outcome) == {("staff.members.0.name", "unfit")}
