"""What the form accepts, every department's adapter can say and every department takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

from adapters.hall import Hall, RealClock
from adapters.kit.examine import adapter_class
from forms import applicants, opening
from forms.locality import NATIONAL
from forms.sample import SAMPLE_DAY, trade_name
from forms.values.addresses import completed
from kaiban.orchestrator.departments import with_facts
from kaiban.orchestrator.needs import prepare
from kaiban.ports import Done, Key, Pending, Prepared

MORNING = datetime.combine(SAMPLE_DAY, datetime.min.time(), UTC) + timedelta(hours=2)
LINKS = ("registration", "seal", "tax", "bank", "social_insurance", "housing_fund")


class Everybody:
    """All departments, asked one application after the other; time goes on between."""

    def __init__(self, hall):
        self.hall = hall
        self.numbers = count(1)
        self.adapters = {
            name: adapter_class(name)(hall.settings(name), clock=RealClock()) for name in LINKS
        }

    def accept(self, entry):
        """Hand a form in to every department that applies; each takes it, and the registrar grants it.

        Each is about a name of its own: one name is given once.
        """
        number = next(self.numbers)
        entry["company"]["name"]["trade_name"] = trade_name(number)
        key, excluded = f"case-{number}", applicants.not_applying(entry, NATIONAL)
        checked = opening.check(
            entry, today=SAMPLE_DAY, wanted=set(entry) - {applicants.APPLICANT}
        )
        assert checked.defects == ()
        facts: dict[str, str] = {}
        for name, adapter in self.adapters.items():
            if name in excluded:
                continue
            for step in adapter.manifest.steps:
                said = with_facts(completed(checked.form), facts)
                prepared = prepare(adapter, said, Key(key, name, step.name))
                assert isinstance(prepared, Prepared), (name, prepared)
                outcome = adapter.submit(prepared)
                assert isinstance(outcome, Pending | Done), (name, outcome)
                facts |= self._granted(adapter, outcome) if name == "registration" else {}
        return facts["credit_code"]

    def _granted(self, adapter, outcome):
        self.hall.advance(minutes=5)
        done = adapter.query(outcome.ref)
        assert isinstance(done, Done), done
        return {"credit_code": str(done.result["credit_code"])}


@contextmanager
def everybody() -> Iterator[Everybody]:
    """Open all departments: they work at any hour, and a thousand times as fast as people."""
    options = {"epoch": MORNING, "manual": True, "always_open": True, "pace": 1000}
    with Hall(only=LINKS, **options) as hall:
        found = Everybody(hall)
        yield found
        for adapter in found.adapters.values():
            adapter.http.close()
