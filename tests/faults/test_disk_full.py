"""A disk that is full refuses every write of every process, and everything goes on when there is room again."""

import resource
from pathlib import Path

import pytest

from kaiban.domain.cases.states import CaseState
from tests.city import SERVE, city
from tests.waiting import until

#: No file may grow beyond this: as if its disk were full. Lifted again from outside.
FULL, ROOM = 0, resource.RLIM_INFINITY


def family(pid):
    """The process and all it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def limit(pid, size):
    for each in family(pid):
        resource.prlimit(each, resource.RLIMIT_FSIZE, (size, ROOM))


@pytest.mark.timeout(300)
def test_a_full_disk_is_told_and_the_service_heals_by_itself(tmp_path):
    with city(tmp_path / "city", speed=120, pace=4) as ours:
        served = ours.start(*SERVE)
        ours.wait_until_ready(150)
        before = ours.handed_in(1, ["registration", "seal"])
        limit(served.pid, FULL)
        with ours.session() as session:
            until(
                lambda: session.get(f"{ours.address}/readyz", timeout=60).status_code == 503,
                60,
                ours.log,
            )
            # Each of the web processes says so, also one that was not asked before.
            until(lambda: {asked_anew(ours) for _ in range(20)} == {503}, 60, ours.log)
            answer = handed_in(session, ours)
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["Retry-After"]) > 0
            limit(served.pid, ROOM)
            ours.wait_until_ready(150)
            taken = handed_in(session, ours)
            assert taken.status_code == 201, taken.text
        for no in (before, taken.json()["case_no"]):
            until(
                lambda no=no: ours.kaiban.cases.read(no).state is CaseState.COMPLETED,
                200,
                ours.log,
            )
        effective = [(each.enterprise, each.department, each.step) for each in ours.hall.commits()]
        assert len(effective) == len(set(effective)) == 4


def asked_anew(ours):
    with ours.session() as session:
        return session.get(f"{ours.address}/readyz", timeout=60).status_code


def handed_in(session, ours):
    return session.post(
        f"{ours.address}/api/v1/cases", json=ours.form(2, ["registration", "seal"]),
        headers={"Idempotency-Key": "key-2"}, timeout=120,
    )  # fmt: skip
