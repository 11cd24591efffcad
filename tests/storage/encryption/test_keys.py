"""Wrong keys are told at once; every cell is sealed anew while others work; indexes are made anew."""

import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from itertools import islice, product
from pathlib import Path

import pytest
from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, insert, select

from kaiban.domain.filing import Filing
from kaiban.domain.papers.material import Holder, Material, Upload
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.cases.records.materials import SqlMaterials
from kaiban.storage.database import Database
from kaiban.storage.encryption import rotation
from kaiban.storage.encryption.crypto import Keyring, UnknownKeyError
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.encryption.keys import (
    WrongKeysError,
    count_cells,
    has_sealed,
    settle_keys,
    wrong_keys,
)
from kaiban.storage.encryption.reindex import REBUILT, reindex
from kaiban.storage.encryption.rotation import retire, rotate
from kaiban.storage.filings import SqlFilings
from kaiban.storage.migrations import upgrade
from kaiban.storage.schema import BLIND, SEALED, keys, metadata
from tests.storage.samples import MORNING, sample_case

OLD, NEW, INDEX = b"1" * 32, b"2" * 32, b"3" * 32
NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
BEFORE = Keyring({"k1": OLD}, "k1", INDEX)
BOTH = Keyring({"k2": NEW, "k1": OLD}, "k2", INDEX)
AFTER = Keyring({"k2": NEW}, "k2", INDEX)
ROOT = Path(__file__).parents[3]

PHONE = "13800000000"
#: What a plain column of each kind holds in a row made up here.
PLAIN = {"INTEGER": 0, "BOOLEAN": False, "TIMESTAMP": NOW, "TEXT": ""}
#: Where a constraint asks for more.
TOLD = {
    ("cases", "state"): "in_progress", ("steps", "state"): "ready", ("exchanges", "errand"): "send",
    ("idempotency", "state"): "finished", ("ratings", "level"): 5,
    ("messages", "kind"): "ended", ("messages", "channel"): "sms",
    ("messages", "state"): "failed", ("messages", "webhook"): None,
    ("tickets", "state"): "booked", ("tickets", "share"): None, ("ticket_messages", "state"): "failed",
    ("complaints", "state"): "closed", ("complaints", "source"): "web", ("complaints", "due"): None,
    ("edit_requests", "state"): "refused", ("complaint_steps", "kind"): "raised", ("complaint_messages", "state"): "failed",
    ("filing_messages", "state"): "failed", ("cards", "level"): "red", ("cards", "state"): "given",
    ("card_steps", "kind"): "appealed", ("staff_messages", "state"): "failed", ("staff_messages", "channel"): "mail",
    ("staff_messages", "webhook"): None, ("handovers", "state"): "failed",
}  # fmt: skip

#: How rows are called, and what belongs to them calls them.
NAMED = {"no": "KB{:05}", "case_no": "KB{:05}", "ticket": "tickets{}"}


def filled(database, keyring, rows=1):
    """A row in every table that has sealed cells, all of them filled, and in those they belong to; gives what they hold."""
    cells, texts = Cells(keyring), {}
    sealed = {metadata.tables[name] for name in SEALED}
    above = {key.column.table for table in sealed for key in table.foreign_keys} - sealed
    with database.transaction() as connection:
        for table in metadata.sorted_tables:
            for row in [made_up(table, n) for n in range(rows)]:
                if table in above:
                    connection.execute(insert(table), row)
                if table in sealed:
                    cells.insert(connection, table, row)
        for name, n in product(SEALED, range(rows)):
            row = made_up(metadata.tables[name], n)
            texts[name, n] = {each: row[each] for each in SEALED[name]}
    return texts


def made_up(table, n):
    row = {column.name: value_of(table, column, n) for column in table.columns}
    return {name: value for name, value in row.items() if value is not None}


def value_of(table, column, n):
    if column.name in SEALED.get(table.name, ()):
        return f"{table.name} {column.name} {n}".encode()
    if (table.name, column.name) in TOLD:
        return TOLD[table.name, column.name]
    if column.name in NAMED:
        return NAMED[column.name].format(n)
    if column.name == "owner_index":
        return BEFORE.blind(f"cases owner {n}", "cases", "owner")
    is_number_of_another = column.foreign_keys and column.type.python_type is int
    if column.primary_key or column.unique or column.name == "verify_code" or is_number_of_another:
        return n if column.type.python_type is int else link_of(table, column, n)
    kind = type(column.type.impl).__name__.upper() if hasattr(column.type, "impl") else ""
    return PLAIN.get(kind or str(column.type), PLAIN.get(str(column.type)))


