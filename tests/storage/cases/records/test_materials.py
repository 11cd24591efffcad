"""Files of filings and cases."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kaiban.domain.filing import Filing
from kaiban.domain.papers.material import Holder, Material, Upload
from kaiban.ports import MaterialNotFound
from kaiban.storage.cases.records.materials import SqlMaterials
from kaiban.storage.filings import SqlFilings
from tests.storage.samples import sample_case

AT = datetime(2026, 3, 4, 1, tzinfo=UTC)
FILING = Holder("f" * 22)
OTHER = Holder("g" * 22)
UPLOAD = Upload("张三的租赁合同.pdf", "application/pdf", b"%PDF-secret", 3)
FILE = Material("id-1", "lease", AT, UPLOAD.name, UPLOAD.media_type, 3, 11, UPLOAD.digest)
PROMISE = Material("id-2", "identity", AT, commitment="2026-11")


@pytest.fixture
def materials(database, keyring):
    return SqlMaterials(database, keyring)


@pytest.fixture
def kept(database, materials):
    with database.transaction() as connection:
        materials.put(connection, FILING, FILE, UPLOAD)
        materials.put(connection, FILING, PROMISE)
    return materials


def test_what_was_kept_comes_back(kept):
    assert kept.listed(FILING) == [FILE, PROMISE]
    assert kept.get(FILING, "id-1") == UPLOAD


def test_names_and_contents_are_sealed(database, kept):
    with database.reading() as connection:
        rows = connection.execute(text("SELECT name, content FROM materials")).all()
    raw = b"".join(bytes(cell) for row in rows for cell in row if cell)
    assert "张三".encode() not in raw
    assert b"secret" not in raw


def test_nobody_else_gets_at_a_file(database, kept):
    assert kept.listed(OTHER) == []
    with pytest.raises(MaterialNotFound):
        kept.get(OTHER, "id-1")
    with pytest.raises(MaterialNotFound), database.transaction() as connection:
        kept.remove(connection, OTHER, "id-1")
    assert kept.get(FILING, "id-1") == UPLOAD


def test_a_promise_has_no_file_to_get(kept):
    with pytest.raises(MaterialNotFound):
        kept.get(FILING, "id-2")


def test_a_removed_file_is_gone_and_no_longer_counted(database, kept):
    with database.transaction() as connection:
        assert kept.total(connection, FILING) == 11
        kept.remove(connection, FILING, "id-1")
        assert kept.total(connection, FILING) == 0
    assert kept.listed(FILING) == [PROMISE]


def test_a_case_takes_over_what_its_filing_had(database, cases, kept):
    case, due = sample_case(), date(2026, 3, 18)
    with cases.transaction() as tx:
        tx.add(case)
        bound = kept.bind(tx.connection, FILING.filing, case.no, due)
    holder = Holder(case_no=case.no)
    assert [(one.id, one.deferred_until) for one in bound] == [("id-1", None), ("id-2", due)]
    assert kept.listed(holder) == bound
    assert kept.get(holder, "id-1") == UPLOAD
    assert kept.listed(FILING) == []
    with pytest.raises(MaterialNotFound), database.transaction() as connection:
        kept.remove(connection, FILING, "id-1")


def test_a_submission_that_fails_leaves_the_filing_its_files(cases, kept):
    with suppress(RuntimeError), cases.transaction() as tx:
        tx.add(case := sample_case())
        kept.bind(tx.connection, FILING.filing, case.no, date(2026, 3, 18))
        raise RuntimeError
    assert kept.listed(FILING) == [FILE, PROMISE]


def test_a_file_of_nobody_is_refused(database, materials):
    with pytest.raises(IntegrityError), database.transaction() as connection:
        materials.put(connection, Holder(), FILE, UPLOAD)


def test_where_a_file_belongs_does_not_open_the_filing(database, kept):
    with database.reading() as connection:
        rows = connection.execute(text("SELECT filing FROM materials")).scalars().all()
    assert len(set(rows)) == 1
    assert FILING.filing not in rows[0]


def test_files_of_a_dropped_filing_go_with_it_and_no_others(database, keyring, kept):
    filings = SqlFilings(database, keyring)
    filings.add(Filing(OTHER.filing, "7K4M2QXD", AT, AT))
    with database.transaction() as connection:
        kept.put(connection, OTHER, replace(FILE, id="id-3"), UPLOAD)
    assert filings.prune(AT) == 0
    assert [one.id for one in kept.listed(OTHER)] == ["id-3"]
    assert kept.listed(FILING) == []  # its filing was never there
    assert filings.prune(AT + timedelta(days=1)) == 1
    assert kept.listed(OTHER) == []


def test_a_file_that_waits_for_links_to_join_waits_as_long_as_a_draft(
    database, keyring, cases, kept
):
    filings = SqlFilings(database, keyring)
    filings.add(filing := Filing(FILING.filing, "7K4M2QXD", AT, AT))
    with cases.transaction() as tx:
        tx.add(case := sample_case())
        filings.bind(tx.connection, filing, case.no)
    assert filings.prune(AT) == 0
    assert kept.listed(FILING) == [FILE, PROMISE]
    assert filings.prune(AT + timedelta(seconds=1)) == 0
    assert kept.listed(FILING) == []
