"""Exchanges in both databases: sealed, in order, forgotten by age and with their case."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text

from kaiban.domain.cases.exchange import Exchange, Message
from kaiban.storage import schema
from kaiban.storage.cases.records import exchanges as module
from kaiban.storage.encryption.crypto import UnopenableError
from tests.storage.samples import MORNING, sample_case

BEGUN = Exchange("tax", "pre", 3, "send", MORNING)
MESSAGE = Message("POST /x", 200, 12, {"name": "王***", "码": "1"}, {"code": "0000"})


@pytest.fixture
def case(cases):
    case = sample_case()
    with cases.transaction() as tx:
        tx.add(case)
    return case


def begun(cases, no, *some):
    with cases.transaction() as tx:
        return [tx.begin_exchange(no, each) for each in some]


def test_an_exchange_is_there_as_begun_and_then_as_ended(cases, case):
    assert begun(cases, case.no, BEGUN) == [1]
    assert cases.exchanges(case.no) == [replace(BEGUN, number=1)]
    ended = replace(
        BEGUN, number=1, outcome="Unknown", code="7", milliseconds=90, said="HTTP 500",
        messages=(MESSAGE, MESSAGE),
    )  # fmt: skip
    with cases.transaction() as tx:
        tx.end_exchange(case.no, ended)
        assert tx.last_exchange(case.no, "tax", "pre") == ended
        assert tx.last_exchange(case.no, "tax", "confirm") is None
    assert cases.exchanges(case.no) == [ended]


def test_a_call_of_theirs_is_not_the_last_thing_we_said(cases, case):
    call = replace(BEGUN, errand="callback")
    begun(cases, case.no, BEGUN, call)
    with cases.transaction() as tx:
        assert tx.last_exchange(case.no, "tax", "pre").number == 1


def test_they_are_read_in_order_and_in_pages(cases, case):
    other = sample_case("KB0002")
    with cases.transaction() as tx:
        tx.add(other)
    assert begun(cases, case.no, *[BEGUN] * 5) == [1, 2, 3, 4, 5]
    assert begun(cases, other.no, BEGUN) == [1]
    pages = [cases.exchanges(case.no, after, 2) for after in (0, 2, 4, 5)]
    assert [[each.number for each in page] for page in pages] == [[1, 2], [3, 4], [5], []]
    assert cases.exchange(case.no, 4).number == 4
    assert cases.exchange(case.no, 6) is None


def test_what_was_said_is_sealed_and_bound_to_its_place(cases, case, database):
    begun(cases, case.no, BEGUN, BEGUN)
    with cases.transaction() as tx:
        for number in (1, 2):
            tx.end_exchange(
                case.no, replace(BEGUN, number=number, said="SECRET", messages=(MESSAGE,))
            )
    with database.transaction() as connection:
        cells = [bytes(row.told) for row in connection.execute(select(schema.exchanges.c.told))]
        assert not any(b"SECRET" in cell or b"POST" in cell for cell in cells)
        moved = "UPDATE exchanges SET told = (SELECT told FROM exchanges WHERE number = 2)"
        connection.execute(text(f"{moved} WHERE number = 1"))
    with pytest.raises(UnopenableError):
        cases.exchange(case.no, 1)


def test_old_ones_are_forgotten_and_young_ones_kept(cases, case, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 2)
    ages = [timedelta(days=days) for days in (9, 8, 7, 2, 1)]
    begun(cases, case.no, *[replace(BEGUN, at=MORNING - age) for age in ages])
    assert cases.forget_exchanges(MORNING - timedelta(days=5)) == 3
    assert [each.number for each in cases.exchanges(case.no)] == [4, 5]
    assert cases.forget_exchanges(MORNING - timedelta(days=5)) == 0


def test_they_go_with_their_case(cases, case, database):
    begun(cases, case.no, BEGUN)
    with database.transaction() as connection:
        for table in (schema.steps, schema.links, schema.events):
            connection.execute(delete(table).where(table.c.case_no == case.no))
        connection.execute(delete(schema.cases).where(schema.cases.c.no == case.no))
    assert cases.exchanges(case.no) == []
