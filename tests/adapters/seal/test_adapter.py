import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.hall.clock import RealClock
from adapters.kit.suite import AdapterSuite
from adapters.seal import SealAdapter
from adapters.seal.words import FINDINGS
from forms.opening import check, path_exists
from forms.sample import SAMPLE_DAY, sample
from kaiban.orchestrator.needs import prepare
from kaiban.ports import (
    Cancelled,
    Closed,
    Done,
    Forged,
    Key,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Pending,
    Prepared,
    RawCallback,
    Ref,
    Rejected,
    Retryable,
    Unknown,
)


class TestConformance(AdapterSuite):
    adapter = SealAdapter


def filled():
    return check(sample(7), today=SAMPLE_DAY).form


def named(text):
    return {"name": f"示范市{text}软件有限公司"}


def tampered(prepared, old, new):
    body = prepared.body.replace(old.encode(), new.encode())
    assert body != prepared.body
    return replace(prepared, body=body)


def only_correction(outcome):
    assert isinstance(outcome, NeedsCorrection)
    (item,) = outcome.items
    return item.path, item.code


def test_all_seals_are_ordered_at_once_and_done_when_all_are_filed(adapter, hall, order):
    first = adapter.submit(order())
    assert isinstance(first, Pending)
    assert first.ref.number.startswith("GZ20260304")
    assert isinstance(adapter.query(first.ref), Pending)
    hall.advance(hours=3)
    done = adapter.query(first.ref)
    assert isinstance(done, Done)
    assert [seal["kind"] for seal in done.result["seals"]] == [
        "公章",
        "发票专用章",
        "法定代表人名章",
    ]
    assert len({seal["code"] for seal in done.result["seals"]}) == 3
    assert done.result["invoice_seal_impression"].startswith("YM-990102")
    (paper,) = done.documents
    assert paper.title == "印章备案证明"
    assert paper.content.startswith(b"%PDF")
    assert len(hall.commits()) == 1


def test_no_invoice_seal_no_impression(adapter, hall, order):
    sent = adapter.submit(order(seals=[{"kind": "official"}]))
    hall.advance(hours=3)
    assert "invoice_seal_impression" not in adapter.query(sent.ref).result


def test_a_link_is_in_review_once_the_first_seal_is_cut(adapter, hall, stub, order):
    sent = adapter.submit(order())
    cut = datetime.fromisoformat(stub.store.get("order", sent.ref.number)["times"]["01"])
    hall.clock.advance_to(cut)
    standing = adapter.query(sent.ref)
    assert isinstance(standing, Pending)
    assert standing.in_review


def test_the_same_needs_give_the_same_bytes(order):
    assert order() == order()


def test_a_lost_answer_is_unknown_and_found_by_credit_code_alone(adapter, hall, stub, order):
    stub.lose_next("GY0101")
    sent = order()
    with pytest.raises(Unknown):
        adapter.submit(sent)
    found = adapter.query(sent.ref)
    assert isinstance(found, Pending)
    assert found.ref.number
    hall.advance(hours=3)
    assert isinstance(adapter.query(found.ref), Done)
    assert len(hall.commits()) == 1


def test_a_second_submission_in_the_same_session_only_asks_to_look(adapter, hall, order):
    sent = order()
    adapter.submit(sent)
    with pytest.raises(Unknown, match="201"):
        adapter.submit(sent)
    hall.advance(hours=3)
    assert len(hall.commits()) == 1


def test_without_the_session_nobody_notices_a_second_order(adapter, hall, order):
    """Why the manifest says that there is no idempotency."""
    sent = order()
    adapter.submit(sent)
    adapter.session.drop()
    adapter.submit(sent)
    hall.advance(hours=3)
    assert len(hall.commits()) == 2


def test_query_knows_nothing_of_other_applications(adapter, order, key):
    adapter.submit(order())
    ref = Ref(replace(key, revision=2).text, extra={"uscc": "91990102MA4KB0010T"})
    assert adapter.query(ref) == NotFound()


