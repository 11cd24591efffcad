"""The race itself is run by make bench; here its rules are tried on those who need nothing installed."""

import pytest

from tests.bench import peers
from tests.bench.peers import courses, work
from tests.bench.peers.contestants import CONTESTANTS, running
from tests.databases import running_cluster


@pytest.fixture(scope="module")
def cluster():
    with running_cluster() as found:
        yield found


def test_the_critical_path_is_what_nobody_could_save():
    asked = [
        ["A", "registration", 1.0, 1.2], ["A", "tax", 1.3, 9.0], ["A", "seal", 1.3, 1.5],
        ["B", "seal", 0.0, 9.0], ["A", "bank", 1.6, 1.8], ["A", "merge", 9.1, 9.3],
    ]  # fmt: skip
    assert round(courses.critical_path(asked, "A"), 6) == 0.8
    with pytest.raises(AssertionError, match="bank"):
        courses.critical_path([*asked, ["A", "bank", 1.0, 1.1]], "A")


def test_every_department_is_told_what_the_plan_says():
    form = {"company": {"name": {"trade_name": "云岭"}}, "bank": {"branch_cnaps": "104"}}
    results = {"registration": {"credit_code": "9199"}, "seal": {"seal_no": "990"}}
    assert work.message("bank", form, results) == {
        "branch_cnaps": "104", "name": "云岭", "credit_code": "9199", "seal_no": "990",
    }  # fmt: skip
    assert work.message("merge", form, results) == {"results": results}


def test_a_worker_that_is_killed_shows_what_is_called_twice(tmp_path, cluster):
    with running("floor", tmp_path, cluster, 0.2) as it:
        found = courses.killed(it, 20)
    assert found.lost == 0
    assert found.repeated > 0, "it keeps nothing of what it was about to do"


def test_ours_is_measured_like_the_others(tmp_path, cluster):
    with running("kaiban", tmp_path, cluster, 0.05) as it:
        found = courses.killed(it, 6)
    assert (found.lost, found.repeated) == (0, 0)


def test_every_bound_is_about_somebody_who_takes_part():
    named = {name for who, whom, *_ in peers.RATIOS.values() for name in (who, whom)}
    assert named <= CONTESTANTS.keys()
    measured = {
        field for kind in (courses.Cost, courses.Pace, courses.Killed)
        for field in kind.__dataclass_fields__
    }  # fmt: skip
    assert {what for *_, what, _ in peers.RATIOS.values()} <= measured
