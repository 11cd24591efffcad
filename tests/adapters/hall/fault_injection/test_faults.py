"""Each fault does what it says, at the moment it says; the adapters see what a real one would do."""

import http.client
import json
import socket
from datetime import timedelta

import pytest

from adapters.hall import Hall, RealClock
from adapters.hall.fault_injection.faults import KINDS, FaultError, fault
from adapters.http import Http
from kaiban.ports import Closed, Done, Misconfigured, NotFound, Pending, Retryable, Unknown
from tests.adapters.hall.offices import OFFICES, Visit

BOTH = ("bank", "seal")
EVERYBODY = tuple(OFFICES)


@pytest.fixture
def visit():
    """Give a visit to a hall with one office; more of them by calling again."""
    opened = []

    def visit(name, *faults, **changed):
        if not opened:
            # With this seed no lot of the bank's own falls on the visit.
            hall = Hall(only=(name,), manual=True, seed=3)
            opened.append(hall.__enter__())
        made = Visit(opened[0], name, **changed)
        opened.append(made)
        for each in faults:
            opened[0].stub(name).mischief.add(fault(each))
        return made

    yield visit
    for each in reversed(opened):
        each.close()


def impatient(visit):
    """Let the adapter wait a moment only."""
    visit.adapter.http.close()
    visit.adapter.http = Http(
        visit.hall.url(visit.name), clock=RealClock(), deadline=0.5, max_bytes=1 << 20
    )
    return visit


def on_submit(name, do, **more):
    return {"do": do, "op": OFFICES[name].operation, **more}


def commits(visit):
    visit.hall.advance(days=1)
    return len(visit.hall.commits())


# --- where it takes hold ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("do", ["close", "reset"])
@pytest.mark.parametrize("at", ["before-parse", "before-commit"])
def test_before_the_commit_nothing_has_happened_and_nobody_can_tell(visit, name, do, at):
    made = visit(name, on_submit(name, do, at=at, times=1))
    with pytest.raises(Unknown):
        made.submit()
    assert isinstance(made.query(), NotFound)
    assert commits(made) == 0


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("do", ["close", "reset"])
def test_after_the_commit_everything_has_happened_and_nobody_can_tell(visit, name, do):
    made = visit(name, on_submit(name, do, at="after-commit", times=1))
    with pytest.raises(Unknown):
        made.submit()
    assert isinstance(made.finish(), Done)
    assert commits(made) == 1


@pytest.mark.parametrize("name", EVERYBODY)
def test_before_the_commit_each_office_can_be_interrupted(visit, name):
    made = visit(name, on_submit(name, "http", times=1, at="before-commit"))
    with pytest.raises(Unknown):
        made.submit()
    assert isinstance(made.query(), NotFound)
    assert isinstance(made.submit(), Pending | Done)
    assert isinstance(made.finish(), Done)
    assert commits(made) == 1


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_operation_is_known_before_the_message_is_parsed(visit, name):
    made = visit(name, on_submit(name, "http", at="before-parse", times=1))
    with pytest.raises(Unknown):
        made.submit()
    spoilt = [each for each in made.hall.stub(name).store.journal() if each.fault]
    assert [(each.status, each.fault) for each in spoilt] == [(503, "http before-parse")]
    assert commits(made) == 0


# --- what the line does -----------------------------------------------------------------------------


def ask(visit, path="/kh", body=b"00000062KH9999" + b"1" * 20 + b" " * 28):
    """Ask the bank without an adapter; return status, headers, body."""
    port = int(visit.hall.url("bank").rpartition(":")[2])
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=250)
    try:
        line.request("POST", path, body)
        answer = line.getresponse()
        return answer.status, dict(answer.headers), answer.read()
    finally:
        line.close()


def test_a_reset_is_a_reset(visit):
    made = visit("bank", {"do": "reset"})
    with pytest.raises(ConnectionResetError):
        ask(made)


def test_hanging_up_is_no_reset(visit):
    made = visit("bank", {"do": "close"})
    with pytest.raises(http.client.RemoteDisconnected):
        ask(made)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("do", ["hang", "drip"])
