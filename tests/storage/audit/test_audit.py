"""What happens is recorded with it, chained afterwards in one chain, and a row that was changed shows."""

import json
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, event, select, update

from kaiban.domain.audit.chain import Head, examine
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.ports import Unavailable
from kaiban.storage.audit import chaining
from kaiban.storage.audit.chaining import SqlChain
from kaiban.storage.audit.reading import SqlAuditReader
from kaiban.storage.audit.writing import UNANCHORED, SqlAudit
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.database import Database
from kaiban.storage.schema import audit_records, disclosures, events
from tests.storage.samples import MORNING, sample_case

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
LOOK = Disclosure(MORNING, "staff", "ck07", "unmask", ("people.holders.cert.no",))
PERSONAL = "王敏 990102199512300026"


class Wall:
    at = NOW

    def now(self):
        return self.at


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def audit(database, wall):
    return SqlAudit(database, wall.now, timedelta(hours=4))


@pytest.fixture
def cases(database, keyring, audit):
    return SqlCases(database, keyring, audit=audit)


@pytest.fixture
def reader(database, keyring):
    return SqlAuditReader(database, keyring)


def happen(cases, no="KB0001"):
    with cases.transaction() as tx:
        tx.add(sample_case(no))
    with cases.transaction() as tx:
        case = tx.get(no)
        case.note(
            "finding",
            MORNING + timedelta(minutes=1),
            "window:ck07",
            text=PERSONAL,
            facts={"who": PERSONAL},
        )
        tx.save(case)
        tx.disclose(no, LOOK)  # fmt: skip


def chain_all(database, now=NOW):
    chain = SqlChain(database)
    while chain.advance(now):
        pass
    return chain


def lines(reader):
    return [json.loads(each.line) for each in reader.records()]


def test_events_looks_and_acts_are_recorded_and_nobody_is_named(database, cases, audit, reader):
    happen(cases)
    audit.note("account_changed", account="ck07", by="root.admin", how="disable")
    assert list(reader.records()) == []
    chain_all(database)
    told = lines(reader)
    assert [(each["kind"], each.get("what")) for each in told] == [
        ("event", "accepted"), ("event", "finding"), ("disclosure", ["people.holders.cert.no"]), ("act", "account_changed"),
    ]  # fmt: skip
    assert told[1]["by"] == "window:ck07"
    assert (told[2]["who"], told[2]["why"]) == ("ck07", "unmask")
    assert all(word not in json.dumps(told, ensure_ascii=False) for word in PERSONAL.split())
    assert examine(reader.records(), []).problems == ()
    assert [each["day"] for each in reader.of_case("KB0001")] == ["2026-12-01"] * 3


def test_what_is_not_done_after_all_is_not_recorded(database, cases, reader):
    with suppress(RuntimeError), cases.transaction() as tx:
        tx.add(sample_case())
        raise RuntimeError
    chain_all(database)
    assert lines(reader) == []


def test_a_transaction_records_in_one_statement(database, cases):
    happen(cases)
    said = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    with cases.transaction() as tx:
        case = tx.get("KB0001")
        for _ in range(3):
            case.note("sheet", MORNING + timedelta(minutes=2), "window:ck07")
        tx.save(case)
        tx.disclose("KB0001", LOOK)
    assert sum("audit_" in each for each in said) == 1


def test_days_begin_anew_and_a_clock_set_back_begins_none_again(database, cases, reader):
    for days, no in ((0, "KB0001"), (1, "KB0002"), (0, "KB0003")):
        happen(cases, no)
        chain_all(database, NOW + timedelta(days=days))
    places = [(each.day, each.seq) for each in reader.records()]
    first = [("2026-12-01", n) for n in (1, 2, 3)]
    assert places == [*first, *(("2026-12-02", n) for n in range(1, 7))]
    assert examine(reader.records(), []).problems == ()


def test_the_chain_stays_one_whoever_goes_on_with_it(
    database, keyring, cases, reader, monkeypatch
):
    """Workers of other machines chain while cases are written; a batch is small, so that they meet."""
    monkeypatch.setattr(chaining, "BATCH", 3)
    stop, failed = threading.Event(), []

    def work():
        other = Database(database.url.render_as_string(hide_password=False))
        try:
            while not stop.is_set():
                SqlChain(other).advance(NOW)
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            other.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for each in workers:
        each.start()
    for number in range(12):
        happen(cases, f"KB{number:04}")
    stop.set()
    for each in workers:
        each.join()
    chain_all(database)
    assert failed == []
    found = list(reader.records())
    assert len(found) == 36
    assert examine(found, []).problems == ()


