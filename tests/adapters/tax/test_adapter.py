import html
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.hall.clock import RealClock
from adapters.kit.suite import AdapterSuite
from adapters.tax import TaxAdapter
from adapters.tax.stub_rules import XPATHS
from adapters.tax.words import FIELDS, PAPER
from forms.opening import check, path_exists
from forms.sample import SAMPLE_DAY, sample
from forms.values.addresses import completed
from kaiban.domain.cases.plan import LinkSpec, Plan, StepSpec
from kaiban.orchestrator.needs import prepare
from kaiban.ports import (
    Cancelled,
    Closed,
    Done,
    Key,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Pending,
    Prepared,
    Ref,
    Rejected,
    Unknown,
)


class TestConformance(AdapterSuite):
    adapter = TaxAdapter


IMPRESSION = "YM-9901020000002-1f3a5b7c"


def filled():
    return dict(completed(check(sample(7), today=SAMPLE_DAY).form))


def named(text):
    return {"name": f"示范市{text}软件有限公司"}


def tampered(prepared, old, new):
    body = prepared.body.replace(old.encode("gbk"), new.encode("gbk"))
    assert body != prepared.body
    return replace(prepared, body=body)


def corrections(outcome):
    assert isinstance(outcome, NeedsCorrection)
    return [(item.path, item.code) for item in outcome.items]


def zip_codes(stub):
    for exchange in stub.store.journal():
        text = html.unescape(exchange.answered.decode())
        yield re.search("<zipCode>(.)</zipCode>", text)[1]


def test_received_is_not_done_and_the_result_comes_later(adapter, hall, application):
    first = adapter.submit(application())
    assert isinstance(first, Pending)
    assert first.in_review
    assert first.ref.number == "SW20260304000001"
    assert isinstance(adapter.query(first.ref), Pending)
    assert hall.commits() == []
    hall.advance(hours=3)
    done = adapter.query(first.ref)
    assert isinstance(done, Done)
    assert done.result["taxpayer_no"] == "91990102MA4KB0010T"
    assert done.result["authority"] == "示范市开元区税务局（虚构）"
    assert done.result["agent"] == "李四"
    assert {"name": "增值税", "period": "季"} in done.result["tax_kinds"]
    assert done.result["invoice_kinds"] == [
        {"kind": "数电发票（普通发票）", "limit": 100000},
        {"kind": "数电发票（增值税专用发票）", "limit": 100000},
    ]
    assert done.result["credit_total"] == 100000
    assert [paper.title for paper in done.documents] == ["税务登记信息确认表", "票种核定通知"]
    assert all(paper.content.startswith(b"%PDF") for paper in done.documents)
    assert len(hall.commits()) == 1


def test_without_invoices_the_confirmation_alone_is_done_at_once(adapter, hall, application):
    sent = application(kinds=[], limit=None)
    assert sent.meta["transaction"] == "SW0101"
    done = adapter.submit(sent)
    assert isinstance(done, Done)
    assert done.result["invoice_kinds"] == []
    assert len(done.documents) == 1
    assert len(hall.commits()) == 1


def test_confirmation_and_invoices_travel_in_one_message(application):
    sent = application()
    assert sent.meta["transaction"] == "SW0102"
    assert b"<djxxqr>" in sent.body
    assert b"<pzhd>" in sent.body


def test_small_answers_are_plain_and_large_ones_zipped(adapter, hall, stub, application):
    sent = adapter.submit(application())
    hall.advance(hours=3)
    assert isinstance(adapter.query(sent.ref), Done)
    assert list(zip_codes(stub)) == ["0", "1"]


def test_general_taxpayers_declare_every_month(adapter, application):
    sent = application(kinds=[], taxpayer_kind="general", general_from="2026-04")
    assert {"name": "增值税", "period": "月"} in adapter.submit(sent).result["tax_kinds"]


def test_paper_invoices_wait_for_the_impression_and_digital_ones_do_not(adapter):
    seal = LinkSpec("seal", "", "", (StepSpec("main", (), {"invoice_seal_impression": "YM"}),))
    first = LinkSpec("registration", "", "", (StepSpec("main", (), {"credit_code": "9"}),))
    links = (first, seal, adapter.manifest.spec)

    def waits_for(*kinds):
        form = {"tax": {"invoice": {"kinds": [{"kind": kind} for kind in kinds]}}}
        return Plan.of(links, form).required_facts("tax", "main")

    assert waits_for("digital_ordinary") == ("credit_code",)
    for kind in PAPER:
        assert waits_for("digital_ordinary", kind) == ("credit_code", "invoice_seal_impression")