def link_of(table, column, n):
    return "tax" if column.name in {"link", "name"} else f"{table.name}{n}"


def opened(database, keyring):
    cells, found = Cells(keyring), {}
    with database.reading() as connection:
        for name, columns in SEALED.items():
            table = metadata.tables[name]
            key = list(table.primary_key)
            rows = connection.execute(select(table).order_by(*key)).mappings().all()
            for n, row in enumerate(rows):
                found[name, n] = {each: cells.opened(table, row)[each] for each in columns}
    return found


def test_every_sealed_cell_is_sealed_anew_and_opens_without_the_old_key(database):
    texts = filled(database, BEFORE)
    assert opened(database, BEFORE) == texts
    settle_keys(database, BOTH, NOW)
    cells = sum(map(len, SEALED.values()))
    assert count_cells(database, BOTH) == {"k1": cells, "k2": 0, "": 0}
    told = dict(rotate(database, BOTH))
    assert told == dict.fromkeys(SEALED, 1)
    assert count_cells(database, BOTH) == {"k1": 0, "k2": cells, "": 0}
    assert opened(database, AFTER) == texts


@pytest.mark.parametrize("algorithm", ["aes256gcm", "sm4gcm"])
def test_the_algorithm_may_change_with_the_key_or_without(database, algorithm):
    texts = filled(database, BEFORE)
    other = Keyring({"k1": OLD}, "k1", INDEX, "sm4gcm", "aes256gcm")
    list(rotate(database, other))
    assert opened(database, other) == texts
    last = Keyring({"k2": NEW, "k1": OLD}, "k2", INDEX, algorithm, "aes256gcm")
    list(rotate(database, last))
    alone = Keyring({"k2": NEW}, "k2", INDEX, algorithm, "aes256gcm")
    assert opened(database, alone) == texts


def test_every_column_that_can_hold_a_cell_is_sealed():
    for table in metadata.tables.values():
        blobs = {each.name for each in table.columns if isinstance(each.type, LargeBinary)}
        assert blobs == set(SEALED.get(table.name, ())), table.name


def test_every_keyed_hash_is_declared_and_made_anew():
    assert list(REBUILT) == list(BLIND)
    for table in metadata.tables.values():
        hashes = {
            each.name for each in table.columns
            # Of a mark the place is one of the form, in plain.
            if each.name.endswith("_index")
            or (each.name in {"place", "digits"} and table.name != "case_marks")
        }  # fmt: skip
        assert hashes <= set(BLIND.get(table.name, ())), table.name


def test_a_rotation_goes_on_where_it_was_left(database, monkeypatch):
    monkeypatch.setattr(rotation, "ROWS", 2)
    texts = filled(database, BEFORE, rows=5)
    begun = list(islice(rotate(database, BOTH), 3))
    counts = count_cells(database, BOTH)
    assert 0 < counts["k2"] < counts["k1"]
    ended = list(rotate(database, BOTH))
    assert sum(rows for _, rows in begun + ended) == 5 * len(SEALED)
    assert opened(database, AFTER) == texts


PROGRAM = """
import sys
from kaiban.storage.encryption import rotation
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.database import Database
rotation.ROWS = 1
ring = Keyring({"k2": b"2" * 32, "k1": b"1" * 32}, "k2", b"3" * 32)
for table, rows in rotation.rotate(Database(sys.argv[1]), ring):
    print(table, flush=True)
"""


def test_a_rotation_that_is_killed_is_begun_again(database, migrated_url):
    texts = filled(database, BEFORE, rows=3)
    argv = [sys.executable, "-c", PROGRAM, migrated_url]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT) as process:
        for _ in range(4):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert count_cells(database, BOTH)["k1"] > 0
    list(rotate(database, BOTH))
    assert opened(database, AFTER) == texts