def test_the_deadline_ends_silence_and_dripping_alike(visit, name, do):
    slow = {"seconds": 30.0} if do == "hang" else {"seconds": 0.4, "bytes": 8}
    made = visit(name)
    impatient(made)
    made.hall.stub(name).mischief.add(
        fault(on_submit(name, do, times=1, at="after-commit", **slow))
    )
    with pytest.raises(Unknown):
        made.submit()
    assert isinstance(made.finish(), Done)
    assert commits(made) == 1


def test_whoever_is_silent_ends_with_the_stub(visit):
    made = visit("bank", {"do": "hang", "seconds": 3600.0})
    port = int(made.hall.url("bank").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=250) as line:
        line.sendall(b"POST /kh HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
        while not made.hall.stub("bank").store.journal():
            pass
        made.hall.stop("bank")
        assert line.recv(1) == b""


def test_a_dripped_answer_is_whole_in_the_end(visit):
    made = visit("bank")
    whole = ask(made)[2]
    made.hall.stub("bank").mischief.add(fault({"do": "drip", "bytes": 20, "seconds": 0.01}))
    assert ask(made)[2] == whole


def test_a_truncated_answer_breaks_off(visit):
    made = visit("bank", {"do": "truncate"})
    with pytest.raises(http.client.IncompleteRead) as found:
        ask(made)
    assert len(found.value.partial) == 31
    assert found.value.expected == 31


def test_a_short_length_looks_whole_and_is_not(visit):
    made = visit("bank", {"do": "short-length"})
    status, headers, body = ask(made)
    assert (status, headers["Content-Length"], len(body)) == (200, "31", 31)


def test_a_delay_comes_before_the_work_and_changes_nothing(visit):
    made = visit("bank", {"do": "delay", "at": "before-commit", "seconds": 0.01, "spread": 0.01})
    assert isinstance(made.submit(), Done | Pending)
    assert made.hall.stub("bank").store.journal()[0].fault == "delay before-commit"


def test_far_too_much_is_not_read_to_the_end(visit):
    made = visit("bank", on_submit("bank", "huge", megabytes=8, times=1))
    with pytest.raises(Unknown, match="longer than"):
        made.submit()
    assert len(made.hall.stub("bank").store.journal()[0].answered) < 2000


# --- what the answer looks like ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "do"),
    [
        *((name, do) for name in BOTH for do in ("truncate", "short-length", "garbage", "gzip")),
        ("bank", "bom"),
        ("registration", "bom"),
    ],
)
def test_an_answer_nobody_can_read_is_unknown_and_a_query_finds_the_work(visit, name, do):
    made = visit(name, on_submit(name, do, times=1))
    with pytest.raises(Unknown):
        made.submit()
    assert isinstance(made.finish(), Done)
    assert commits(made) == 1


def test_headers_and_bytes_are_as_the_fault_says(visit):
    made = visit("bank", {"do": "wrong-content-type", "times": 1}, {"do": "gzip", "times": 1},
                 {"do": "bom", "times": 1}, {"do": "redirect", "times": 1, "at": "after-commit"},
                 {"do": "http", "status": 500, "times": 1, "at": "after-commit"},
                 {"do": "http", "times": 1, "at": "after-commit"},
                 {"do": "garbage", "bytes": 7})  # fmt: skip
    assert ask(made)[1]["Content-Type"] == "image/png"
    zipped = ask(made)
    assert (zipped[1]["Content-Encoding"], zipped[2][:2]) == ("gzip", b"\x1f\x8b")
    assert ask(made)[2].startswith(b"\xef\xbb\xbf0000")
    assert ask(made)[0] == 302
    failed = ask(made)
    assert (failed[0], failed[2][:6]) == (500, b"<html>")
    refused = ask(made)
    assert (refused[0], refused[1]["Retry-After"]) == (503, "30")
    assert len(ask(made)[2]) == 7


def test_another_encoding_has_other_bytes_for_the_same_text(visit):
    made = visit("bank")
    assert isinstance(made.submit(), Done | Pending)
    made.hall.stub("bank").mischief.add(fault({"do": "encoding", "encoding": "utf-8"}))
    with pytest.raises(Unknown):
        made.query()
    answered = made.hall.stub("bank").store.journal()[-1].answered
    assert "开户".encode() in answered or "银行".encode() in answered


