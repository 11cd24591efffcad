from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kaiban.domain.cases.document import Document
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.plan import LinkSpec, StepSpec
from kaiban.domain.cases.states import CaseState
from kaiban.domain.hours.waiting import Horizon
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.package import Package
from kaiban.orchestrator.office import written
from kaiban.ports import PLATFORM, CaseNotFound, Hint, Job, Prepared, Ref
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.cases.transaction import HistoryChangedError
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from tests.storage.samples import FORM, ID_NUMBER, MORNING, sample_case, without_documents

LICENCE = Document("licence.pdf", "营业执照", "application/pdf", b"%PDF\x00\xff" + b"x" * 5000)
PACKAGE = Package(1, "ABCDEFGH2345", MORNING, b"%PDF-", b"PK", b"{}")


def add(cases: SqlCases, *samples):
    with cases.transaction() as tx:
        for case in samples:
            tx.add(case)


def change_everything(case):
    registration = case.links[0]
    step = registration.steps[0]
    case.move(registration, step, LinkState.READY, MORNING)
    prepared = Prepared("K-1", b"\x00\xffbody", Ref("K-1", "R-9", {"person": ID_NUMBER}))
    step.sent, step.ref = written(prepared), asdict(prepared.ref)
    case.move(registration, step, LinkState.SENDING, MORNING, reason="发送", code="S")
    step.next_action_at = MORNING + timedelta(minutes=5)
    step.cancelling = True
    registration.result = {"credit_code": "91X", "fee": Decimal("0.10")}
    registration.receipt = "R-9"
    case.learn(registration, {"credit_code": "91X"}, MORNING)
    case.ask([Defect("/people/0/id", "id.check", "请核对", "tax")], MORNING)
    case.documents["registration"] = (LICENCE, LICENCE)
    case.package_due = MORNING
    case.add_links([LinkSpec("seal", "公章刻制", "公安局", (StepSpec(),))], MORNING)
    case.revision = 2
    case.form = {**FORM, "note": "改"}


def test_a_new_case_comes_back_as_it_was(cases):
    case = sample_case()
    add(cases, case)
    assert cases.read(case.no) == case


def test_everything_that_changed_comes_back(cases):
    add(cases, sample_case())
    with cases.transaction() as tx:
        case = tx.get("KB0001")
        change_everything(case)
        tx.save(case)
    assert cases.read("KB0001") == case
    with cases.transaction() as tx:
        assert tx.get("KB0001") == case


def test_what_a_form_was_before_is_kept_with_how_far_it_counted(cases):
    case = sample_case()
    add(cases, case)
    before = dict(case.form)
    for note in ("改", "再改"):
        with cases.transaction() as tx:
            case = tx.get(case.no)
            known = len(case.events)
            tx.save(case)
            case.note("corrected", MORNING, "applicant")
            case.form = {**before, "note": note}
            tx.save(case)
            case.note("seen", MORNING, "window")
            tx.save(case)
    first, second = cases.earlier_forms(case.no)
    assert (first.form, second.form) == (before, {**before, "note": "改"})
    assert (first.events, second.events) == (known - 2, known)
    assert cases.read(case.no).events[first.events].kind == "corrected"
    assert cases.read(case.no).form["note"] == "再改"
    assert cases.earlier_forms("KB99010020260309999999") == []


def test_a_case_is_saved_twice_in_one_transaction(cases):
    add(cases, sample_case())
    with cases.transaction() as tx:
        case = tx.get("KB0001")
        case.note("corrected", MORNING, "applicant")
        tx.save(case)
        case.note("package", MORNING, "system")
        tx.save(case)
    assert [event.kind for event in cases.read("KB0001").events] == [
        "accepted", "corrected", "package",
    ]  # fmt: skip


def test_documents_can_be_replaced_and_taken_away(cases):
    case = sample_case()
    case.documents = {"registration": (LICENCE, LICENCE), "tax": (LICENCE,)}
    add(cases, case)
    with cases.transaction() as tx:
        case = tx.get("KB0001")
        case.documents = {"registration": (Document("n", "t", "m", b"new"),)}
        tx.save(case)
    assert cases.read("KB0001").documents == case.documents


def test_numbers_in_the_form_keep_every_digit(cases):
    add(cases, sample_case())
    form = cases.read("KB0001").form
    assert str(form["company"]["capital"]) == "1000000.50"
    assert isinstance(form["people"][0]["share"], Decimal)


def test_nothing_is_written_when_the_block_fails(cases):
    def fail_half_way():
        with cases.transaction() as tx:
            tx.add(sample_case())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with pytest.raises(CaseNotFound):
        cases.read("KB0001")


