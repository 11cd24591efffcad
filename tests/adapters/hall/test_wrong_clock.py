"""The machine clock of a department is an hour wrong for a while: it may refuse us meanwhile, and works as soon as it is right."""

from datetime import timedelta

import pytest

from adapters.hall import Hall, RealClock
from kaiban.ports import Done, Misconfigured, NotFound, Pending, Retryable, Unknown
from tests.adapters.hall.offices import OFFICES, Visit

HOUR = timedelta(hours=1)


class Watch(RealClock):
    """What the department takes for real time: signatures, sessions and tickets live by it."""

    off = timedelta(0)

    def now(self):
        return super().now() + self.off


def nothing_happened(visit):
    """Whether what was said to an application means, or a look shows, that there is none."""
    try:
        return not isinstance(visit.submit(), Pending | Done)
    except (Misconfigured, Retryable):
        return True
    except Unknown:
        return isinstance(visit.query(), NotFound)


@pytest.mark.parametrize("off", [HOUR, -HOUR], ids=["ahead", "behind"])
@pytest.mark.parametrize("name", OFFICES)
def test_an_application_comes_to_its_end_and_is_effective_once(name, off):
    watch = Watch()
    with Hall(only=(name,), manual=True, seed=3, real=watch) as hall:
        visit = Visit(hall, name)
        watch.off = off
        missing = nothing_happened(visit)
        watch.off = timedelta(0)
        if missing:
            visit.submit()
        watch.off = off  # once more, with what was agreed upon in between
        missing = nothing_happened(visit)
        watch.off = timedelta(0)
        assert isinstance(visit.finish(), Done), missing
        visit.close()
        assert len(hall.commits()) == 1