def test_query_three_times_changes_nothing(adapter, hall, order):
    sent = adapter.submit(order())
    hall.advance(hours=3)
    first = adapter.query(sent.ref)
    assert adapter.query(sent.ref) == adapter.query(sent.ref) == first
    assert len(hall.commits()) == 1


def test_the_gateway_may_die_in_the_middle(adapter, hall, order):
    sent = adapter.submit(order())
    hall.restart("seal")
    assert isinstance(adapter.query(sent.ref), Pending)
    hall.advance(hours=3)
    assert isinstance(adapter.query(sent.ref), Done)
    hall.restart("seal")
    assert len(hall.commits()) == 1


def test_a_new_session_elsewhere_is_survived(adapter, hall, order):
    adapter.health()
    other = SealAdapter(hall.settings("seal"), clock=RealClock())
    other.health()
    assert isinstance(adapter.submit(order()), Pending)
    other.http.close()


def test_whoever_loses_every_session_has_surely_not_sent(adapter, stub, order, monkeypatch):
    monkeypatch.setattr("adapters.seal.stub.SESSION", timedelta(0))
    with pytest.raises(Retryable):
        adapter.submit(order())
    assert stub.store.all("order") == {}


def test_the_window_is_told_until_when_the_shops_are_closed(adapter, hall, order):
    hall.advance(hours=9)  # 18:30
    with pytest.raises(Closed) as closed:
        adapter.submit(order())
    assert closed.value.until == datetime(2026, 3, 5, 0, 30, tzinfo=UTC)


def test_queries_are_answered_at_night(adapter, hall, order):
    sent = adapter.submit(order())
    hall.advance(hours=12)
    assert isinstance(adapter.query(sent.ref), Done)


def test_saturday_is_a_working_day(adapter, hall, order):
    hall.advance(days=3)
    assert isinstance(adapter.submit(order()), Pending)


# --- refusals and corrections -----------------------------------------------------------------------


def test_s01_half_width_brackets(adapter, order):
    sent = order(name="示范市青禾(云)软件有限公司")
    assert only_correction(adapter.submit(sent)) == ("company.name.full", "S01")


def test_s02_portrait_is_found_in_review(adapter, hall, order):
    sent = adapter.submit(order(**named("测试S02")))
    hall.advance(hours=1)
    assert only_correction(adapter.query(sent.ref)) == ("people.legal_rep.name", "S02")


def test_s03_a_company_with_a_filed_seal_is_refused(adapter, hall, order, key):
    adapter.submit(order())
    hall.advance(hours=3)
    second = adapter.submit(order(key=replace(key, revision=2)))
    assert isinstance(second, Rejected)
    assert second.code == "S03"
    assert "缴销" in second.reason


def test_s04_an_agent_without_authority_is_found_in_review(adapter, hall, order):
    sent = order(agent_name="李四", agent_cert_no="99010219900307299X")
    outcome = adapter.submit(tampered(sent, "代办印章刻制备案", "跑腿"))
    hall.advance(hours=1)
    assert only_correction(adapter.query(outcome.ref)) == ("people.proxy.name", "S04")


def test_an_agent_with_authority_passes(adapter, hall, order):
    sent = adapter.submit(order(agent_name="李四", agent_cert_no="99010219900307299X"))
    hall.advance(hours=3)
    assert isinstance(adapter.query(sent.ref), Done)


@pytest.mark.parametrize("shop", ["990199000009", "990199999999"])
def test_s05_a_shop_that_is_closed_or_not_in_the_list(adapter, order, shop):
    assert only_correction(adapter.submit(order(engraver=shop))) == ("seal.engraver", "S05")


def test_s06_passes_by_itself(adapter, order):
    assert isinstance(adapter.submit(order(**named("测试S06"))), Pending)


def test_s07_is_said_before_anything_is_sent(order):
    assert only_correction(order(name="很" * 33)) == ("company.name.full", "S07")


