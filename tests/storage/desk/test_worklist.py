"""The list staff work from: written with the case, in order, counted, searched, and complete again after anything."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from kaiban.domain.cases.link import LinkState as S
from kaiban.domain.cases.states import CaseState
from kaiban.domain.desk.search_terms import NUMBER, PERSON, asked
from kaiban.domain.desk.worklist import entry_of
from kaiban.ports import Lane, View, Wanted
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.desk.catching_up import SqlLines
from kaiban.storage.desk.presence import SqlPresence
from kaiban.storage.desk.worklist import SqlWorklist
from kaiban.storage.encryption.keys import settle_keys
from kaiban.storage.encryption.reindex import reindex
from kaiban.storage.encryption.rotation import rotate
from kaiban.storage.schema import case_terms, cases, worklist
from tests.domain.desk.test_worklist import CITY, RUNNING, case_after
from tests.storage.samples import FORM, MORNING, sample_case

PROXY = {"proxy": {"name": "李代", "cert": {"type": "id_card", "no": "990102198512202532"}, "mobile": "13800000001"}}  # fmt: skip


@pytest.fixture
def kept(database, keyring):
    return SqlCases(database, keyring, city=CITY)


@pytest.fixture
def lines(database, keyring):
    return SqlWorklist(database, keyring)


def add(kept, no, *moves, hours=0, **changes):
    """A case handed in so many hours before the morning, after those moves."""
    case = replace(sample_case(no, at=MORNING - timedelta(hours=hours)), **changes)
    case_after(*moves, case=case)
    with kept.transaction() as tx:
        tx.add(case)
    return case


def wanted(view=View.OPEN, login="ck01", hours=0, **more):
    return Wanted(view, login, MORNING + timedelta(hours=hours), 3, **more)


def numbers(lines, *asked_for, **more):
    return [entry.no for entry in lines.page(wanted(*asked_for, **more), 0, 50)]


def change(kept, no, what):
    with kept.transaction() as tx:
        case = tx.get(no)
        what(case)
        tx.save(case)


def test_a_line_says_what_the_case_says_and_changes_with_it(kept, lines):
    case = add(kept, "KB0001", *RUNNING, owner="filing:ff", form={**FORM, "people": PROXY})
    entry = lines.of_case("KB0001", "center")
    assert replace(entry, agent="") == replace(entry_of(case, CITY), agent="")
    assert entry.agent not in {"", "990102198512202532"}
    change(kept, "KB0001", lambda case: case.note("finding", MORNING, "window:ck07"))
    assert lines.of_case("KB0001", "").holder == "ck07"
    assert not lines.of_case("KB0001", "").withdrawing
    change(kept, "KB0001", lambda case: setattr(case, "withdrawing", True))
    assert lines.of_case("KB0001", "").withdrawing
    assert lines.of_case("KB0001", "elsewhere") is None


def lose(kept):
    with kept.transaction() as tx:
        tx.add(sample_case())
        raise ZeroDivisionError


def test_a_case_that_is_not_written_after_all_has_no_line(kept, lines):
    with pytest.raises(ZeroDivisionError):
        lose(kept)
    assert lines.of_case("KB0001", "") is None
    assert numbers(lines) == []


def test_what_needs_somebody_comes_first(kept, lines):
    add(kept, "waits", *RUNNING, (8, "registration", S.NEEDS_CORRECTION))
    add(kept, "fresh", *RUNNING)
    add(kept, "older", *RUNNING, hours=16)
    add(kept, "manual", *RUNNING, (8, "registration", S.MANUAL))
    add(kept, "doubt", *RUNNING, (8, "registration", S.UNKNOWN))
    add(kept, "late", *RUNNING, hours=96)
    add(kept, "ended", *RUNNING, state=CaseState.COMPLETED)
    assert numbers(lines, hours=1) == ["late", "manual", "doubt", "older", "fresh", "waits"]
    assert [each.no for each in lines.page(wanted(hours=1), 4, 2)] == ["fresh", "waits"]


def test_every_view_has_what_its_count_says(kept, lines):
    add(kept, "late", *RUNNING, hours=96)
    add(kept, "yellow", *RUNNING, hours=19)
    add(kept, "manual", *RUNNING, (8, "registration", S.MANUAL))
    add(kept, "doubt", *RUNNING, (8, "registration", S.UNKNOWN))
    add(kept, "owed")
    change(kept, "owed", lambda case: case.note("deferred", MORNING, "applicant", code="lease", facts={"due": "2026-03-09"}))  # fmt: skip
    change(kept, "doubt", lambda case: case.note("corrected", MORNING, "applicant"))
    change(kept, "manual", lambda case: case.note("finding", MORNING, "window:ck01"))
    found = {view: numbers(lines, view, hours=1) for view in View}
    assert {view: sorted(nos) for view, nos in found.items()} == {
        View.OPEN: ["doubt", "late", "manual", "owed", "yellow"],
        View.MINE: ["manual"], View.WINDOW: ["manual"], View.RED: ["late"], View.YELLOW: ["yellow"],
        View.DOUBT: ["doubt"], View.CORRECTED: ["doubt"], View.OWED: ["owed"], View.TO_HAND_OUT: [],
        View.NOBODYS: ["doubt", "late", "owed", "yellow"], View.CAME_IN: [], View.SENT_OUT: [],
    }  # fmt: skip
    assert lines.counts(wanted(hours=1)) == {view: len(nos) for view, nos in found.items()}


def test_halls_are_apart(kept, lines):
    add(kept, "here")
    add(kept, "there", hall="allday")
    assert numbers(lines, hall="center") == ["here"]
    assert numbers(lines) == ["here", "there"]
    assert lines.counts(wanted(hall="center"))[View.OPEN] == 1
    assert lines.of_terms(asked(FORM["company"]["name"]["full"]), "allday", 9)[0].no == "there"


def test_what_goes_between_halls_is_in_the_views_of_both(kept, lines):
    moves = {"sent_on": ("allday", "center"), "received": ("center", "")}
    for no, sent in (("here", ()), ("sent", ("sent_on",)), ("worked", ("sent_on", "received"))):
        case = replace(sample_case(no), intake="allday")
        case.note("taken_in", MORNING, "window:ck01", after="allday")
        for kind in sent:
            before, after = moves[kind]
            case.note(
                kind, MORNING, "window:ck01", before=before, after=after, facts={"to": "ck02"}
            )
        with kept.transaction() as tx:
            tx.add(case)
    add(kept, "own", hall="allday")
    assert sorted(numbers(lines, View.CAME_IN, hall="center")) == ["here", "sent", "worked"]
    assert sorted(numbers(lines, View.SENT_OUT, hall="allday")) == ["here", "sent", "worked"]
    assert (
        numbers(lines, View.SENT_OUT, hall="center")
        == numbers(lines, View.CAME_IN, hall="allday")
        == []
    )
    assert numbers(lines, View.OPEN, hall="allday") == ["own"], "it is the deciding hall's"
    assert numbers(lines, View.WINDOW, hall="center") == ["sent"], "somebody has to receive it"
    counts = lines.counts(wanted(hall="allday"))
    assert (counts[View.SENT_OUT], counts[View.CAME_IN], counts[View.OPEN]) == (3, 0, 1)
    assert {each.no: each.passage for each in lines.page(wanted(View.SENT_OUT), 0, 9)} == {
        "here": "taken_in", "sent": "sent_on", "worked": None,
    }  # fmt: skip
    assert lines.of_case("sent", "allday").intake == "allday"
    assert lines.of_case("sent", "elsewhere") is None
    assert {each.no for each in lines.of_terms(asked(FORM["company"]["name"]["full"]), "allday", 9)} == {
        "here", "sent", "worked", "own",
    }  # fmt: skip


def test_an_agent_is_who_has_many_cases_open_in_one_hall(kept, lines):
    brought = {**FORM, "people": PROXY}
    for no in ("a1", "a2"):
        add(kept, no, form=brought)
    add(kept, "ended", form=brought, state=CaseState.COMPLETED)
    add(kept, "elsewhere", form=brought, hall="allday")
    add(kept, "own")
    assert numbers(lines, lane=Lane.AGENTS) == [], "two open in this hall are not many"
    add(kept, "a3", form=brought)
    assert numbers(lines, hall="center", lane=Lane.AGENTS) == ["a1", "a2", "a3"]
    assert sorted(numbers(lines, lane=Lane.CITIZENS)) == ["elsewhere", "own"]
    assert lines.counts(wanted(lane=Lane.CITIZENS, hall="center"))[View.OPEN] == 1


def test_a_case_is_found_by_what_its_form_says_by_now_and_no_word_of_it_is_readable(kept, lines, database):  # fmt: skip
    add(kept, "KB0001")

    def found(text):
        return [each.no for each in lines.of_terms(asked(text), "", 9)]

    assert found("110101199003070134") == []
    person = {"name": "王一", "cert": {"no": "110101199003070134"}, "mobile": "13800000002"}
    change(kept, "KB0001", lambda case: setattr(case, "form", {**FORM, "people": {"holders": [person]}}))  # fmt: skip
    assert found("110101 1990 0307 0134") == found("王 一") == found("138-0000-0002") == ["KB0001"]
    change(kept, "KB0001", lambda case: setattr(case, "form", {**FORM, "people": {"holders": [{**person, "name": "王二"}]}}))  # fmt: skip
    assert (found("王一"), found("王二")) == ([], ["KB0001"])
    change(kept, "KB0001", lambda case: case.facts.update(credit_code="91431300MA4L0000X1"))
    assert found("91431300ma4l0000x1") == ["KB0001"]
    with database.reading() as connection:
        kept_rows = repr(connection.execute(select(case_terms)).all())
        kept_rows += repr(connection.execute(select(worklist)).all())
    for secret in ("110101199003070134", "王二", "13800000002", "晨光"):
        assert secret not in kept_rows


def test_of_many_found_those_in_hand_come_first_then_the_newest(kept, lines):
    person = {**FORM, "people": {"liaison": {"name": "王一", "mobile": "1"}}}
    add(kept, "old", form=person, hours=9)
    add(kept, "ended", form=person, state=CaseState.COMPLETED)
    add(kept, "new", form=person)
    found = lines.of_terms({(PERSON, "王一"), (NUMBER, "王一")}, "center", 9)
    assert [each.no for each in found] == ["new", "old", "ended"]
    assert len(lines.of_terms({(PERSON, "王一")}, "center", 2)) == 2


def test_under_a_new_index_key_the_same_is_found_and_the_same_agent_known(kept, lines, database, keyring):  # fmt: skip
    settle_keys(database, keyring, MORNING)
    for no in ("a1", "a2", "a3"):
        add(kept, no, form={**FORM, "people": PROXY})
    new = replace(keyring, index=b"8" * 32)
    moved = SqlWorklist(database, new)
    assert moved.of_terms(asked("李代"), "", 9) == []
    before = lines.of_case("a1", "").agent
    reindex(database, keyring, new, MORNING, lambda _form: "")
    assert [each.no for each in moved.of_terms(asked("李代"), "", 9)] == ["a3", "a2", "a1"]
    assert lines.of_terms(asked("李代"), "", 9) == []
    assert moved.of_case("a1", "").agent != before
    assert numbers(moved, lane=Lane.AGENTS) == ["a1", "a2", "a3"]


def test_under_a_new_key_for_cells_the_names_are_read(kept, database, keyring):
    settle_keys(database, keyring, MORNING)
    add(kept, "KB0001")
    both = replace(keyring, keys={**keyring.keys, "k2": b"2" * 32}, current="k2")
    settle_keys(database, both, MORNING)
    list(rotate(database, both))
    alone = replace(both, keys={"k2": b"2" * 32})
    assert SqlWorklist(database, alone).of_case("KB0001", "").company == "示范市晨光科技有限公司"


# --- complete again -----------------------------------------------------------------------------------


def caught_up(database, keyring, city=CITY):
    upkeep = SqlLines(database, keyring, city)
    behind = upkeep.behind()
    for no in behind:
        upkeep.make(no)
    assert upkeep.behind() == []
    return behind


def test_cases_from_before_there_was_a_list_come_into_it_those_in_hand_first(database, keyring, kept, lines):  # fmt: skip
    before = SqlCases(database, keyring)
    add(before, "ended", state=CaseState.COMPLETED)
    add(before, "open1", hours=2)
    add(before, "open2", hours=1)
    add(kept, "known")
    assert numbers(lines) == ["known"]
    assert caught_up(database, keyring) == ["open2", "open1", "ended"]
    assert numbers(lines) == ["known", "open1", "open2"]
    company = asked("示范市晨光科技有限公司")
    assert len(lines.of_terms(company, "", 9)) == 4


def test_what_the_release_before_has_written_meanwhile_is_seen(database, keyring, kept, lines):
    add(kept, "KB0001", *RUNNING)
    change(SqlCases(database, keyring), "KB0001", lambda case: case_after((20, "registration", S.MANUAL), case=case))  # fmt: skip
    assert not lines.of_case("KB0001", "").for_window
    assert caught_up(database, keyring) == ["KB0001"]
    assert lines.of_case("KB0001", "").for_window


def test_under_other_hours_the_lines_in_hand_are_worked_out_anew(database, keyring, kept, lines):
    add(kept, "open", *RUNNING)
    add(kept, "ended", state=CaseState.COMPLETED)
    assert caught_up(database, keyring) == ["ended"]  # its clock is closed
    due = lines.of_case("open", "").red_at
    longer = replace(CITY.promises["city"], working=timedelta(hours=6))
    assert caught_up(database, keyring, replace(CITY, promises={"city": longer})) == ["open"]
    assert lines.of_case("open", "").red_at > due


def test_the_clock_of_what_ended_before_clocks_were_closed_is_closed(database, keyring, kept):
    add(kept, "ended", state=CaseState.COMPLETED)
    add(kept, "open", *RUNNING)
    assert kept.read("ended").clock is None
    caught_up(database, keyring)
    assert kept.read("open").clock is None
    found = kept.read("ended")
    assert found.clock == CITY.closing(found, found.finished_at or found.events[-1].at)
    longer = replace(CITY.promises["city"], working=timedelta(hours=6))
    assert replace(CITY, promises={"city": longer}).promise_of(found) == CITY.promises["city"]


def test_a_line_somebody_else_made_meanwhile_is_left_as_it_is(database, keyring, kept, lines):
    add(kept, "KB0001")
    with database.transaction() as connection:
        connection.execute(update(worklist).values(source="telephone"))
    SqlLines(database, keyring, CITY).make("KB0001")
    assert lines.of_case("KB0001", "").source == "telephone"
    SqlLines(database, keyring, CITY).make("nowhere")


def test_who_deletes_a_case_deletes_its_line_and_what_it_is_found_by(database, keyring, kept):
    add(kept, "KB0001")
    SqlPresence(database).come_in("KB0001", "ck01", MORNING, MORNING)
    with database.transaction() as connection:
        for table in ("events", "steps", "links"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.execute(delete(cases))
        for table in (worklist, case_terms):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


# --- who is in it -------------------------------------------------------------------------------------


def test_who_has_a_case_open_is_told_to_whoever_comes_for_some_minutes(database, kept):
    add(kept, "KB0001")
    add(kept, "KB0002")
    presence = SqlPresence(database)

    def came(login, minutes, no="KB0001"):
        now = MORNING + timedelta(minutes=minutes)
        found = presence.come_in(no, login, now, now - timedelta(minutes=5))
        return [each.login for each in found]

    assert came("ck01", 0) == []
    assert came("ck02", 1) == ["ck01"]
    assert came("ck02", 1, "KB0002") == []
    assert came("ck01", 3) == ["ck02"]
    assert came("ck02", 9) == []
    assert presence.prune(MORNING + timedelta(minutes=2), MORNING + timedelta(minutes=60)) == 1
    assert presence.prune(MORNING, MORNING + timedelta(minutes=4)) == 1, (
        "by a clock that was ahead"
    )


def test_packages_of_the_release_before_wait_to_leave_until_they_have(database, keyring, kept):
    """A release that knows no such column leaves it empty, or as it was."""

    def older(no, **row):
        with database.transaction() as connection:
            connection.execute(update(cases).where(cases.c.no == no).values(**row))

    before, there = SqlCases(database, keyring), {"package_version": 1, "finished_at": MORNING}
    for no, mode in (("fetched", "window"), ("posted", "post")):
        add(
            before,
            no,
            state=CaseState.COMPLETED,
            form={**FORM, "delivery": {"mode": mode}},
            **there,
        )
        with before.transaction() as tx:
            case = tx.get(no)
            case.link("registration").current.state = S.DONE
            tx.save(case)
        older(no, leaves_by=None)
    caught_up(database, keyring)
    found = {way: [each.no for each in kept.leaving(way, "", 9)] for way in ("window", "post")}
    assert found == {"window": ["fetched"], "post": ["posted"]}
    for no, kind in (("fetched", "handed_out"), ("posted", "posted")):
        change(
            before, no, lambda case, kind=kind: case.note(kind, MORNING, "window:ck01", code="1")
        )
        older(no, leaves_by={"fetched": "window", "posted": "post"}[no])
    caught_up(database, keyring)
    assert [kept.leaving(way, "", 9) for way in found] == [[], []]
