from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from kaiban.domain.filing import Filing
from kaiban.ports import CaseNotFound, ChangedElsewhere, FilingNotFound
from kaiban.storage.filings import SqlFilings
from tests.storage.samples import ID_NUMBER, MORNING, sample_case

PHONE = "13900001234"
ENTRY = {
    "company": {"capital": Decimal("1000000.50"), "shares": Decimal(100), "count": 3},
    "people": [{"name": "王一", "id": ID_NUMBER, "flag": True, "none": ""}],
}


@pytest.fixture
def filings(database, keyring):
    return SqlFilings(database, keyring)


def filing(name="a", **more):
    usual = {"phone": PHONE, "entry": ENTRY, "links": ("registration", "tax")}
    at = more.pop("at", MORNING)
    return Filing(name * 22, "7K4M2QXD", at, at, **{**usual, **more})


def submit(cases, filings, seen, no):
    with cases.transaction() as tx:
        tx.add(sample_case(no))
        filings.bind(tx.connection, seen, no)


def test_a_filing_comes_back_as_it_was(filings):
    filings.add(filing(promise="one_day", lang="en"))
    found = filings.get("a" * 22)
    assert found == filing(promise="one_day", lang="en")
    assert isinstance(found.entry["company"]["shares"], Decimal)


def test_an_unknown_filing_is_told(filings):
    with pytest.raises(FilingNotFound):
        filings.get("b" * 22)
    with pytest.raises(FilingNotFound):
        filings.save(filing())


def test_a_save_is_the_next_version(filings):
    filings.add(filing())
    saved = filings.save(replace(filing(), entry={"seal": {}}, phone="", links=()))
    assert (
        saved == filings.get("a" * 22) == filing(entry={"seal": {}}, phone="", links=(), version=2)
    )


def test_a_save_of_an_old_version_changes_nothing_and_shows_the_new_one(filings):
    filings.add(filing())
    first = filings.save(replace(filing(), entry={"x": "first"}))
    with pytest.raises(ChangedElsewhere) as caught:
        filings.save(replace(filing(), entry={"x": "second"}))
    assert caught.value.current == first == filings.get("a" * 22)


def test_of_many_saves_at_once_one_wins(filings):
    filings.add(filing())

    def save(n):
        try:
            return filings.save(replace(filing(), entry={"n": n})).entry["n"]
        except ChangedElsewhere:
            return None

    with ThreadPoolExecutor(8) as pool:
        won = [n for n in pool.map(save, range(16)) if n is not None]
    assert won == [filings.get("a" * 22).entry["n"]]


def test_a_filing_is_found_by_code_and_phone_together(filings):
    filings.add(filing())
    filings.add(filing("b", phone="13900009999"))
    assert filings.find("7K4M2QXD", PHONE) == filing()
    assert filings.find("7K4M2QXD", "13900000000") is None
    assert filings.find("7K4M2QXE", PHONE) is None
    assert filings.language("7K4M2QXD", PHONE) == filing().lang
    assert filings.language("7K4M2QXE", PHONE) is None


def test_a_filing_without_a_phone_is_not_found_by_its_code(filings):
    filings.add(filing(phone=""))
    assert filings.find("7K4M2QXD", "") is None
    assert filings.language("7K4M2QXD", "") is None
    filings.save(filing())
    assert filings.find("7K4M2QXD", PHONE)


def test_a_filing_becomes_a_case_and_keeps_no_second_copy_of_the_form(cases, filings):
    filings.add(filing())
    submit(cases, filings, filing(), "KB0001")
    assert filings.of_case("KB0001") == filing(entry={}, version=2, case_no="KB0001")
    assert filings.find("7K4M2QXD", PHONE).case_no == "KB0001"
    assert filings.of_case("KB0002") is None


def test_what_was_submitted_can_be_reached_by_another_number_and_stays_as_it_was(cases, filings):
    filings.add(filing(phone=""))
    submit(cases, filings, filing(phone=""), "KB0001")
    filings.reach("a" * 22, "13900009999")
    filings.reach("a" * 22, PHONE)
    assert filings.find("7K4M2QXD", "13900009999") is None
    assert filings.find("7K4M2QXD", PHONE) == filing(entry={}, version=2, case_no="KB0001")
    with pytest.raises(FilingNotFound):
        filings.reach("b" * 22, PHONE)


def test_a_second_case_of_one_filing_is_rolled_back(cases, filings):
    filings.add(filing())
    submit(cases, filings, filing(), "KB0001")
    for seen in (filing(), filing(version=2)):
        with pytest.raises(ChangedElsewhere) as caught:
            submit(cases, filings, seen, "KB0002")
        assert caught.value.current.case_no == "KB0001"
    with pytest.raises(CaseNotFound):
        cases.read("KB0002")


def test_a_late_save_does_not_bring_the_entry_of_a_submitted_filing_back(cases, filings):
    filings.add(filing())
    submit(cases, filings, filing(), "KB0001")
    for version in (1, 2):
        with pytest.raises(ChangedElsewhere):
            filings.save(filing(version=version))
    assert filings.get("a" * 22).entry == {}


def test_what_was_changed_after_it_was_looked_over_is_not_submitted(cases, filings):
    filings.add(filing())
    filings.save(filing())
    with pytest.raises(ChangedElsewhere):
        submit(cases, filings, filing(), "KB0001")
    with pytest.raises(CaseNotFound):
        cases.read("KB0001")


def test_old_drafts_go_and_submitted_ones_stay(cases, filings):
    later = MORNING + timedelta(days=1)
    for name, at in (("a", MORNING), ("b", MORNING), ("c", later)):
        filings.add(filing(name, at=at))
    submit(cases, filings, filing("b"), "KB0001")
    assert filings.prune(MORNING + timedelta(hours=1)) == 1
    with pytest.raises(FilingNotFound):
        filings.get("a" * 22)
    assert filings.get("b" * 22).case_no == "KB0001"
    assert filings.get("c" * 22)


def test_neither_id_nor_code_nor_phone_nor_what_was_typed_lies_open(database, filings):
    filings.add(filing())
    with database.reading() as connection:
        cells = connection.execute(text("SELECT * FROM filings")).one()
    stored = repr(tuple(bytes(c) if isinstance(c, memoryview) else c for c in cells))
    for secret in ("a" * 22, "7K4M2QXD", PHONE, ID_NUMBER, "王一", "capital"):
        assert secret not in stored


def test_a_number_is_proved_until_another_takes_its_place(filings):
    filings.add(filing())
    filings.proved(filing(phone="13900009999"))
    assert not filings.get("a" * 22).is_proved, "another's digits prove nothing"
    filings.proved(filing())
    found = filings.get("a" * 22)
    assert (found.is_proved, found.version) == (True, 1)
    saved = filings.save(filing(entry={}))
    assert filings.get("a" * 22).is_proved, "whoever had read it before takes nothing back"
    other = filings.save(replace(saved, phone="13900009999"))
    assert not filings.get("a" * 22).is_proved
    filings.save(replace(other, phone=PHONE))
    assert filings.get("a" * 22).is_proved, "that one was proved"