def test_s07_is_also_said_by_the_register(adapter, order):
    sent = tampered(order(), "青禾云", "青禾云" * 8)
    assert only_correction(adapter.submit(sent)) == ("company.name.full", "S07")


def test_s08_a_name_seal_of_somebody_else(adapter, order):
    sent = tampered(order(), '"text":"张三"', '"text":"李四"')
    assert only_correction(adapter.submit(sent)) == ("people.legal_rep.name", "S08")


def test_the_magic_refusal(adapter, order):
    assert adapter.submit(order(**named("测试驳回公章"))).code == "S03"


def test_magic_words_for_others_do_nothing_here(adapter, order):
    assert isinstance(adapter.submit(order(**named("测试驳回税务"))), Pending)


def test_the_magic_time_out_loses_the_answer_once(adapter, hall, order):
    sent = order(**named("测试超时公章"))
    with pytest.raises(Unknown):
        adapter.submit(sent)
    hall.advance(hours=3)
    assert isinstance(adapter.query(sent.ref), Done)


def test_a_returned_order_is_corrected_and_sent_again(adapter, hall, order, key):
    name = named("测试补正公章")
    sent = adapter.submit(order(**name))
    hall.advance(hours=1)
    returned = adapter.query(sent.ref)
    assert only_correction(returned) == ("seal.engraver", "S05")
    again = replace(key, revision=2, corrects=returned.ref)
    second = order(key=again, engraver="990102000002", **name)
    assert json.loads(second.body)["body"]["correctsOrder"] == sent.ref.number
    outcome = adapter.submit(second)
    hall.advance(hours=3)
    done = adapter.query(outcome.ref)
    assert isinstance(done, Done)
    assert "鼎信" in done.result["engraver"]
    assert len(hall.commits()) == 1


def test_control_characters_never_leave(order):
    assert only_correction(order(rep_name="张\x07三")) == ("people.legal_rep.name", "unfit")


def test_rare_characters_come_through(adapter, hall, order):
    sent = adapter.submit(order(rep_name="䶮𠮷"))
    assert isinstance(sent, Pending)


def test_the_form_asks_for_everything_the_order_needs(adapter, key):
    form = filled() | {"facts": {"credit_code": "91990102MA4KB0010T"}}
    sent = prepare(adapter, form, key)
    assert isinstance(sent, Prepared)
    body = json.loads(sent.body)["body"]
    assert body["unitName"] == form["company"]["name"]["full"]
    assert len(body["seals"]) == len(form["seal"]["items"])
    assert isinstance(adapter.submit(sent), Pending)


def test_unknown_kinds_of_seals_are_named_by_row(adapter, key):
    form = filled()
    form["seal"]["items"][1]["kind"] = "star"
    outcome = prepare(adapter, form, key)
    assert [item.path for item in outcome.items] == ["seal.items.1.kind"]


# --- cancelling -------------------------------------------------------------------------------------


def test_an_order_may_be_cancelled_until_the_first_seal_is_cut(adapter, hall, order):
    sent = adapter.submit(order())
    assert adapter.cancel(sent.ref) == Cancelled()
    assert adapter.query(sent.ref) == Cancelled()
    hall.advance(hours=3)
    assert hall.commits() == []


def test_cancelling_finds_the_order_whose_number_nobody_heard(adapter, order, stub):
    stub.lose_next("GY0101")
    sent = order()
    with pytest.raises(Unknown):
        adapter.submit(sent)
    assert adapter.cancel(sent.ref) == Cancelled()


def test_what_was_never_ordered_cannot_be_cancelled(adapter, order):
    assert adapter.cancel(order().ref) == NotFound()


def test_a_cut_seal_cannot_be_cancelled(adapter, hall, order):
    sent = adapter.submit(order())
    hall.advance(hours=3)
    refusal = adapter.cancel(sent.ref)
    assert isinstance(refusal, Rejected)
    assert refusal.code == "320"


