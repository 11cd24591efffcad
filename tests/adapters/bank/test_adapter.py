"""The bank's adapter against its stub."""

from datetime import UTC, datetime

import pytest

from adapters.bank import BankAdapter
from adapters.hall import RealClock
from adapters.kit.suite import AdapterSuite
from kaiban.ports import (
    Cancelled,
    Closed,
    Done,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Pending,
    Prepared,
    Rejected,
    Unknown,
)
from tests.adapters.bank.department import CREDIT_CODE, NEEDS, OWNER, Bank
from tests.servers import answer, saying, speaking


class TestConformance(AdapterSuite):
    adapter = BankAdapter


CORRECTIONS = {
    "a wrong check digit": (
        {"legal_rep_cert_no": "990102199003072990"}, "B03", "people.legal_rep.cert.no"),
    "an expired document": (
        {"legal_rep_cert_until": "2026-03-03"}, "B03", "people.legal_rep.cert.valid_until"),
    "no beneficial owner": ({"owners": []}, "B06", "people.beneficial_owners"),
    "a foreigner on video": (
        {"visit_mode": "video", "legal_rep_cert_type": "passport",
         "legal_rep_cert_no": "E12345678"}, "B08", "bank.appointment.mode"),
    "a holiday": ({"visit_date": "2026-10-01"}, "B02", "bank.appointment.date"),
    "a day past": ({"visit_date": "2026-03-03"}, "B02", "bank.appointment.date"),
    "the magic name": (
        {"company_name": "示范市测试补正银行有限公司"}, "B08", "bank.appointment.mode"),
}  # fmt: skip


class TestAnswers(Bank):
    @pytest.mark.parametrize("why", CORRECTIONS)
    def test_what_the_bank_wants_corrected_names_the_form_path(self, hall, adapter, why):
        changed, code, path = CORRECTIONS[why]
        prepared, outcome = self.reserve(adapter, **changed)
        assert isinstance(outcome, NeedsCorrection), outcome
        assert [(item.code, item.path) for item in outcome.items] == [(code, path)]
        assert outcome.items[0].message
        assert adapter.query(prepared.ref) == outcome
        assert hall.commits() == []

    def test_a_visit_that_was_booked_in_a_hall_counts_and_not_what_was_wished(self, adapter):
        slot = {"booked_date": "2026-03-05", "booked_period": "afternoon"}
        _, outcome = self.reserve(adapter, visit_date="2026-03-09", visit_period="morning", **slot)
        assert outcome.result["visit_date"] == "2026-03-05"
        assert outcome.result["visit_time"] >= "12:00"

    def test_a_full_half_day_is_corrected(self, hall, adapter):
        hall.stub("bank").store.put("slot", "990990100021-20260305-A", {"taken": 6})
        _, outcome = self.reserve(adapter, visit_date="2026-03-05")
        assert isinstance(outcome, NeedsCorrection)
        assert outcome.items[0].code == "B02"

    def test_without_a_date_the_first_free_working_day_is_taken(self, hall, adapter):
        hall.stub("bank").store.put("slot", "990990100021-20260305-A", {"taken": 6})
        hall.stub("bank").store.put("slot", "990990100021-20260306-A", {"taken": 6})
        _, outcome = self.reserve(adapter)
        assert isinstance(outcome, Done)
        assert outcome.result["visit_date"] == "2026-03-09"

    def test_a_corrected_reservation_takes_the_place_of_the_first(self, hall, adapter):
        first, outcome = self.reserve(adapter, owners=[])
        second, outcome = self.reserve(adapter, revision=2, corrects=outcome.ref)
        assert isinstance(self.finished(hall, adapter, second.ref, outcome), Done)
        assert isinstance(adapter.query(first.ref), Cancelled)
        assert len(hall.commits()) == 1

    def test_the_magic_name_is_granted_when_it_is_sent_again(self, hall, adapter):
        name = {"company_name": "示范市测试补正银行有限公司"}
        _, outcome = self.reserve(adapter, **name)
        second, outcome = self.reserve(adapter, revision=2, corrects=outcome.ref, **name)
        assert isinstance(self.finished(hall, adapter, second.ref, outcome), Done)

    def test_a_second_basic_account_is_refused(self, hall, adapter):
        hall.stub("bank").give_account(CREDIT_CODE)
        prepared, outcome = self.reserve(adapter)
        assert outcome == Rejected("B01", "该企业已开立基本存款账户，不得重复开立。")
        assert adapter.query(prepared.ref) == outcome
        assert hall.commits() == []

    def test_another_name_for_the_same_credit_code_is_refused(self, adapter):
        self.reserve(adapter)
        _, outcome = self.reserve(adapter, revision=2, company_name="示范市云松软件有限公司")
        assert isinstance(outcome, Rejected)
        assert outcome.code == "B07"

    def test_the_magic_name_is_refused(self, adapter):
        _, outcome = self.reserve(adapter, company_name="示范市测试驳回银行有限公司")
        assert isinstance(outcome, Rejected)

    def test_a_magic_name_aimed_at_others_does_not_concern_the_bank(self, hall, adapter):
        prepared, outcome = self.reserve(adapter, company_name="示范市测试驳回税务有限公司")
        assert isinstance(self.finished(hall, adapter, prepared.ref, outcome), Done)

    def test_an_address_nobody_can_verify_is_looked_at_and_then_granted(self, hall, adapter):
        prepared, outcome = self.reserve(adapter, tenure="cluster")
        assert isinstance(outcome, Pending)
        assert outcome.in_review
        assert "上门核实" in outcome.reason
        assert hall.commits() == []
        hall.advance(minutes=90)
        assert isinstance(adapter.query(prepared.ref), Done)
        assert len(hall.commits()) == 1

    def test_a_person_with_many_companies_is_looked_at(self, hall, adapter):
        codes = {"companies": [f"91990102MA000000{n}" for n in range(5)]}
        hall.stub("bank").store.put("person", NEEDS["legal_rep_cert_no"], codes)
        _, outcome = self.reserve(adapter)
        assert isinstance(outcome, Pending)
        assert "尽职调查" in outcome.reason

    def test_the_magic_name_loses_the_answer_but_not_the_reservation(self, hall, adapter):
        with pytest.raises(Unknown):
            self.reserve(adapter, company_name="示范市测试超时银行有限公司")
        ref = self.prepared(adapter, "main").ref
        assert isinstance(self.finished(hall, adapter, ref), Done)

    def test_a_late_commit_is_found_before_not_found_is_settled(self, hall, adapter):
        hall.stub("bank").late_next()
        prepared, outcome = self.reserve(adapter)
        assert isinstance(outcome, Pending)
        assert isinstance(adapter.query(prepared.ref), NotFound)
        hall.clock.advance(BankAdapter.manifest.settle)
        assert isinstance(adapter.query(prepared.ref), Done)
        assert len(hall.commits()) == 1

    def test_the_next_day_the_bank_takes_the_same_serial_again(self, hall, adapter):
        # The trap of this protocol, which only looking up before sending again avoids.
        prepared, _ = self.reserve(adapter)
        hall.advance(days=1)
        adapter.submit(prepared)
        hall.advance(hours=2)
        assert len(hall.commits()) == 2


