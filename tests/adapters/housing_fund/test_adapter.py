"""The housing fund adapter against its centre."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.hall import Hall, RealClock
from adapters.housing_fund import HousingFundAdapter
from adapters.kit.suite import AdapterSuite
from adapters.wire import piped
from kaiban.ports import (
    Cancelled,
    Done,
    Key,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Partial,
    Pending,
    Prepared,
    Rejected,
    Retryable,
    Unknown,
    Unprocessable,
)
from tests.contracts.department import CASE

CREDIT_CODE, OTHER_CODE = "91990102MA4KB0010N", "91990102MA4KB0029K"
NAME = "示范市青禾云软件有限公司"


def person(name, number="990102198507150037"):
    return {"name": name, "cert_type": "id_card", "cert_no": number, "mobile": "13800000001"}


def member(name, number="990102199003070011", wage="8000"):
    return {**person(name, number), "wage": Decimal(wage)}


#: Of a person the register is strict about.
STRICT = "990102199003079016"


STAFF = [member("王𠮷"), member("赵䶮", "990102199202290025", "6543.21")]


def form(staff=STAFF, name=NAME, credit_code=CREDIT_CODE, **other):
    return {
        "credit_code": credit_code,
        "name": name,
        "region": "990102",
        "unit_ratio": 8,
        "personal_ratio": 7,
        "first_month": "2026-03",
        "payday": 10,
        "clerk": person("李四"),
        "staff": staff,
        **other,
    }


class TestConformance(AdapterSuite):
    adapter = HousingFundAdapter


@pytest.fixture
def hall():
    with Hall(only=("housing_fund",), manual=True) as hall:
        yield hall


@pytest.fixture
def adapter(hall):
    adapter = HousingFundAdapter(hall.settings("housing_fund"), clock=RealClock())
    yield adapter
    adapter.http.close()


def prepare(adapter, needs, step="confirm", *, revision=1, corrects=None, case=CASE):
    key = Key(case, "housing_fund", step, revision, corrects)
    return adapter.prepare(adapter.Needs().load(needs), key, step)


def settled(hall, adapter, ready):
    assert isinstance(ready, Prepared)
    assert isinstance(adapter.submit(ready), Pending)
    hall.advance(hours=3)
    return adapter.query(ready.ref)


def corrections(outcome):
    return {(item.path, item.code) for item in outcome.items}


# --- granted ---------------------------------------------------------------------------------------


def test_unit_and_persons_get_accounts_and_papers(hall, adapter):
    outcome = settled(hall, adapter, prepare(adapter, form()))
    result = outcome.result
    assert result["unit_account"] == outcome.ref.number
    assert (result["unit_ratio"], result["personal_ratio"], result["payday"]) == (8, 7, 10)
    assert result["first_month"] == "2026-03"
    # 8000.00 x 8 % + 8000.00 x 7 %; 523.46 -> 523 and 458.02 -> 458
    assert [line["monthly"] for line in result["people"]] == ["1200.00", "981.00"]
    assert result["people"][0]["cert_mask"] == "990*************11"
    assert [line["name"] for line in result["people"]] == ["王𠮷", "赵䶮"]
    assert [doc.title for doc in outcome.documents] == ["单位缴存登记回执", "个人账户清单"]
    assert all(doc.content.startswith(b"%PDF") for doc in outcome.documents)


def test_a_pre_registration_gets_a_number(hall, adapter):
    outcome = settled(hall, adapter, prepare(adapter, form(credit_code=""), "pre"))
    assert outcome.result == {"pre_number": "YGJ00000001"}


def test_a_unit_without_staff_is_registered(hall, adapter):
    outcome = settled(hall, adapter, prepare(adapter, form([])))
    assert outcome.result["people"] == []
    assert [doc.title for doc in outcome.documents] == ["单位缴存登记回执"]


def test_without_a_first_month_it_is_the_current_one(hall, adapter):
    outcome = settled(hall, adapter, prepare(adapter, form(first_month="")))
    assert outcome.result["first_month"] == "2026-03"


def test_a_bank_account_that_fails_may_follow_later_h07(hall, adapter):
    outcome = settled(hall, adapter, prepare(adapter, form(name="示范市测试账户有限公司")))
    assert isinstance(outcome, Done)
    assert "可后补" in outcome.result["remark"]


# --- the file --------------------------------------------------------------------------------------


def test_the_name_of_the_file_comes_from_the_case_not_from_the_clock(adapter):
    assert prepare(adapter, form()).key.startswith("GJJ02_99010001_20260304_")
    assert prepare(adapter, form(), case="KB99010220261122000017").key[15:23] == "20261122"
    assert prepare(adapter, form(), case="no-day-here").key[15:23] == "20000101"


def test_the_file_counts_and_sums_in_fen(adapter):
    head, *lines = prepare(adapter, form()).body.decode("gb18030").splitlines()
    assert head.split("|")[-2:] == ["3", "1454321"]
    assert lines[2].split("|")[6] == "654321"


def test_a_separator_in_a_text_is_corrected_before_sending(hall, adapter):
    outcome = prepare(adapter, form([member("王|五")]))
    assert corrections(outcome) == {("staff.members.0.name", "unfit")}
    assert hall.stub("housing_fund").store.journal() == []


def test_the_centre_can_be_looked_at_while_others_files_lie_there(hall, adapter):
    adapter.submit(prepare(adapter, form(), case="another"))
    assert adapter.query(prepare(adapter, form()).ref) == NotFound()


# --- windows ---------------------------------------------------------------------------------------


def test_without_a_calendar_a_file_is_examined_within_minutes():
    with Hall(only=("housing_fund",), manual=True, always_open=True) as hall:
        adapter = HousingFundAdapter(hall.settings("housing_fund"), clock=RealClock())
        ready = prepare(adapter, form())
        assert adapter.submit(ready).poll_after <= timedelta(minutes=10)
        hall.advance(minutes=15)
        assert isinstance(adapter.query(ready.ref), Done)
        adapter.http.close()


def test_the_time_to_look_comes_from_the_window_calendar(hall, adapter):
    ready = prepare(adapter, form())
    assert adapter.submit(ready) == Pending(ready.ref, timedelta(minutes=40))
    hall.advance(minutes=31)
    assert adapter.query(ready.ref) == Pending(ready.ref, timedelta(minutes=9), in_review=True)


def test_a_file_of_friday_evening_waits_for_monday(hall, adapter):
    hall.clock.advance_to(datetime(2026, 3, 6, 9, 0, tzinfo=UTC))
    ready = prepare(adapter, form())
    outcome = adapter.submit(ready)
    assert outcome.poll_after == timedelta(days=2, hours=17, minutes=10)
    hall.advance(days=2)
    assert isinstance(adapter.query(ready.ref), Pending)
    hall.advance(hours=18)
    assert isinstance(adapter.query(ready.ref), Done)


def test_the_result_is_found_days_later(hall, adapter):
    ready = prepare(adapter, form())
    adapter.submit(ready)
    hall.advance(days=9)
    assert isinstance(adapter.query(ready.ref), Done)


def test_a_result_still_being_written_is_not_read(hall, adapter):
    ready = prepare(adapter, form())
    adapter.submit(ready)
    due = hall.stub("housing_fund").store.get("file", ready.key)["due"]
    hall.clock.advance_to(datetime.fromisoformat(due) - timedelta(seconds=30))
    half = adapter._call("GET", f"/out/{ready.key}.ret")  # noqa: SLF001 - the trap must be there
    assert half.body
    assert isinstance(adapter.query(ready.ref), Pending)
    hall.advance(seconds=30)
    assert isinstance(adapter.query(ready.ref), Done)


# --- refused and corrected -------------------------------------------------------------------------


RATIOS = {"housing_fund.unit_ratio", "housing_fund.personal_ratio"}
UNIT_DEFECTS = {
    "low ratio": ({"unit_ratio": 4}, RATIOS, "H01"),
    "high ratio": ({"personal_ratio": 13}, RATIOS, "H01"),
    "early month": ({"first_month": "2025-01"}, {"housing_fund.first_month"}, "H05"),
    "clerk": ({"clerk": person("测试未授权")}, {"housing_fund.clerk"}, "H06"),
    "branch": ({"name": "示范市测试补正公积金有限公司"}, {"housing_fund.branch"}, "H09"),
}


@pytest.mark.parametrize("defect", UNIT_DEFECTS)
@pytest.mark.parametrize("step", ["pre", "confirm"])
def test_the_unit_is_corrected_and_sent_again(hall, adapter, step, defect):
    changed, paths, code = UNIT_DEFECTS[defect]
    outcome = settled(hall, adapter, prepare(adapter, form(**changed), step))
    assert isinstance(outcome, NeedsCorrection)
    assert corrections(outcome) == {(path, code) for path in paths}
    assert hall.commits() == []
    right = form(branch="开元管理部", name=changed.get("name", NAME))
    second = prepare(adapter, right, step, revision=2, corrects=outcome.ref)
    assert isinstance(settled(hall, adapter, second), Done)
    assert len(hall.commits()) == 1


@pytest.mark.parametrize(
    ("staff", "path", "code"),
    [
        ([member("测试有账户")], "staff.members.0.cert.no", "H02"),
        ([STAFF[1], member("王五", wage="1999.99")], "staff.members.1.wage", "H03"),
        ([member("王五", wage="30000.01")], "staff.members.0.wage", "H03"),
        ([member("王五", "990102199003070012")], "staff.members.0.cert.no", "H08"),
    ],
)
def test_a_refused_person_leaves_the_unit_registered_and_is_corrected_alone(
    hall, adapter, staff, path, code
):
    outcome = settled(hall, adapter, prepare(adapter, form(staff)))
    assert isinstance(outcome, Partial)
    assert corrections(outcome) == {(path.replace(".wage", ".monthly_wage"), code)}
    second = prepare(adapter, form(), revision=2, corrects=outcome.ref)
    again = settled(hall, adapter, second)
    assert isinstance(again, Done)
    assert again.ref.number == outcome.ref.number
    assert [line.step for line in hall.commits()] == ["confirm"]


def test_a_person_with_an_account_elsewhere_is_refused_h02(hall, adapter):
    staff = [STAFF[0], member("王五", STRICT)]
    settled(hall, adapter, prepare(adapter, form(staff)))
    other = form(staff, "示范市另一家有限公司", OTHER_CODE)
    outcome = settled(hall, adapter, prepare(adapter, other, case="another"))
    assert corrections(outcome) == {("staff.members.1.cert.no", "H02")}


def test_the_same_people_may_found_another_company(hall, adapter):
    settled(hall, adapter, prepare(adapter, form()))
    other = form(name="示范市另一家有限公司", credit_code=OTHER_CODE)
    assert isinstance(settled(hall, adapter, prepare(adapter, other, case="another")), Done)


def test_a_registered_unit_is_refused_h04(hall, adapter):
    settled(hall, adapter, prepare(adapter, form()))
    outcome = settled(hall, adapter, prepare(adapter, form(), case="another"))
    assert outcome == Rejected("H04", "单位已办理缴存登记")
    assert len(hall.commits()) == 1


def test_the_unit_is_refused_h10_with_a_reason(hall, adapter):
    needs = form(name="示范市测试驳回公积金有限公司")
    assert settled(hall, adapter, prepare(adapter, needs, "pre")) == Rejected(
        "H10", "单位不属于本中心缴存范围"
    )


# --- did it happen? --------------------------------------------------------------------------------


def test_a_lost_answer_to_the_file_itself_is_harmless(hall, adapter):
    ready = prepare(adapter, form())
    for _ in range(3):
        hall.stub("housing_fund").lose_next("GJJ02.txt")
    with pytest.raises(Retryable):
        adapter.submit(ready)
    assert adapter.query(ready.ref) == NotFound()
    assert isinstance(settled(hall, adapter, ready), Done)


def test_the_answer_lost_by_a_name_is_found(hall, adapter):
    ready = prepare(adapter, form(name="示范市测试超时公积金有限公司"), "pre")
    with pytest.raises(Unknown):
        adapter.submit(ready)
    hall.advance(hours=3)
    assert isinstance(adapter.query(ready.ref), Done)


def test_after_its_ok_a_file_is_not_replaced(hall, adapter):
    ready = prepare(adapter, form())
    adapter.submit(ready)
    changed = Prepared(ready.key, prepare(adapter, form(payday=28)).body, ready.ref)
    assert settled(hall, adapter, changed).result["payday"] == 10


def test_before_its_ok_the_last_upload_wins(hall, adapter):
    ready = prepare(adapter, form())
    other = prepare(adapter, form(payday=28))
    whole = piped.signed(other.body, hall.settings("housing_fund")["exchange_key"].encode())
    adapter._call("PUT", f"/in/{ready.key}.txt", whole)  # noqa: SLF001 - half of a submission
    assert adapter.query(ready.ref) == NotFound()
    assert settled(hall, adapter, ready).result["payday"] == 10


def test_a_wrong_exchange_key_needs_a_person_and_registers_nothing(hall):
    settings = {**hall.settings("housing_fund"), "exchange_key": "another key of ours"}
    wrong = HousingFundAdapter(settings, clock=RealClock())
    ready = prepare(wrong, form())
    wrong.submit(ready)
    hall.advance(hours=3)
    with pytest.raises(Unknown):
        wrong.query(ready.ref)
    right = HousingFundAdapter(hall.settings("housing_fund"), clock=RealClock())
    with pytest.raises(Unprocessable, match="F02"):
        right.query(ready.ref)
    assert hall.commits() == []
    wrong.http.close()
    right.http.close()


def test_a_wrong_password_needs_a_person(hall):
    settings = {**hall.settings("housing_fund"), "password": "wrong"}
    adapter = HousingFundAdapter(settings, clock=RealClock())
    with pytest.raises(Misconfigured):
        adapter.submit(prepare(adapter, form()))
    assert not adapter.health().ok
    adapter.http.close()


# --- taking back -----------------------------------------------------------------------------------


def test_a_file_is_taken_back_before_its_window_only(hall, adapter):
    early, late = prepare(adapter, form()), prepare(adapter, form(), case="another")
    adapter.submit(early)
    assert adapter.cancel(early.ref) == Cancelled()
    assert adapter.cancel(early.ref) == Cancelled()
    adapter.submit(late)
    hall.advance(minutes=31)
    assert isinstance(adapter.cancel(late.ref), Rejected)
    hall.advance(hours=3)
    assert adapter.query(early.ref) == Cancelled()
    assert isinstance(adapter.query(late.ref), Done)
    assert len(hall.commits()) == 1


def test_a_file_never_laid_down_cannot_be_taken_back(adapter):
    assert adapter.cancel(prepare(adapter, form()).ref) == NotFound()


@pytest.mark.parametrize("name", ["url", "org", "password", "exchange_key"])
def test_a_wrong_setting_is_named(hall, name):
    settings = hall.settings("housing_fund")
    with pytest.raises(Misconfigured, match=name):
        HousingFundAdapter({**settings, name: ""}, clock=RealClock())
