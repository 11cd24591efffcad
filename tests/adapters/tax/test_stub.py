"""The pretended bureau, spoken to as somebody who does not know our adapter would."""

from dataclasses import replace

import pytest

from adapters.hall.clock import RealClock
from adapters.hall.hall import Hall
from adapters.tax import TaxAdapter
from adapters.tax.stub_rules import TAX_KINDS, tax_kinds
from kaiban.ports import Done, Pending, Unprocessable


def test_an_unknown_element_is_refused(adapter, stub, application):
    sent = application()
    body = sent.body.replace(b"</djxxqr>", b"<xxx>1</xxx></djxxqr>")
    with pytest.raises(Unprocessable, match="4000"):
        adapter.submit(replace(sent, body=body))
    assert stub.store.all("application") == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<nsrsbh>9199", b"<nsrsbh>"),
        (b"<nsrlx>1", b"<nsrlx>3"),
        (b"<fpzl>82", b"<fpzl>99"),
        (b"<djxxqr>", b"<!-- --><djxxqr><x/>"),
    ],
)
def test_a_malformed_element_is_refused(adapter, application, old, new):
    sent = application()
    assert old in sent.body
    with pytest.raises(Unprocessable):
        adapter.submit(replace(sent, body=sent.body.replace(old, new)))


@pytest.mark.parametrize("body", [b"", b"<a/>", b"<!DOCTYPE a><a/>", "公章".encode("gbk")])
def test_what_is_not_soap_gets_a_fault(stub, body):
    answer = stub.app.test_client().post("/services/taxService", data=body)
    assert answer.status_code == 500
    assert b"Fault" in answer.data


def test_the_wsdl_names_a_wrong_host(stub):
    answer = stub.app.test_client().get("/services/taxService?wsdl")
    assert b"10.0.0.1" in answer.data
    assert stub.url.encode() not in answer.data


@pytest.mark.parametrize(
    ("code", "name", "title"),
    [
        ("91990101MA00000000", "鹿鸣市青柠商贸有限公司", "企业所得税"),
        ("91990101MA00000000", "鹿鸣市青柠茶馆（个人独资）", "个人所得税（经营所得）"),
        ("92990101MA00000000", "鹿鸣市青柠茶馆", "个人所得税（经营所得）"),
    ],
)
def test_who_is_no_company_pays_the_income_tax_of_people(code, name, title):
    titles = [each[1] for each in tax_kinds(code, name)]
    assert len(titles) == len(TAX_KINDS)
    assert [each for each in titles if "企业所得税" in each or "经营所得" in each] == [title]


def test_prefixes_and_byte_order_marks_change(adapter, stub, application, key):
    for number in range(12):
        adapter.query(application(key=replace(key, revision=number + 1)).ref)
    starts = {exchange.answered[:60].split(b"?>")[-1] for exchange in stub.store.journal()}
    assert len(starts) > 1


def test_the_same_seed_decides_at_the_same_time(application):
    def due(seed):
        with Hall(manual=True, seed=seed, only=("tax",)) as hall:
            adapter = TaxAdapter(hall.settings("tax"), clock=RealClock())
            sent = adapter.submit(application())
            adapter.http.close()
            return hall.stub("tax").store.get("application", sent.ref.extra["id"])["due"]

    assert due(1) == due(1)
    assert due(1) != due(2)


def test_pace_makes_decisions_faster(application):
    with Hall(manual=True, pace=1000, only=("tax",)) as hall:
        adapter = TaxAdapter(hall.settings("tax"), clock=RealClock())
        sent = adapter.submit(application())
        assert isinstance(sent, Pending)
        hall.advance(minutes=1)
        assert isinstance(adapter.query(sent.ref), Done)
        adapter.http.close()


def test_a_hall_that_is_always_open_is_open_at_night(application):
    with Hall(manual=True, always_open=True, only=("tax",)) as hall:
        hall.advance(hours=14)
        adapter = TaxAdapter(hall.settings("tax"), clock=RealClock())
        assert isinstance(adapter.submit(application()), Pending)
        adapter.http.close()