class TestHours(Bank):
    def test_after_the_day_end_it_is_closed_until_the_next_working_morning(self, hall, adapter):
        hall.clock.advance_to(datetime(2026, 3, 6, 8, 30, tzinfo=UTC))
        with pytest.raises(Closed) as caught:
            self.reserve(adapter)
        assert caught.value.until == datetime(2026, 3, 9, 0, 30, tzinfo=UTC)
        assert isinstance(adapter.query(self.prepared(adapter, "main").ref), NotFound)
        assert adapter.health().ok

    def test_a_minute_before_it_still_works(self, hall, adapter):
        hall.clock.advance_to(datetime(2026, 3, 6, 8, 29, tzinfo=UTC))
        assert not isinstance(self.reserve(adapter)[1], NeedsCorrection)

    def test_a_cancellation_waits_for_the_morning_as_well(self, hall, adapter):
        prepared, _ = self.reserve(adapter)
        hall.clock.advance_to(datetime(2026, 3, 4, 9, 0, tzinfo=UTC))
        with pytest.raises(Closed):
            adapter.cancel(prepared.ref)


class TestCancelling(Bank):
    def test_a_reservation_can_be_cancelled_twice(self, adapter):
        prepared, _ = self.reserve(adapter, visit_date="2026-03-09")
        assert adapter.cancel(prepared.ref) == Cancelled()
        assert adapter.cancel(prepared.ref) == Cancelled()
        assert adapter.query(prepared.ref) == Cancelled()

    def test_an_unknown_one_is_not_found(self, adapter):
        assert adapter.cancel(self.prepared(adapter, "main").ref) == NotFound()

    def test_on_the_day_of_the_visit_it_is_too_late(self, hall, adapter):
        prepared, outcome = self.reserve(adapter, visit_date="2026-03-05")
        assert isinstance(self.finished(hall, adapter, prepared.ref, outcome), Done)
        hall.clock.advance_to(datetime(2026, 3, 5, 2, 0, tzinfo=UTC))
        assert isinstance(adapter.cancel(prepared.ref), Rejected)

    def test_a_lost_answer_to_it_is_unknown_and_a_query_tells(self, hall, adapter):
        prepared, _ = self.reserve(adapter, visit_date="2026-03-09")
        hall.stub("bank").lose_next("KH0003")
        with pytest.raises(Unknown):
            adapter.cancel(prepared.ref)
        assert adapter.query(prepared.ref) == Cancelled()