def test_an_unknown_case_is_not_found(cases):
    with pytest.raises(CaseNotFound), cases.transaction() as tx:
        tx.get("KB0404")


def test_a_number_is_used_once(cases):
    add(cases, sample_case())
    with pytest.raises(IntegrityError):
        add(cases, sample_case())


def test_history_cannot_be_rewritten(cases):
    add(cases, sample_case())
    with cases.transaction() as tx:
        case = tx.get("KB0001")
        case.events[0] = Event("accepted", MORNING - timedelta(days=1), "applicant")
        with pytest.raises(HistoryChangedError):
            tx.save(case)


def test_two_who_change_a_case_take_turns(cases):
    add(cases, sample_case())

    def note(n):
        with cases.transaction() as tx:
            case = tx.get("KB0001")
            case.note("corrected", MORNING, "applicant", code=str(n))
            tx.save(case)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(24)))
    codes = {event.code for event in cases.read("KB0001").events[1:]}
    assert codes == {str(n) for n in range(24)}


def test_each_running_number_is_given_once(cases):
    def take(_):
        with cases.transaction() as tx:
            return tx.next_number("20260304")

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(40)))
    assert sorted(taken) == list(range(1, 41))
    with cases.transaction() as tx:
        assert tx.next_number("20260305") == 1


def test_a_step_is_found_by_its_key_or_number_within_its_department(cases):
    case = sample_case()
    case.links[0].steps[0].ref = {"key": "K-1", "number": "R-9", "extra": {}}
    case.links[1].steps[1].ref = {"key": "K-2", "number": "R-9", "extra": {}}
    add(cases, case)
    with cases.transaction() as tx:
        assert tx.find_steps("registration", Hint(key="K-1")) == [("KB0001", "main")]
        assert tx.find_steps("registration", Hint(number="R-9")) == [("KB0001", "main")]
        assert tx.find_steps("tax", Hint("K-2", "R-9")) == [("KB0001", "confirm")]
        assert tx.find_steps("tax", Hint(key="K-1")) == []
        assert tx.find_steps("tax", Hint()) == []


def test_what_is_overdue_is_found_oldest_first_so_many_of_each_link(cases):
    first, second = sample_case("KB0001"), sample_case("KB0002")
    first.links[0].steps[0].next_action_at = MORNING - timedelta(minutes=1)
    first.links[1].steps[0].next_action_at = MORNING
    second.links[0].steps[0].next_action_at = MORNING - timedelta(seconds=30)
    second.links[1].steps[0].next_action_at = MORNING - timedelta(minutes=2)
    add(cases, first, second)
    oldest = [("KB0002", "tax", "pre"), ("KB0001", "registration", "main")]
    with cases.transaction() as tx:
        now = Horizon.at(MORNING, timedelta(0), timedelta(0))
        assert tx.overdue(now, 10) == [*oldest, ("KB0002", "registration", "main")]
        assert tx.overdue(now, 1) == oldest, "one of each link"


def test_what_is_due_at_once_is_found_oldest_first_so_many_of_each_queue(cases):
    first, second = sample_case("KB0001"), sample_case("KB0002")
    at_once = timedelta(0)
    first.links[0].steps[0].wait(MORNING, at_once)
    first.links[1].steps[0].wait(MORNING, timedelta(seconds=1))  # this one waits
    first.package_due = MORNING + timedelta(seconds=1)
    second.links[0].steps[0].wait(MORNING - timedelta(seconds=1), at_once)
    second.links[0].steps[0].attempt = 3
    second.package_due = MORNING - timedelta(minutes=2)
    add(cases, first, second)
    queues = ("registration", "tax", PLATFORM)
    package = Job("issue", "KB0002")
    oldest = Job("work", "KB0002", "registration", "main", 3)
    newest = Job("work", "KB0001", "registration", "main")
    assert cases.due(MORNING, queues, 10) == [package, oldest, newest]
    assert cases.due(MORNING, queues, 1) == [package, oldest], "one of each queue"
    assert cases.due(MORNING, ("registration",), 10) == [oldest, newest]
    assert cases.due(MORNING, ("tax",), 10) == cases.due(MORNING, (), 10) == []
    with cases.transaction() as tx:
        late = Horizon.at(MORNING + timedelta(minutes=1), timedelta(0), timedelta(0))
        assert tx.overdue(late, 10) == [("KB0001", "tax", "pre")], "only what waited is forgotten"


