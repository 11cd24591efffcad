"""The upgrade of docs/operating.md with the real programs of two releases: one machine after the other, and back again.

The earlier release is a commit before the last migrations, out of the history of this clone.
"""

from datetime import date

import pytest

from kaiban.cli.demo_city.ports import free_port
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.storage.revisions import lacking, misfit
from tests.city import ENDED, SERVE, City, city
from tests.faults.release import NoHistoryError, Release
from tests.waiting import until

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(2400)]

LINKS = ("registration", "bank")
KAIBAN = SERVE[:-1]


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("earlier")
    try:
        with city(folder / "city", speed=1) as here:
            return Release.before_the_last_migrations(folder / "kaiban", here.environ)
    except NoHistoryError:
        pytest.skip("this clone's history does not reach back to the release before")


class Machine:
    """One release's web process and worker at a port and in a slot of their own, or nothing while it is stopped."""

    def __init__(self, city: City, slot: str, address: str, release: Release | None) -> None:
        self.city, self.slot, self.address, self.release = city, slot, address, release
        self._also = {"KAIBAN_PORT": address.rpartition(":")[2]}
        self._running = []

    def start(self) -> "Machine":
        root = {"root": self.release.root} if self.release else {}
        for role in (("web",), ("worker", "--slot", self.slot)):
            self._running.append(self.city.start(*KAIBAN, *role, also=self._also, **root))
        until(lambda: self.ready == 200, 300, self.city.log)
        return self

    def stop(self) -> None:
        for process in self._running:
            process.terminate()
            process.wait(60)
            self.city.processes.remove(process)
        self._running.clear()

    @property
    def ready(self) -> int:
        return self.asked("GET", "/readyz")

    def asked(self, method, path, **more):
        try:
            with self.city.session() as session:
                return session.request(method, self.address + path, timeout=30, **more).status_code
        except OSError:
            return 0

    def handed_in(self, seed: int) -> str:
        """A case of that seed, by a client who has this release's form."""
        day: date = self.city.hall.clock.now().astimezone(HALL_TIME).date()
        form = self.release.form(seed, day, LINKS) if self.release else self.city.form(seed, LINKS)
        with self.city.session() as session:
            answer = session.post(
                f"{self.address}/api/v1/cases", json=form,
                headers={"Idempotency-Key": f"key-{seed}"}, timeout=60,
            )  # fmt: skip
        assert answer.status_code == 201, answer.text
        return str(answer.json()["case_no"])

    def ended(self, no: str) -> bool:
        with self.city.session() as session:
            answer = session.get(f"{self.address}/api/v1/cases/{no}", timeout=60)
        return answer.json().get("status") in ENDED

    def carries(self, *numbers: str) -> None:
        """Return when these have ended, as this release tells it."""
        until(lambda: all(map(self.ended, numbers)), 300, self.city.log)


def test_two_machines_are_upgraded_one_after_the_other_and_go_back(found, database_url, release):
    city = found(database_url, installed=release.installed, apart=True)
    a = Machine(city, "a", city.address, release).start()
    b = Machine(city, "b", f"http://127.0.0.1:{free_port()}", release).start()
    a.carries(a.handed_in(1))
    in_flight = [b.handed_in(seed) for seed in (2, 3, 4)]
    assert not all(map(b.ended, in_flight)), "some are in flight"

    # The tables are brought up to date beside the old programs, which go on, and may be restarted.
    assert misfit(city.kaiban.database) == "migration"
    city.run(*KAIBAN, "db", "upgrade")
    assert (misfit(city.kaiban.database), lacking(city.kaiban.database)) == ("", [])
    assert (a.ready, b.ready) == (200, 200)
    a.carries(*in_flight, a.handed_in(5))
    b.stop()
    b.start().carries(b.handed_in(6))

    # Machine A has the new programs, B the old ones.
    a.stop()
    upgraded = Machine(city, "a", city.address, None).start()
    both = [upgraded.handed_in(7), b.handed_in(8), upgraded.handed_in(9), b.handed_in(10)]
    upgraded.carries(*both)
    b.carries(*both)

    # Then B, too; and back again.
    b.stop()
    upgraded.carries(upgraded.handed_in(11))
    upgraded.stop()
    a.start()
    last = a.handed_in(12)
    a.carries(*both, last)
    commits = [(c.enterprise, c.department, c.step) for c in city.hall.commits()]
    assert len(commits) == len(set(commits)) == 12 * len(LINKS)
