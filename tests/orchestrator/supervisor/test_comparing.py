"""Halls are compared with the same mix of cases, and small numbers are no comparison."""

from datetime import date
from decimal import Decimal

from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.orchestrator.supervisor.comparing import halls
from kaiban.ports.statistics import Scope

SCOPE = Scope(date(2026, 3, 1), date(2026, 3, 31))
#: By how many links were wanted: with one, and with all six. A has the harder cases.
KEPT = {"a": {1: Share(81, 87), 6: Share(192, 263)}, "b": {1: Share(234, 270), 6: Share(55, 80)}}


class Known:
    """Figures that are known."""

    def __init__(self, kept, lengths=()):
        self.kept, self.known = kept, dict(lengths)

    def promises_kept(self, scope):
        assert scope.hall == "", "the mix is the whole city's"
        return self.kept

    def lengths(self, scope):
        return self.known


def test_the_same_mix_turns_the_order_round():
    a, b = halls(Known(KEPT), SCOPE)
    assert b.kept.percent > a.kept.percent
    assert (a.standardised, b.standardised) == (Decimal("83.25"), Decimal("77.89"))
    assert not a.differs


def test_a_hall_is_measured_against_all_others_together():
    kept = {"a": {6: Share(10, 100)}, "b": {6: Share(90, 100)}, "c": {6: Share(80, 100)}}
    found = {each.hall: each.differs for each in halls(Known(kept), SCOPE)}
    assert found == {"a": True, "b": True, "c": True}


def test_one_hall_alone_is_told_with_the_mix_of_all():
    [one] = halls(Known(KEPT), Scope(SCOPE.first, SCOPE.last, "b"))
    assert (one.hall, one.standardised) == ("b", Decimal("77.89"))


def test_two_halls_with_a_case_each_of_which_one_is_open_are_not_compared():
    known = Known(
        {"a": {6: Share(1, 1)}},
        {"a": (Spread({60: 1}), Spread({})), "b": (Spread({}), Spread({200: 1}))},
    )
    [one] = halls(known, SCOPE)
    assert (one.standardised, one.differs, one.typical) == (None, False, None)


def test_what_is_open_makes_the_typical_time_at_least_so_long():
    known = Known(KEPT, {"a": (Spread.of([10, 20, 30, 40, 50]), Spread({100: 5}))})
    a, b = halls(known, SCOPE)
    assert a.typical == (50, False)
    assert b.typical is None