class TestWire(Bank):
    def test_a_wrong_key_needs_a_person_and_reserves_nothing(self, hall):
        settings = hall.settings("bank") | {"mac_key": "00" * 16}
        adapter = BankAdapter(settings, clock=RealClock())
        with pytest.raises(Misconfigured, match="MAC"):
            self.reserve(adapter)
        assert not adapter.health().ok
        assert hall.commits() == []

    @pytest.mark.parametrize("key", ["", "zz" * 16, "00" * 15, "00" * 16 + "\n"])
    def test_a_malformed_key_is_named_but_not_shown(self, key):
        with pytest.raises(Misconfigured, match="mac_key") as caught:
            BankAdapter({"url": "http://127.0.0.1:1", "mac_key": key}, clock=RealClock())
        assert not key or key not in str(caught.value)

    def test_an_altered_answer_is_unknown(self, hall, adapter):
        prepared, _ = self.reserve(adapter)
        asked = hall.stub("bank").store.journal()[-1]
        altered = asked.answered.replace(b"YY2026", b"YY2027")
        assert altered != asked.answered
        with self.answering(hall, altered) as other, pytest.raises(Unknown):
            other.submit(prepared)

    def test_an_answer_to_another_serial_is_unknown(self, hall, adapter):
        self.reserve(adapter)
        stale = hall.stub("bank").store.journal()[-1].answered
        second = self.prepare(adapter, NEEDS, self.key("main", 2))
        assert isinstance(second, Prepared)
        with self.answering(hall, stale) as other, pytest.raises(Unknown):
            other.submit(second)

    @pytest.mark.parametrize("raw", [b"", b"x", b"\xff" * 62, b"00000062" + b"0" * 53])
    def test_garbage_is_unknown(self, hall, adapter, raw):
        prepared = self.prepared(adapter, "main")
        with self.answering(hall, raw) as other, pytest.raises(Unknown):
            other.submit(prepared)

    def answering(self, hall, raw):
        return _Answering(hall.settings("bank"), raw)

    @pytest.mark.parametrize(
        ("field", "value", "path"),
        [
            ("legal_rep_name", "张" * 41, "people.legal_rep.name"),
            ("address", "路" * 121, "premises.full"),
            ("company_name", "甲|\n乙", "company.name.full"),
            ("owners", [OWNER, OWNER | {"name": "䶮"}], "people.beneficial_owners.1.name"),
        ],
    )
    def test_what_does_not_fit_is_corrected_before_sending(self, adapter, field, value, path):
        outcome = self.prepare(adapter, NEEDS | {field: value}, self.key("main"))
        assert isinstance(outcome, NeedsCorrection), outcome
        assert [item.path for item in outcome.items] == [path]

    def test_every_misfit_is_told_at_once(self, adapter):
        bad = NEEDS | {"legal_rep_name": "𠮷", "address": "㼆路"}
        outcome = self.prepare(adapter, bad, self.key("main"))
        assert {item.path for item in outcome.items} == {
            "people.legal_rep.name",
            "premises.full",
        }

    def test_names_that_just_fit_arrive_as_they_are(self, hall, adapter):
        _, outcome = self.reserve(adapter, legal_rep_name="镕" * 40)
        assert not isinstance(outcome, NeedsCorrection)
        assert "镕".encode("gbk") * 40 in hall.stub("bank").store.journal()[-1].asked


class _Answering:
    """An adapter whose bank always answers the same bytes."""

    def __init__(self, settings, raw):
        self._server = speaking(saying(answer(raw)))
        self._settings = settings

    def __enter__(self):
        url = self._server.__enter__()
        self._adapter = BankAdapter(self._settings | {"url": url}, clock=RealClock())
        return self._adapter

    def __exit__(self, *error):
        self._adapter.http.close()
        self._server.__exit__(*error)
