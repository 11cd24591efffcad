from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from kaiban.domain.assisted import (
    Actor,
    AssistedFiling,
    Authority,
    Confirmation,
    Copied,
    FiledBy,
    Filer,
    Identity,
    PhoneChange,
    Way,
)
from kaiban.ports import FilingNotFound
from kaiban.storage import codec
from kaiban.storage.assisted_cells import filed_by
from kaiban.storage.assisted_filings import SqlAssistedFilings
from kaiban.storage.filings import SqlFilings
from tests.storage.samples import MORNING, sample_case
from tests.storage.test_filings import filing

FILER = Filer(
    Actor.AGENT, "赵代理", "990102199001011234", "钱老板", Authority.LETTER, "介 7",
    Identity.REAL_NAME, "SM-1",
)  # fmt: skip
FULL = AssistedFiling(
    "412073", "a" * 22, "main", FILER, MORNING, ("ck1", "ck2"), "ck2", MORNING, 4,
    Confirmation(4, Way.PHONE, MORNING, "ck2"), (Copied("KB1", ("people", "premises")),),
    own=True, rephoned=(PhoneChange(MORNING, "ck1"),),
)  # fmt: skip


@pytest.fixture
def filings(database, keyring):
    return SqlFilings(database, keyring)


@pytest.fixture
def assisted(database, keyring):
    return SqlAssistedFilings(database, keyring)


def another(number, name, **more):
    return replace(FULL, number=number, filing_id=name * 22, **more)


def test_it_comes_back_as_it_was(assisted):
    assert assisted.add(FULL)
    assert assisted.get("412073") == FULL


def test_for_which_other_hall_it_is_taken_in_comes_back_too(assisted):
    other = replace(FULL, deciding="allday")
    assert assisted.add(other)
    assert assisted.get("412073") == other
    assert assisted.change("412073", lambda found: replace(found, deciding="")).deciding == ""


def test_it_is_found_by_its_form(assisted):
    assisted.add(FULL)
    assert assisted.of_filing("a" * 22) == FULL
    assert assisted.of_filing("b" * 22) is None


def test_a_number_is_given_once(assisted):
    assert assisted.add(FULL)
    assert not assisted.add(another("412073", "b"))
    assert assisted.get("412073") == FULL


def test_an_unknown_number_is_told(assisted):
    with pytest.raises(FilingNotFound):
        assisted.get("000000")
    with pytest.raises(FilingNotFound):
        assisted.change("000000", lambda found: found)


def test_nobody_who_is_there_and_no_filing_is_written_in_plain(assisted, database):
    assisted.add(FULL)
    with database.reading() as connection:
        row = str(list(connection.execute(text("SELECT * FROM assisted_filings"))))
    for secret in ("赵代理", "钱老板", FILER.cert_no, "a" * 22):
        assert secret not in row


def test_changes_at_once_all_stay(assisted):
    assisted.add(replace(FULL, staff=()))
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(lambda n: assisted.change("412073", lambda f: f.taken_by(f"ck{n}")), range(8))
        )
    assert set(assisted.get("412073").staff) == {f"ck{n}" for n in range(8)}


def test_the_unfinished_of_a_hall_are_listed_the_one_saved_last_first(assisted, filings, cases):
    for number, name, hall in (
        ("100001", "a", "main"),
        ("100002", "b", "main"),
        ("100003", "c", "east"),
    ):
        filings.add(filing(name, at=MORNING + timedelta(minutes=int(number[-1]))))
        assisted.add(another(number, name, hall=hall))
    assert [each.number for each in assisted.unfinished("main")] == ["100002", "100001"]
    assert len(assisted.unfinished("")) == 3
    with cases.transaction() as tx:
        tx.add(sample_case("KB1"))
        filings.bind(tx.connection, filings.get("b" * 22), "KB1")
    assert [each.number for each in assisted.unfinished("main")] == ["100001"]
    assert assisted.get("100002").number == "100002"


def test_it_goes_with_its_filing(assisted, filings):
    filings.add(filing())
    assisted.add(FULL)
    filings.prune(MORNING - timedelta(days=1))
    assert assisted.get("412073") == FULL
    filings.prune(MORNING + timedelta(days=1))
    with pytest.raises(FilingNotFound):
        assisted.get("412073")


def test_what_the_release_before_did_not_write_is_not_known(assisted, database):
    assisted.add(FULL)
    with database.transaction() as connection:
        connection.execute(text("UPDATE assisted_filings SET own = NULL, rephoned = NULL"))
    found = assisted.get("412073")
    assert (found.own, found.rephoned) == (None, ())
    assert replace(found, own=True, rephoned=FULL.rephoned) == FULL


def test_of_a_cell_what_is_missing_is_not_known_and_what_is_new_is_left(keyring):
    told = {"filer": {"actor": "agent", "name": "赵代理", "later": 1}, "confirmed": "paper"}
    found = filed_by(codec.dumps(told).encode())
    assert found.filer == Filer(Actor.AGENT, "赵代理")
    assert (found.number, found.staff, found.copied, found.own, found.phone) == (
        "",
        (),
        (),
        None,
        "",
    )
    assert not {"表单由谁开始", "改过申请人手机号码的"} & {title for title, _ in found.rows}


def test_who_filed_stays_with_the_case_sealed(cases, database):
    by = FiledBy("412073", FILER, ("ck1",), Way.PAPER, 4, FULL.copied)
    by = replace(by, own=True, rephoned=("ck1",), phone="13800000000")
    case = sample_case("KB1")
    case.filed_by = by
    with cases.transaction() as tx:
        tx.add(case)
    assert cases.read("KB1").filed_by == by
    with database.reading() as connection:
        cell = connection.execute(text("SELECT filed_by FROM cases")).scalar()
    assert "赵代理".encode() not in bytes(cell)