def test_cases_handed_in_meanwhile_are_neither_lost_nor_left_under_the_old_key(database):
    cases, stop, made = SqlCases(database, BOTH), threading.Event(), []
    filled(database, BEFORE, rows=30)

    def hand_in():
        while not stop.is_set():
            case = sample_case(f"KC{len(made):05}", owner="meanwhile")
            with cases.transaction() as tx:
                tx.add(case)
            with cases.transaction() as tx:
                again = tx.get(case.no)
                again.facts["seen"] = "yes"
                tx.save(again)
            made.append(case.no)

    writer = threading.Thread(target=hand_in)
    writer.start()
    try:
        list(rotate(database, BOTH))
    finally:
        stop.set()
        writer.join()
    assert count_cells(database, BOTH)["k1"] == 0
    found = SqlCases(database, AFTER).browse(owner="meanwhile", limit=10_000)
    assert {case.no for case in found} == set(made)
    assert all(case.facts == {"seen": "yes"} for case in found)


def test_a_row_that_somebody_holds_is_come_back_to(postgresql_url):
    database = Database(postgresql_url)
    upgrade(database)
    texts = filled(database, BEFORE)
    turns, somebody = rotate(database, BOTH), Database(postgresql_url)
    with SqlCases(somebody, BOTH).transaction() as tx:
        held = select(metadata.tables["cases"].c.no).with_for_update()
        tx.connection.execute(held).all()
        assert next(turns) == ("links", 1)
    somebody.close()
    assert ("cases", 1) in list(turns)
    assert opened(database, AFTER) == texts
    database.close()


def test_a_cell_whose_key_is_gone_stops_the_rotation_and_is_named(database):
    filled(database, BEFORE)
    with pytest.raises(UnknownKeyError, match="'k1'"):
        list(rotate(database, AFTER))


# --- check values ---------------------------------------------------------------------------------


def test_right_keys_are_told_from_wrong_ones_before_any_cell_is_opened(database):
    settle_keys(database, BEFORE, NOW)
    assert wrong_keys(database, AFTER) == []  # there is nothing it could not open
    SqlFilings(database, BEFORE).add(filing())
    settle_keys(database, BEFORE, NOW)
    assert wrong_keys(database, BEFORE) == []
    assert wrong_keys(database, BOTH) == []
    [said] = wrong_keys(database, Keyring({"k1": NEW}, "k1", INDEX))
    assert "key k1 is another one" in said
    [said] = wrong_keys(database, AFTER)
    assert "key k1 is missing" in said
    [said] = wrong_keys(database, Keyring({"k1": OLD}, "k1", NEW))
    assert "index key is another one" in said
    assert wrong_keys(database, Keyring({"k1": OLD}, "k1", INDEX, hashing="sm4gcm")) != []
    for wrong in (AFTER, Keyring({"k1": NEW}, "k1", INDEX)):
        with pytest.raises(WrongKeysError):
            settle_keys(database, wrong, NOW)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Keyring({"k1": NEW}, "k1", INDEX), "does not open"),
        (Keyring({"k2": OLD}, "k2", INDEX), "'k1'"),
        (Keyring({"k1": OLD}, "k1", NEW), "index key"),
    ],
)
def test_data_from_before_there_were_check_values_is_asked_itself(database, wrong, said):
    with SqlCases(database, BEFORE).transaction() as tx:
        tx.add(sample_case())
    with pytest.raises(WrongKeysError, match=said):
        settle_keys(database, wrong, NOW)
    assert wrong_keys(database, wrong) == []  # nothing was kept
    settle_keys(database, BEFORE, NOW)
    assert wrong_keys(database, wrong) != []


def test_check_values_give_no_key_away_and_differ_by_key(database):
    values = BOTH.check_values()
    assert len(set(values.values())) == len(values) == 3
    assert not {OLD.hex(), NEW.hex(), INDEX.hex()} & set(values.values())


def test_where_nothing_is_sealed_no_key_is_wrong(database):
    settle_keys(database, BEFORE, NOW)
    assert not has_sealed(database)
    settle_keys(database, AFTER, NOW)
    assert wrong_keys(database, AFTER) == []


