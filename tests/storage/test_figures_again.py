"""Figures are those that somebody else works out from the event log alone; the campaign does it with ten thousand cases."""

import pytest
from sqlalchemy import delete, update

from kaiban.domain.statistics.marks import MarkKind
from kaiban.storage.schema import case_facts, case_marks, case_minutes
from tests.storage.figured_again import GRANTED, differences, seen, some_cases

CASES = 300
LATER = case_facts.c.used + 1


def test_every_figure_of_the_watch_comes_out_the_same_from_the_events_alone(database):
    cases = some_cases(database, CASES, seed=20261201)
    assert differences(database, cases) == []
    hard = {*MarkKind, *GRANTED, "refused", "withdrawn", "yellow", "red"}
    assert all(seen(cases)[each] for each in hard)


@pytest.mark.parametrize(
    ("wrong", "figure"),
    [
        (update(case_facts).values(used=LATER), "median"),
        (update(case_facts).where(case_facts.c.level == "red").values(level=""), "red"),
        (delete(case_marks).where(case_marks.c.number == 1), "kinds"),
        (delete(case_minutes).where(case_minutes.c.kind == "link"), "links"),
        (delete(case_minutes).where(case_minutes.c.kind == "holder"), "owners"),
    ],
)
def test_figures_that_are_wrong_are_found(database, wrong, figure):
    cases = some_cases(database, 40, seed=7)
    with database.transaction() as connection:
        connection.execute(wrong)
    assert figure in {name for _, name, _, _ in differences(database, cases)}