def test_a_stale_answer_is_the_one_before(visit):
    first = visit("bank")
    first.submit()
    second = visit("bank", on_submit("bank", "stale-answer"), case="999900202603040002",
                   credit_code="91990102MA00000023")  # fmt: skip
    with pytest.raises(Unknown):
        second.submit()
    journal = first.hall.stub("bank").store.journal()
    assert journal[0].answered == journal[-1].answered


# --- what only the department can say ---------------------------------------------------------------


@pytest.mark.parametrize("do", ["bad-signature", "other-serial", "unlisted-code", "missing-field"])
@pytest.mark.parametrize("name", EVERYBODY)
def test_a_wrong_answer_of_the_department_is_never_believed(visit, name, do):
    made = visit(name)
    stub = made.hall.stub(name)
    if do not in stub.speech.spoils:
        with pytest.raises(FaultError, match=f"{name} cannot do {do}"):
            stub.mischief.add(fault({"do": do}))
        return
    made.submit()
    made.hall.advance(days=1)
    stub.mischief.add(fault({"do": do}))
    with pytest.raises((Unknown, Misconfigured)):
        made.query()
    stub.hall.troubles.clear()
    assert isinstance(made.finish(), Done)


@pytest.mark.parametrize("name", ["bank", "registration", "seal", "social_insurance"])
def test_whoever_is_busy_takes_nothing(visit, name):
    made = visit(name, on_submit(name, "busy"))
    with pytest.raises(Retryable):
        made.submit()
    assert commits(made) == 0


@pytest.mark.parametrize("name", ["bank", "seal", "tax", "social_insurance"])
def test_whoever_is_closed_takes_nothing(visit, name):
    # The tax bureau confirms the registration first, then decides on invoices.
    made = visit(name, {"do": "closed"} if name == "tax" else on_submit(name, "closed"))
    with pytest.raises(Closed):
        made.submit()
    assert commits(made) == 0


@pytest.mark.parametrize("name", ["seal", "social_insurance"])
def test_a_lost_session_is_begun_again_unnoticed(visit, name):
    made = visit(name, on_submit(name, "session-expired", times=1))
    assert isinstance(made.submit(), Pending)
    assert isinstance(made.finish(), Done)
    assert commits(made) == 1


def test_a_second_order_is_what_the_oracle_shows(visit):
    made = visit("seal", on_submit("seal", "duplicate-case"))
    made.submit()
    assert commits(made) == 2


def test_a_unit_granted_twice_is_nothing_to_go_on(visit):
    made = visit("housing_fund", {"do": "duplicate-case"})
    made.submit()
    with pytest.raises(Unknown, match="other records"):
        made.finish()
    assert commits(made) == 1


# --- late commits -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bank", "seal", "housing_fund"])
def test_a_late_commit_is_not_found_before_and_found_after(visit, name):
    made = visit(name, on_submit(name, "late-commit", minutes=5.0, times=1))
    with pytest.raises(Unknown):
        made.submit()
    assert isinstance(made.query(), NotFound)
    made.hall.advance(minutes=4)
    assert isinstance(made.query(), NotFound)
    made.hall.advance(minutes=1)
    assert isinstance(made.finish(), Done)
    assert commits(made) == 1


def test_a_late_commit_survives_the_stubs_death(visit):
    made = visit("bank", on_submit("bank", "late-commit", times=1))
    with pytest.raises(Unknown):
        made.submit()
    made.hall.restart("bank")
    assert commits(made) == 1


# --- when -------------------------------------------------------------------------------------------


def fired(visit, *whens, times=8):
    for when in whens:
        visit.hall.stub("bank").mischief.add(fault({"do": "bom", **when}))
    return [ask(visit)[2].startswith(b"\xef") for _ in range(times)]


def test_only_the_nth_time(visit):
    assert fired(visit("bank"), {"nth": 3}, times=5) == [False, False, True, False, False]


def test_every_nth_time(visit):
    assert fired(visit("bank"), {"every": 2}, times=4) == [False, True, False, True]


def test_a_number_of_times(visit):
    assert fired(visit("bank"), {"times": 2}, times=4) == [True, True, False, False]


