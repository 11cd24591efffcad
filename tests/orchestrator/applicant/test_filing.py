import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kaiban.domain.cases.case import Case
from kaiban.domain.filing import read_code
from kaiban.orchestrator.applicant.filing import keep, owner_of, start, submit
from kaiban.ports import ChangedElsewhere, Done, FilingNotFound, Ref
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.filings import SqlFilings
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import FORM, START

GRANTED = Done(Ref("key", "N-1"), {"credit_code": "91X"})


@pytest.fixture
def driver(drive):
    return drive(Scripted("registration", GRANTED, steps=REGISTRATION), Scripted("seal", GRANTED))


@pytest.fixture
def filings(driver):
    return SqlFilings(driver.database, Keyring({"k1": bytes(range(32))}, "k1", bytes(32)))


def filled_in(driver, filings, form=FORM, **choices):
    return keep(driver.office, filings, replace(start(driver.office, filings), **choices), form)


def numbers(driver):
    return [case.no for case in driver.office.cases.browse()]


def test_a_filing_begins_empty_and_unguessable(driver, filings):
    one, other = (start(driver.office, filings, "en") for _ in range(2))
    assert one == filings.get(one.id)
    assert (one.entry, one.version, one.lang, one.case_no) == ({}, 1, "en", "")
    assert one.started_at == one.saved_at == START
    assert re.fullmatch(r"[\w-]{22}", one.id)
    assert read_code(one.shown_code) == one.code
    assert one.id != other.id
    assert one.code != other.code


def test_pages_are_kept_one_by_one(driver, filings):
    filing = filled_in(driver, filings, {"company": {"name": {"full": "晨光"}}})
    driver.advance(minutes=5)
    filing = keep(driver.office, filings, filing, {"company": {"capital": "many"}})
    assert filing.entry == {"company": {"name": {"full": "晨光"}, "capital": "many"}}
    assert filing.version == 3
    assert filing.saved_at == driver.clock.at
    filing = keep(driver.office, filings, replace(filing, phone="13900001234", links=("seal",)))
    assert filings.find(filing.code, "13900001234") == filing


def test_a_page_made_before_somebody_else_saved_is_not_kept(driver, filings):
    page = start(driver.office, filings)
    keep(driver.office, filings, page, {"seal": {"kind": "copper"}})
    with pytest.raises(ChangedElsewhere) as caught:
        keep(driver.office, filings, page, {"seal": {"kind": "steel"}})
    assert caught.value.current.entry == {"seal": {"kind": "copper"}}


def test_a_submitted_filing_is_a_case_with_the_chosen_links(driver, filings):
    filing = filled_in(driver, filings, links=("registration",), promise="five_hours")
    case = submit(driver.office, filings, filing.id, filing.version)
    assert isinstance(case, Case)
    assert [link.name for link in case.links] == ["registration"]
    assert case.promise == "five_hours"
    assert filings.of_case(case.no).id == filing.id
    assert driver.finish(case.no).ended


def test_the_owner_of_the_case_does_not_tell_the_id_that_opens_it(driver, filings):
    filing = filled_in(driver, filings)
    case = submit(driver.office, filings, filing.id, filing.version)
    assert case.owner == owner_of(filing)
    assert filing.id not in case.owner


def test_a_second_click_gives_the_same_case(driver, filings):
    filing = filled_in(driver, filings)
    first = submit(driver.office, filings, filing.id, filing.version)
    again = submit(driver.office, filings, filing.id, filing.version)
    assert (first.no, [first.no]) == (again.no, numbers(driver))


def test_many_clicks_at_once_make_one_case(driver, filings):
    filing = filled_in(driver, filings)

    def click(_):
        return submit(driver.office, filings, filing.id, filing.version).no

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(click, range(16)))
    assert made == set(numbers(driver))
    assert len(made) == 1


def test_defects_leave_the_filing_as_it_was(driver, filings):
    filing = filled_in(driver, filings, {**FORM, "seal": {"kind": "BAD"}})
    [defect] = submit(driver.office, filings, filing.id, filing.version)
    assert defect.pointer == "/seal/kind"
    assert filings.get(filing.id) == filing
    filing = keep(driver.office, filings, filing, {"seal": {"kind": "copper"}})
    assert isinstance(submit(driver.office, filings, filing.id, filing.version), Case)


def test_a_promise_the_city_does_not_give_is_a_defect(driver, filings):
    filing = filled_in(driver, filings, promise="at_once")
    [defect] = submit(driver.office, filings, filing.id, filing.version)
    assert (defect.pointer, defect.code) == ("/promise", "promise.unknown")


def test_what_was_not_looked_over_is_not_submitted(driver, filings):
    seen = filled_in(driver, filings)
    keep(driver.office, filings, seen, {"seal": {"kind": "steel"}})
    with pytest.raises(ChangedElsewhere):
        submit(driver.office, filings, seen.id, seen.version)
    assert numbers(driver) == []


def test_nothing_is_submitted_under_an_unknown_id(driver, filings):
    with pytest.raises(FilingNotFound):
        submit(driver.office, filings, "x" * 22, 1)
