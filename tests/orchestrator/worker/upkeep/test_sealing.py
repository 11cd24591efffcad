"""The sealer chains, asks for stamps now and then, goes on when there are none, and says when it falls behind."""

from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from kaiban.domain.audit.chain import Head
from kaiban.orchestrator.worker.upkeep.sealing import ALARM, SAY_EVERY, STAMP_EVERY, Sealing

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
HEAD = Head("2026-12-01", 7, "f" * 64)


class Chain:
    """So many batches to chain; one place that waits for its stamp."""

    def __init__(self, batches=0):
        self.batches, self.stamped, self.since = batches, [], None

    def advance(self, _now):
        self.batches -= 1
        return int(self.batches >= 0)

    def unstamped(self):
        return None if self.stamped else HEAD

    def stamp(self, head, token):
        self.stamped.append((head, token))

    def lag(self):
        return None, self.since


class House:
    def __init__(self, stamp, batches=0):
        self.at, self.kept, self.chain = NOW, [], Chain(batches)
        self.sealing = Sealing(
            self.chain, lambda: self.at, stamp, lambda *anchor: self.kept.append(anchor)
        )

    def turn(self, **later):
        self.at += timedelta(**later)
        return self.sealing.turn()


def test_it_chains_first_and_then_has_it_stamped_and_kept_elsewhere():
    house = House(lambda _head: b"token", batches=2)
    assert [house.turn(seconds=1) for _ in range(3)] == [True, True, False]
    assert house.chain.stamped == house.kept == [(HEAD, b"token")]


def test_an_authority_that_fails_is_asked_again_after_a_while():
    asked = []

    def fails(head):
        asked.append(head)
        raise OSError

    house = House(fails)
    with capture_logs() as logs:
        house.turn()
        house.turn(seconds=1)
        house.turn(seconds=STAMP_EVERY.total_seconds())
    assert len(asked) == 2
    assert [each["event"] for each in logs] == ["audit_anchor_missing"] * 2
    assert house.kept == []


def test_it_says_once_a_minute_that_it_is_behind():
    house = House(lambda _head: b"token")
    house.chain.stamped = [HEAD]
    house.chain.since = NOW - ALARM
    with capture_logs() as logs:
        house.turn()
        house.turn(seconds=SAY_EVERY.total_seconds())
        house.turn(seconds=1)
    assert [(each["event"], each["minutes"]) for each in logs] == [("audit_behind", 11)]


def test_without_an_authority_it_only_chains():
    house = House(None, batches=1)
    house.chain.since = NOW - timedelta(days=1)
    with capture_logs() as logs:
        house.turn()
        house.turn()
    assert (house.chain.stamped, logs) == ([], [])