def test_paper_invoices_are_granted_with_the_impression(adapter, hall, application):
    kinds = [{"kind": "paper_special", "monthly_qty": 10}, {"kind": "paper_ordinary"}]
    sent = adapter.submit(application(kinds=kinds, impression=IMPRESSION))
    hall.advance(hours=3)
    granted = adapter.query(sent.ref).result["invoice_kinds"]
    assert [invoice["monthly_qty"] for invoice in granted] == [10, 25]


def test_names_of_xml_come_back_as_they_were(adapter, hall, stub, application):
    name = "示范市“&<>]]>”软件有限公司&amp;"
    sent = adapter.submit(application(name=name))
    assert stub.store.get("application", sent.ref.extra["id"])["name"] == name
    hall.advance(hours=3)
    assert isinstance(adapter.query(sent.ref), Done)


def test_the_same_needs_give_the_same_bytes(application):
    assert application() == application()


# --- lost answers, repetitions ------------------------------------------------------------------------


def test_a_lost_answer_is_unknown_and_found_by_our_own_number(adapter, hall, stub, application):
    stub.lose_next("SW0102")
    sent = application()
    with pytest.raises(Unknown):
        adapter.submit(sent)
    found = adapter.query(sent.ref)
    assert isinstance(found, Pending)
    hall.advance(hours=3)
    assert isinstance(adapter.query(found.ref), Done)
    assert len(hall.commits()) == 1


def test_a_second_submission_only_asks_to_look(adapter, hall, application):
    sent = application()
    adapter.submit(sent)
    with pytest.raises(Unknown, match="2001"):
        adapter.submit(sent)
    hall.advance(hours=3)
    assert isinstance(adapter.query(sent.ref), Done)
    assert len(hall.commits()) == 1


def test_an_application_nobody_made_is_not_found(adapter, application):
    assert adapter.query(application().ref) == NotFound()


def test_a_company_registered_by_another_way_is_refused(adapter, application, key):
    adapter.submit(application())
    other = application(key=Key("KB9901012026030400002", "tax", "main"))
    with pytest.raises(Unknown):
        adapter.submit(other)
    refusal = adapter.query(other.ref)
    assert isinstance(refusal, Rejected)
    assert refusal.code == "T05"


def test_query_three_times_changes_nothing(adapter, hall, application):
    sent = adapter.submit(application())
    hall.advance(hours=3)
    first = adapter.query(sent.ref)
    assert adapter.query(sent.ref) == adapter.query(sent.ref) == first
    assert len(hall.commits()) == 1


def test_the_bureau_may_die_in_the_middle(adapter, hall, application):
    sent = adapter.submit(application())
    hall.restart("tax")
    assert isinstance(adapter.query(sent.ref), Pending)
    hall.advance(hours=3)
    assert isinstance(adapter.query(sent.ref), Done)


def test_a_ref_from_storage_is_enough_for_another_instance(hall, adapter, application):
    sent = adapter.submit(application())
    other = TaxAdapter(hall.settings("tax"), clock=RealClock())
    assert isinstance(other.query(Ref(sent.ref.key, "", dict(sent.ref.extra))), Pending)
    other.http.close()


# --- refusals and corrections -----------------------------------------------------------------------


def test_t01_real_name_is_found_in_review(adapter, hall, application):
    sent = adapter.submit(application(**named("测试T01")))
    hall.advance(hours=3)
    assert corrections(adapter.query(sent.ref)) == [("people.tax_agent.name", "T01")]


def test_t02_is_refused_in_review(adapter, hall, application):
    sent = adapter.submit(application(**named("测试驳回税务")))
    hall.advance(hours=3)
    refusal = adapter.query(sent.ref)
    assert isinstance(refusal, Rejected)
    assert refusal.code == "3002"
    assert "非正常户" in refusal.reason
    assert hall.commits() == []


def test_t02_is_refused_at_once_without_invoices(adapter, application):
    outcome = adapter.submit(application(kinds=[], **named("测试T02")))
    assert isinstance(outcome, Rejected)