def test_only_one_operation_or_those_that_begin_alike(visit):
    assert not any(fired(visit("bank"), {"op": "KH0002"}, {"op": "GY*"}))
    assert all(fired(visit("bank"), {"op": "KH*"}))


def test_only_messages_whose_fields_match(visit):
    assert not any(fired(visit("bank"), {"where": {"head.SERIAL": "^2"}}))
    assert all(fired(visit("bank"), {"where": {"head.SERIAL": "^1{20}$", "head.CODE": "KH"}}))


def test_only_at_some_times_of_the_day_over_midnight_too(visit):
    made = visit("bank")
    assert not any(fired(made, {"between": ["17:00", "08:00"]}, times=1))
    made.hall.advance(hours=8)
    assert all(fired(made, times=2))
    made.hall.advance(hours=16)
    assert not any(fired(made, times=1))


def test_a_rate_falls_the_same_way_for_the_same_seed_and_differently_for_another():
    def run(seed):
        with Hall(only=("bank",), manual=True, seed=seed) as hall:
            made = Visit(hall, "bank")
            try:
                return fired(made, {"rate": 0.5}, times=24)
            finally:
                made.close()

    assert run(1) == run(1)
    assert run(1) != run(2)
    assert 4 < sum(run(1)) < 20


def test_a_fault_and_what_it_has_counted_outlive_the_stub(visit):
    made = visit("bank")
    assert not any(fired(made, {"nth": 3}, times=2))
    made.hall.restart("bank")
    assert fired(made, times=1) == [True]


def test_the_first_of_two_faults_goes_first(visit):
    made = visit("bank", {"do": "http", "times": 1, "at": "after-commit"}, {"do": "bom"})
    assert ask(made)[0] == 503
    assert ask(made)[2].startswith(b"\xef")


# --- as values --------------------------------------------------------------------------------------


@pytest.mark.parametrize("do", KINDS)
def test_every_fault_can_be_written_down_and_read_again(do):
    made = fault({"do": do})
    assert fault(json.loads(json.dumps(made.shown()))) == made
    assert made.kind.about


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({}, "no fault is called"),
        ({"do": "explode"}, "no fault is called 'explode'; there are close"),
        ({"do": "close", "when": 1}, "unknown 'when'"),
        ({"do": "busy", "at": "after-commit"}, "only before-commit"),
        ({"do": "close", "nth": 1, "every": 2}, "only one of"),
        ({"do": "close", "rate": 1.5}, "between 0 and 1"),
        ({"do": "close", "rate": "much"}, "of type float"),
        ({"do": "close", "times": True}, "of type int"),
        ({"do": "close", "times": -1}, "negative"),
        ({"do": "close", "between": ["25:00", "26:00"]}, "times of day"),
        ({"do": "close", "between": ["08:00"]}, "times of day"),
        ({"do": "close", "where": {"a": "("}}, "regular expressions"),
        ({"do": "close", "where": {"a": 1}}, "regular expressions"),
        ({"do": "http", "status": 200}, "400 to 599"),
        ({"do": "truncate", "share": 1}, "less than 1"),
        ({"do": "encoding", "encoding": "klingon"}, "one of utf-8"),
        ({"do": "forge", "how": "badly"}, "one of body"),
        (["close"], "is a table"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_reason(raw, says):
    with pytest.raises(FaultError, match=says):
        fault(raw)


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("bank", {"do": "drop"}, "it makes no calls"),
        ("tax", {"do": "bad-signature"}, "it knows closed, missing-field"),
        ("housing_fund", {"do": "busy"}, "it knows bad-signature"),
        ("bank", {"do": "session-expired"}, "it knows bad-signature, busy"),
    ],
)
def test_what_a_department_cannot_do_is_refused_with_a_reason(visit, name, raw, says):
    made = visit(name)
    with pytest.raises(FaultError, match=says):
        made.hall.stub(name).mischief.add(fault(raw))


def test_a_late_commit_is_worked_off_once(visit):
    made = visit("bank", on_submit("bank", "late-commit", times=1))
    with pytest.raises(Unknown):
        made.submit()
    made.hall.clock.advance(timedelta(minutes=5))
    made.hall.commits()
    reserved = [e for e in made.hall.stub("bank").store.journal() if e.operation == "KH0001"]
    assert [each.fault for each in reserved] == [""]