def test_one_written_earlier_and_committed_later_is_chained_later(database, cases, reader):
    happen(cases)
    with database.transaction() as connection:
        connection.execute(update(audit_records).where(audit_records.c.id == 1).values(id=99))
    chain_all(database)
    assert [each.get("number") for each in lines(reader)] == [2, None, 1]


def test_cases_that_are_as_recorded_show_nothing(database, cases, reader):
    happen(cases)
    assert list(reader.changed_cases()) == []
    chain_all(database)
    assert list(reader.changed_cases()) == []


@pytest.mark.parametrize(
    "damage",
    [
        update(events).where(events.c.seq == 1).values(at=MORNING),
        update(events).where(events.c.seq == 1).values(actor="window:ck99"),
        update(events).where(events.c.seq == 1).values(facts={"who": "else"}),
        delete(events).where(events.c.seq == 1),
        delete(disclosures),
        update(disclosures).values(who="ck99"),
    ],
)
def test_rows_of_cases_that_were_changed_behind_the_audit_show(database, cases, reader, damage):
    happen(cases)
    chain_all(database)
    with database.transaction() as connection:
        connection.execute(damage)
    assert list(reader.changed_cases())


def test_cases_are_compared_many_at_a_time(database, cases, reader):
    numbers = [f"KB{number:04}" for number in range(150)]
    with cases.transaction() as tx:
        for no in numbers:
            tx.add(sample_case(no))
    with database.transaction() as connection:
        for no in (numbers[3], numbers[120]):
            connection.execute(
                update(events).where(events.c.case_no == no, events.c.seq == 0).values(actor="w")
            )
    said = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    found = list(reader.changed_cases())
    assert [each.partition(":")[0] for each in found] == [numbers[3], numbers[120]]
    assert len(said) < len(numbers) / 3


def test_an_event_that_was_put_in_behind_the_audit_shows(database, keyring, cases, reader):
    happen(cases)
    silent = SqlCases(database, keyring)
    with silent.transaction() as tx:
        case = tx.get("KB0001")
        case.note("finding", MORNING + timedelta(minutes=9), "window:ck07")
        tx.save(case)
        tx.disclose("KB0001", LOOK)
    assert len(list(reader.changed_cases())) == 2


def test_an_anchor_is_kept_for_the_place_it_was_made_for(database, cases, reader):
    happen(cases)
    chain = chain_all(database)
    head = chain.unstamped()
    happen(cases, "KB0002")
    chain_all(database)  # another worker goes on meanwhile
    chain.stamp(head, b"token")
    assert reader.anchors() == [(head, b"token")]
    later = chain.unstamped()
    assert later > head
    chain.stamp(later, b"token 2")
    assert chain.unstamped() is None
    assert [each for each, _ in reader.anchors()] == [head, later]
    found = examine(reader.records(), [each for each, _ in reader.anchors()])
    assert (found.uncovered, found.problems) == (0, ())


def test_nothing_personal_is_shown_when_the_audit_has_no_anchor_for_too_long(database, cases, audit, wall):  # fmt: skip
    audit.check()
    happen(cases)
    wall.at = NOW + timedelta(hours=4)
    audit.check()
    wall.at += timedelta(minutes=1)
    with pytest.raises(Unavailable) as caught:
        cases.check_audit()
    assert caught.value.reason == UNANCHORED
    chain = chain_all(database, wall.at)
    with pytest.raises(Unavailable):
        audit.check()
    chain.stamp(chain.unstamped(), b"token")
    audit.check()
    SqlAudit(database, wall.now).check()


def test_how_far_it_lags_is_known(database, cases):
    chain = SqlChain(database)
    assert chain.lag() == (None, None)
    happen(cases)
    assert chain.lag() == (NOW, NOW)
    chain_all(database)
    assert chain.lag() == (None, NOW)
    chain.stamp(chain.unstamped(), b"token")
    assert chain.lag() == (None, None)


def test_a_place_is_given_once(database, cases):
    happen(cases)
    chain_all(database)
    with pytest.raises(Exception, match=r"(?i)unique"), database.transaction() as connection:
        connection.execute(update(audit_records).values(seq=1))
    with database.reading() as connection:
        assert connection.scalar(select(audit_records.c.seq).order_by(audit_records.c.id)) == 1
    assert Head("2026-12-01", 1, "") < Head("2026-12-02", 1, "")