def test_what_a_clock_that_was_ahead_wrote_down_is_overdue_too(cases):
    first, second = sample_case("KB0001"), sample_case("KB0002")
    hour = timedelta(hours=1)
    first.links[0].steps[0].wait(MORNING + hour, timedelta(seconds=2))
    first.links[1].steps[0].wait(MORNING - hour, 3 * hour)  # an ordinary wait
    second.package_due = MORNING + hour
    second.links[0].steps[0].next_action_at = MORNING + timedelta(days=15)
    add(cases, first, second)
    with cases.transaction() as tx:
        found = tx.overdue(Horizon.at(MORNING, timedelta(seconds=5), timedelta(seconds=90)), 10)
    assert found == [
        ("KB0002", "", ""), ("KB0001", "registration", "main"), ("KB0002", "registration", "main"),
    ]  # fmt: skip


def test_cases_are_browsed_newest_first(cases):
    hour = timedelta(hours=1)
    late = sample_case("KB0003", owner="bob", at=MORNING + hour)
    done = sample_case("KB0002")
    done.state = CaseState.COMPLETED
    done.documents = {"tax": (LICENCE,)}
    add(cases, sample_case("KB0001"), done, late)

    def numbers(**wanted):
        return [case.no for case in cases.browse(**wanted)]

    assert numbers() == ["KB0003", "KB0002", "KB0001"]
    assert numbers(limit=1) == ["KB0003"]
    assert numbers(before="KB0003") == ["KB0002", "KB0001"]
    assert numbers(owner="alice", states=[CaseState.COMPLETED]) == ["KB0002"]
    assert numbers(owner="nobody") == []
    assert cases.browse(states=[CaseState.COMPLETED]) == [without_documents(done)]


def test_packages_are_kept_and_found(cases):
    add(cases, sample_case())
    second = Package(2, "WXYZ23456789", MORNING, b"2", b"2", b"2")
    with cases.transaction() as tx:
        tx.add_package("KB0001", PACKAGE)
        tx.add_package("KB0001", second)
    assert cases.get_package("KB0001") == second
    assert cases.get_package("KB0001", 1) == PACKAGE
    assert cases.get_package("KB0001", 3) is None


def test_an_issued_package_is_not_replaced(cases):
    add(cases, sample_case())
    with cases.transaction() as tx:
        tx.add_package("KB0001", PACKAGE)
    with pytest.raises(IntegrityError), cases.transaction() as tx:
        tx.add_package("KB0001", PACKAGE)


def test_nothing_personal_is_readable_in_the_database(database: Database, cases: SqlCases):
    case = sample_case(owner=f"owner-{ID_NUMBER}")
    change_everything(case)
    case.documents = {"tax": (Document("a", "b", "c", ID_NUMBER.encode()),)}
    case.links[1].result = {"holder": ID_NUMBER}
    add(cases, case)
    with cases.transaction() as tx:
        tx.add_package(case.no, Package(1, "C" * 12, MORNING, *[ID_NUMBER.encode()] * 3))
    assert cases.read(case.no) == case
    assert ID_NUMBER.encode() not in everything_stored(database)


def everything_stored(database: Database) -> bytes:
    if database.is_sqlite:
        file = Path(str(database.url.database))
        return file.read_bytes() + file.with_name(file.name + "-wal").read_bytes()
    with database.reading() as connection:
        tables = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        rows = [connection.execute(text(f"SELECT * FROM {name}")).all() for name in tables.all()]
    return repr(rows).encode()


def test_a_cell_moved_to_another_row_does_not_open(database: Database, cases: SqlCases):
    add(cases, sample_case("KB0001"), sample_case("KB0002"))
    with database.transaction() as connection:
        connection.execute(
            text("UPDATE cases SET form = (SELECT form FROM cases WHERE no = 'KB0002')")
        )
    assert cases.read("KB0002").form == FORM
    with pytest.raises(Exception, match=r"cases\.form does not open"):
        cases.read("KB0001")


def test_old_rows_open_after_the_key_has_moved_on(database: Database, cases: SqlCases):
    add(cases, sample_case("KB0001"))
    moved = SqlCases(
        database, Keyring({"k2": b"2" * 32, "k1": bytes(range(32))}, "k2", bytes(32), "sm4gcm")
    )
    add(moved, sample_case("KB0002"))
    with moved.transaction() as tx:
        case = tx.get("KB0001")
        case.form = {**FORM, "note": "new key"}
        tx.save(case)
    assert moved.read("KB0001").form["note"] == "new key"
    assert moved.read("KB0002").form == FORM