def test_t03_is_said_before_anything_is_sent(application):
    assert corrections(application(limit=100001)) == [("tax.invoice.limit", "T03")]


def test_t03_is_also_said_by_the_bureau(adapter, application):
    sent = tampered(application(), "<zgkpxe>100000<", "<zgkpxe>1000000<")
    assert corrections(adapter.submit(sent)) == [("tax.invoice.limit", "T03")]


def test_t04_is_said_before_anything_is_sent(application):
    assert corrections(application(officer_name="")) == [("people.finance_officer.name", "T04")]


def test_all_errors_are_told_at_once(adapter, application):
    sent = application(kinds=[{"kind": "roll"}], phone="无", impression=None)
    sent = tampered(sent, "<cwfzr><xm>李四<", "<cwfzr><xm><")
    assert corrections(adapter.submit(sent)) == [
        ("people.finance_officer.name", "T04"),
        ("tax.invoice.kinds", "T07"),
        ("company.contact_phone", "T08"),
    ]


def test_t06_a_risky_address_is_found_in_review(adapter, hall, application):
    sent = adapter.submit(application(address="青云路 18 号集群注册工位 7"))
    hall.advance(hours=3)
    assert corrections(adapter.query(sent.ref)) == [("premises.full", "T06")]


def test_t09_passes_by_itself(adapter, application):
    assert isinstance(adapter.submit(application(**named("测试T09"))), Pending)


def test_magic_words_for_others_do_nothing_here(adapter, hall, application):
    sent = adapter.submit(application(**named("测试驳回公章")))
    hall.advance(hours=3)
    assert isinstance(adapter.query(sent.ref), Done)


def test_the_magic_time_out_loses_the_answer_once(adapter, hall, application):
    sent = application(**named("测试超时税务"))
    with pytest.raises(Unknown):
        adapter.submit(sent)
    hall.advance(hours=3)
    assert isinstance(adapter.query(sent.ref), Done)


def test_a_returned_application_is_corrected_and_sent_again(adapter, hall, application, key):
    name = named("测试补正税务")
    sent = adapter.submit(application(**name))
    hall.advance(hours=3)
    returned = adapter.query(sent.ref)
    assert corrections(returned) == [("people.tax_agent.name", "T01")]
    again = replace(key, revision=2, corrects=returned.ref)
    second = application(
        key=again,
        agent_name="王五",
        agent_cert_type="id_card",
        agent_cert_no="99010219900307299X",
        agent_mobile="13900000003",
        **name,
    )
    assert f"<yblsh>{sent.ref.extra['id']}</yblsh>".encode() in second.body
    assert adapter.query(second.ref) == NotFound()
    outcome = adapter.submit(second)
    hall.advance(hours=3)
    done = adapter.query(outcome.ref)
    assert isinstance(done, Done)
    assert done.result["agent"] == "王五"
    assert len(hall.commits()) == 1


@pytest.mark.parametrize(
    ("field", "text", "path"),
    [
        ("rep_name", "䶮三", "people.legal_rep.name"),
        ("officer_name", "𠮷四", "people.finance_officer.name"),
        ("name", "示范市\x08云有限公司", "company.name.full"),
        ("name", "云" * 101, "company.name.full"),
        ("address", "㼆路", "premises.full"),
    ],
)
def test_what_gbk_cannot_hold_never_leaves(application, field, text, path):
    outcome = application(**{field: text})
    assert corrections(outcome) == [(path, "unfit")]
    assert "?" not in outcome.items[0].message


def test_names_that_only_gbk_holds_come_through(adapter, stub, application):
    sent = adapter.submit(application(rep_name="镕堃喆犇骉"))
    leaves = stub.store.get("application", sent.ref.extra["id"])["leaves"]
    assert leaves["/ywbw/djxxqr/fddbr/xm"] == ["镕堃喆犇骉"]


def test_the_form_asks_for_everything_the_bureau_needs(adapter, hall, key):
    form = filled() | {"facts": {"credit_code": "91990102MA4KB0010T"}}
    sent = prepare(adapter, form, key)
    assert isinstance(sent, Prepared)
    pending = adapter.submit(sent)
    hall.advance(hours=3)
    done = adapter.query(pending.ref)
    assert isinstance(done, Done)
    assert len(done.result["invoice_kinds"]) == len(form["tax"]["invoice"]["kinds"])


