"""What is applied for twice is found, by one of two at once and under a new index key."""

import threading
from dataclasses import replace

import pytest

from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.keys import settle_keys
from kaiban.storage.encryption.reindex import reindex
from tests.storage.samples import FORM, MORNING, sample_case


def subject_of(form):
    return form["company"]["name"]["full"]


@pytest.fixture
def cases(database, keyring):
    return SqlCases(database, keyring, subject_of=subject_of)


def other(form=FORM):
    return {**form, "company": {"name": {"full": "示范市暮光科技有限公司"}}}


def found(cases, form=FORM):
    with cases.transaction() as tx:
        return tx.about_the_same(form)


def test_a_case_is_found_by_what_its_form_says_by_now(cases):
    with cases.transaction() as tx:
        tx.add(sample_case())
        tx.add(replace(sample_case("KB0002"), form=other()))
    assert found(cases) == ["KB0001"]
    with cases.transaction() as tx:
        case = tx.get("KB0001")
        case.form = other()
        tx.save(case)
    assert found(cases) == []
    assert found(cases, other()) == ["KB0001", "KB0002"]


def test_of_two_at_once_one_finds_the_other(cases):
    asked, adding = threading.Event(), threading.Barrier(2)
    seen = {}

    def add(no):
        adding.wait(30)
        with cases.transaction() as tx:
            seen[no] = tx.about_the_same(FORM)
            asked.wait(0.2)
            tx.add(sample_case(no))

    both = [threading.Thread(target=add, args=(f"KB000{number}",)) for number in (1, 2)]
    for each in both:
        each.start()
    for each in both:
        each.join(60)
    assert sorted(seen.values()) in ([[], ["KB0001"]], [[], ["KB0002"]])


def test_nothing_in_the_row_tells_the_name(cases, database):
    with cases.transaction() as tx:
        tx.add(sample_case())
    with database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT subject_index FROM cases").scalar()
    assert len(kept) == 64
    assert kept != Keyring({"k1": bytes(32)}, "k1", bytes(32)).blind("", "cases", "subject")


def test_it_is_found_under_a_new_index_key(cases, database, keyring):
    settle_keys(database, keyring, MORNING)
    with cases.transaction() as tx:
        tx.add(sample_case())
    new = replace(keyring, index=b"8" * 32)
    moved = SqlCases(database, new, subject_of=subject_of)
    assert found(moved) == []
    reindex(database, keyring, new, MORNING, subject_of)
    assert found(moved) == ["KB0001"]