# --- trust ------------------------------------------------------------------------------------------


def test_an_answer_signed_by_another_is_unknown(hall, adapter, order, stub):
    adapter.health()
    stub.gateway_pair = stub.client_pair
    with pytest.raises(Unknown):
        adapter.submit(order())


def test_our_signature_is_checked(hall, stub, order):
    settings = hall.settings("seal")
    stub.client_pair = stub.gateway_pair
    stranger = SealAdapter(settings, clock=RealClock())
    with pytest.raises(Misconfigured):
        stranger.submit(order())
    stranger.http.close()


def test_another_application_is_not_let_in(hall, order):
    stranger = SealAdapter(hall.settings("seal") | {"app_code": "X"}, clock=RealClock())
    with pytest.raises(Misconfigured):
        stranger.submit(order())
    stranger.http.close()


def test_health_asks_and_writes_nothing(adapter, stub):
    assert adapter.health().ok
    assert stub.store.all("order") == {}


def test_health_says_when_nobody_answers(adapter, hall):
    hall.stop("seal")
    assert not adapter.health().ok


@pytest.mark.parametrize("field", ["app_code", "app_key", "private_key", "gateway_key", "url"])
def test_a_wrong_setting_is_named_and_its_value_is_not(hall, field):
    settings = hall.settings("seal") | {field: "!" * 33}
    with pytest.raises(Misconfigured, match=field) as wrong:
        SealAdapter(settings, clock=RealClock())
    assert "!!" not in str(wrong.value)


def test_a_push_is_a_hint_at_the_order(adapter, order, stub):
    sent = adapter.submit(order())
    headers, body = stub.callback_message(sent.ref.number, "01:03")
    (hint,) = adapter.parse_callback(RawCallback("/callbacks/seal", headers, body))
    assert hint.number == sent.ref.number


def test_a_forged_push_is_refused(adapter, order, stub):
    sent = adapter.submit(order())
    _, body = stub.callback_message(sent.ref.number, "01:03")
    push = json.loads(body)
    altered = [
        b"",
        b"[]",
        json.dumps(push | {"sign": ""}).encode(),
        json.dumps(push | {"pushData": push["pushData"][:-4] + "AAAA"}).encode(),
        json.dumps(push | {"appCode": "other"}).encode(),
        json.dumps({name: push[name] for name in ("appCode", "pushData")}).encode(),
    ]
    for raw in altered:
        with pytest.raises(Forged):
            adapter.parse_callback(RawCallback("/callbacks/seal", {}, raw))


def test_an_answer_is_not_a_push(adapter, order, stub):
    adapter.submit(order())
    answer = stub.store.journal()[-1].answered
    with pytest.raises(Forged):
        adapter.parse_callback(RawCallback("/callbacks/seal", {}, answer))


def test_prepared_tells_nothing_personal_beside_its_body(order):
    sent = order()
    assert isinstance(sent, Prepared)
    assert "张三" not in repr((sent.key, sent.ref, sent.meta))


def test_keys_of_other_cases_give_other_messages(order, key):
    other = Key("KB9901012026030400002", "seal", "main")
    assert order().body != order(key=other).body


def test_eight_threads_share_one_session(adapter, stub, order):
    ref = order().ref
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(adapter.query, [ref] * 8)) == [NotFound()] * 8
    operations = [exchange.operation for exchange in stub.store.journal()]
    assert operations.count("GY0001") == 1


def test_a_session_key_that_got_lost_does_no_harm(adapter, hall, stub, order):
    stub.lose_next("GY0001")
    assert isinstance(adapter.submit(order()), Pending)
    assert len(stub.store.all("order")) == 1


@pytest.mark.parametrize("field", sorted(set(FINDINGS.values())))
def test_what_the_register_finds_is_a_question_of_the_form(field):
    assert path_exists(SealAdapter.Needs().fields[field].metadata["path"])