def test_unknown_kinds_of_invoices_are_named_by_row(adapter, key):
    form = filled()
    form["tax"]["invoice"]["kinds"] = [{"kind": "digital_ordinary"}, {"kind": "stone"}]
    outcome = prepare(adapter, form, key)
    assert [item.path for item in outcome.items] == ["tax.invoice.kinds.1.kind"]


# --- withdrawing --------------------------------------------------------------------------------------


def test_an_application_may_be_withdrawn_until_it_is_decided(adapter, hall, application):
    sent = adapter.submit(application())
    assert adapter.cancel(sent.ref) == Cancelled()
    assert adapter.query(sent.ref) == Cancelled()
    hall.advance(hours=3)
    assert hall.commits() == []


def test_a_decided_application_stays(adapter, hall, application):
    sent = adapter.submit(application())
    hall.advance(hours=3)
    assert isinstance(adapter.cancel(sent.ref), Rejected)
    assert isinstance(adapter.query(sent.ref), Done)


def test_what_was_never_applied_for_cannot_be_withdrawn(adapter, application):
    assert adapter.cancel(application().ref) == NotFound()


# --- hours --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (datetime(2026, 3, 4, 14, 0, tzinfo=UTC), datetime(2026, 3, 4, 22, 0, tzinfo=UTC)),
        (datetime(2026, 3, 31, 10, 0, tzinfo=UTC), datetime(2026, 4, 1, 0, 0, tzinfo=UTC)),
        (datetime(2026, 3, 31, 23, 0, tzinfo=UTC), datetime(2026, 4, 1, 0, 0, tzinfo=UTC)),
    ],
)
def test_the_maintenance_page_tells_when_they_are_back(adapter, hall, application, now, opens):
    hall.clock.advance_to(now)
    with pytest.raises(Closed) as closed:
        adapter.submit(application())
    assert closed.value.until == opens
    with pytest.raises(Closed):
        adapter.query(application().ref)
    hall.clock.advance_to(opens)
    assert isinstance(adapter.submit(application()), Pending)


def test_decisions_are_made_in_opening_hours(adapter, hall, application):
    hall.clock.advance_to(datetime(2026, 3, 4, 13, 59, tzinfo=UTC))
    sent = adapter.submit(application())
    hall.clock.advance_to(datetime(2026, 3, 4, 21, 59, tzinfo=UTC))
    assert hall.commits() == []
    hall.clock.advance_to(datetime(2026, 3, 4, 22, 0, tzinfo=UTC))
    assert isinstance(adapter.query(sent.ref), Done)


# --- trust --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"), [("password", "wrong password"), ("app_id", "X"), ("user", "X")]
)
def test_wrong_credentials_are_for_a_person_to_mend(hall, application, field, value):
    stranger = TaxAdapter(hall.settings("tax") | {field: value}, clock=RealClock())
    with pytest.raises(Misconfigured):
        stranger.submit(application())
    stranger.http.close()


class LateClock:
    def now(self):
        return datetime(2020, 1, 1, tzinfo=UTC)


def test_a_wrong_clock_is_for_a_person_to_mend(hall, application):
    late = TaxAdapter(hall.settings("tax"), clock=LateClock())
    with pytest.raises(Misconfigured, match="1102"):
        late.submit(application())
    late.http.close()


@pytest.mark.parametrize(("field", "value"), [("password", "short"), ("user", None), ("url", "x")])
def test_a_wrong_setting_is_named(hall, field, value):
    with pytest.raises(Misconfigured, match=field):
        TaxAdapter(hall.settings("tax") | {field: value}, clock=RealClock())


def test_health_asks_and_writes_nothing(adapter, stub):
    assert adapter.health().ok
    assert stub.store.all("application") == {}


def test_health_says_when_nobody_answers(adapter, hall):
    hall.stop("tax")
    assert not adapter.health().ok


def test_prepared_tells_nothing_personal_beside_its_body(application):
    sent = application()
    assert "张三" not in repr((sent.key, sent.ref, sent.meta))


@pytest.mark.parametrize("field", sorted(set(FIELDS.values())))
def test_what_the_bureau_complains_about_is_a_question_of_the_form(field):
    assert path_exists(TaxAdapter.Needs().fields[field].metadata["path"])


def test_the_bureau_complains_only_about_what_we_can_tell_the_applicant():
    assert set(XPATHS.values()) <= set(FIELDS)