def test_a_retired_key_may_go_and_whoever_still_seals_with_it_is_not_ready(database):
    filled(database, BEFORE)
    settle_keys(database, BEFORE, NOW)
    settle_keys(database, BOTH, NOW)
    assert retire(database, BOTH, NOW) == []
    list(rotate(database, BOTH))
    assert retire(database, BOTH, NOW) == ["k1"]
    assert wrong_keys(database, AFTER) == []
    [said, *_] = wrong_keys(database, Keyring({"k1": OLD, "k2": NEW}, "k1", INDEX))
    assert "k1 was retired" in said
    # Put on top again by somebody who means it, it is in use again.
    settle_keys(database, Keyring({"k1": OLD, "k2": NEW}, "k1", INDEX), NOW)
    assert wrong_keys(database, AFTER) != []


def test_sealed_data_is_seen_in_a_schema_of_any_age(database):
    with database.transaction() as connection:
        metadata.drop_all(connection)
    assert not has_sealed(database)
    old = Table(
        "cases", MetaData(), Column("no", Text, primary_key=True), Column("form", LargeBinary)
    )
    with database.transaction() as connection:
        old.create(connection)
    assert not has_sealed(database)
    with database.transaction() as connection:
        connection.execute(insert(old).values(no="KB1", form=b"aes256gcm|k1|..."))
    assert has_sealed(database)


# --- secrets of their own -------------------------------------------------------------------------


def test_a_ring_without_secrets_of_their_own_derives_what_it_always_did():
    for name, (text, table) in {
        "session": ("session", "pages"), "verify": ("verify code", "packages"),
    }.items():  # fmt: skip
        assert BEFORE.secret(name) == BEFORE.blind(text, table, "secret").encode()
        assert BOTH.secret(name) == BEFORE.secret(name) == AFTER.secret(name)
        own = Keyring({"k1": OLD}, "k1", INDEX, secrets={name: b"9" * 32})
        assert own.secret(name) == b"9" * 32


# --- the index ------------------------------------------------------------------------------------


def filing():
    return Filing(
        id="F" * 22, code="ABCD2345", phone=PHONE, entry={"a": 1}, links=("tax",), promise="city",
        lang="zh-CN", version=1, started_at=MORNING, saved_at=MORNING, case_no="",
    )  # fmt: skip


@pytest.mark.parametrize("hashing", ["aes256gcm", "sm4gcm"])
def test_everything_is_found_again_under_a_new_index_key(database, hashing):
    new = Keyring({"k1": OLD}, "k1", NEW, hashing=hashing)
    settle_keys(database, BEFORE, NOW)
    with SqlCases(database, BEFORE).transaction() as tx:
        tx.add(sample_case(owner="alice"))
    SqlFilings(database, BEFORE).add(filing())
    held = Holder(filing=filing().id)
    keep_file(database, BEFORE, held)
    assert SqlFilings(database, new).find("ABCD2345", PHONE) is None
    counts = reindex(database, BEFORE, new, NOW, lambda _: "")
    assert (counts["cases"], counts["filings"], counts["materials"]) == (1, 1, 1)
    assert SqlFilings(database, new).get(filing().id) == filing()
    assert SqlFilings(database, new).find("ABCD2345", PHONE) == filing()
    assert [case.owner for case in SqlCases(database, new).browse(owner="alice")] == ["alice"]
    [material] = SqlMaterials(database, new).listed(held)
    assert SqlMaterials(database, new).get(held, material.id).content == b"%PDF"
    assert wrong_keys(database, new) == []
    assert wrong_keys(database, BEFORE) != []


def keep_file(database, keyring, holder):
    material = Material("m1", "lease", MORNING, "租约.pdf", "application/pdf", 1, 4, "d", "")
    with database.transaction() as connection:
        upload = Upload("租约.pdf", "application/pdf", b"%PDF", 1)
        SqlMaterials(database, keyring).put(connection, holder, material, upload)


def test_an_index_that_cannot_be_made_anew_is_left_as_it_was(database):
    filled(database, BEFORE, rows=2)
    with database.reading() as connection:
        before = connection.execute(select(metadata.tables["cases"].c.owner_index)).all()
    wrong = Keyring({"k1": NEW}, "k1", NEW)
    with pytest.raises(Exception, match="does not open"):
        reindex(database, BEFORE, wrong, NOW, lambda _: "")
    with database.reading() as connection:
        assert connection.execute(select(metadata.tables["cases"].c.owner_index)).all() == before
        assert connection.execute(select(keys)).all() == []
