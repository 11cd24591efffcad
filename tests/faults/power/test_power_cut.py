"""The power fails at any moment while cases are handed in and worked on: what was said stands in the rows."""

import random
import signal
import time
from collections import Counter

import pytest

from kaiban.app import Kaiban
from tests.city import ENDED
from tests.faults.books import Kind
from tests.faults.conftest import ROW
from tests.faults.planted import program
from tests.faults.power.cutting import DATABASE, Recording, cuts, violations
from tests.faults.power.recording import is_over, traced
from tests.faults.table import Row
from tests.waiting import until

CUTS = 1200
#: One in so many is opened by the service's own eyes, too.
LOOKS = 40
LINKS = (["registration", "bank"], ["registration", "seal"])


@pytest.fixture
def recorded(found):
    """Record a service from its start to its end, while so many cases go from form to package."""

    def record(cases, bug=""):
        city = found()
        city.kaiban.database.close()
        folder, port = city.folder, int(city.address.rpartition(":")[2])
        before = (folder / DATABASE).read_bytes()
        log = folder / "calls"
        service = city.start(*traced(log, *program("+".join(filter(None, ("marked", bug))))))
        city.wait_until_ready()
        numbers = [city.handed_in(seed, LINKS[seed % len(LINKS)]) for seed in range(cases)]
        until(lambda: all(ended(city, no) for no in numbers), 600, city.log)
        service.send_signal(signal.SIGTERM)
        service.wait()
        until(lambda: is_over(log, service.pid))
        return city, Recording(log, folder, port, before)

    return record


def ended(city, no):
    """As the service tells it: another pair of eyes at the database would change it unrecorded."""
    with city.session() as session:
        answer = session.get(f"{city.address}/api/v1/cases/{no}", timeout=60)
    return answer.ok and answer.json()["status"] in ENDED


@pytest.fixture
def struck(tmp_path, request):
    """Cut the power of a recorded service so many times: the row of the campaign."""
    folder = tmp_path / "rebuilt"
    folder.mkdir()

    def strike(city, recording, count, bug="", tells=()):
        began, wrong, said, told = time.monotonic(), Counter(), [], []
        for n, left in enumerate(cuts(recording, count, random.Random(1))):
            found = list(violations(left, folder))
            wrong.update(each.kind for each in found)
            said += [each.text for each in found[:3]]
            told.append(len(left.told))
            if not bug and n % LOOKS == 0:
                assert_read(city, folder, left.told)
        row = Row(
            "cut the power", "SQLite", max(told), told, wrong, bug, tells,
            f"{len(told)} cuts, {said[:20]}", time.monotonic() - began,
        )  # fmt: skip
        request.node.user_properties.append((ROW, list(row.cells)))
        return row

    return strike


def assert_read(city, folder, numbers):
    kaiban = Kaiban({**city.environ, "KAIBAN_DATABASE": f"sqlite:///{folder}/{DATABASE}"})
    assert kaiban.what_is_missing() == []
    assert [kaiban.cases.read(no).no for no in numbers] == list(numbers)
    kaiban.database.close()


def assert_whole(recording):
    """What the record leads to is what is there: nothing was done that it does not know."""
    there = {
        name: (recording.folder / name).read_bytes()
        for name in (DATABASE, f"{DATABASE}-wal")
        if (recording.folder / name).exists()
    }
    assert recording.after == there


@pytest.mark.timeout(300)
def test_a_power_cut_takes_nothing_that_was_acknowledged(recorded, struck):
    city, recording = recorded(1)
    assert_whole(recording)
    row = struck(city, recording, 60)
    assert row.passed, row.summary
    assert row.cases == 1


@pytest.mark.campaign
@pytest.mark.timeout(5400)
def test_a_thousand_power_cuts_take_nothing_that_was_acknowledged(recorded, struck, size):
    cases = max(size.cases // 10, 1)
    city, recording = recorded(cases)
    assert_whole(recording)
    row = struck(city, recording, CUTS)
    assert row.passed, row.summary
    assert (row.cases, len(row.open)) == (cases, CUTS)


@pytest.mark.campaign
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("bug", "tells"),
    [("careless", (Kind.LOST, Kind.OTHER)), ("early-answer", (Kind.LOST,))],
    ids=["a disk that is not waited for", "an answer before the commit"],
)
def test_a_bug_is_noticed_when_the_power_fails(recorded, struck, bug, tells):
    city, recording = recorded(2, bug)
    row = struck(city, recording, 300, bug, tells)
    assert all(row.wrong[kind] for kind in tells), row.summary
