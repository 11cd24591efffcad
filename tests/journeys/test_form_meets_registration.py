"""What the form accepts, the registrar's adapter can say and the registrar takes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.hall import Hall, RealClock
from adapters.registration import RegistrationAdapter
from forms import opening, sample
from kaiban.orchestrator.needs import prepare
from kaiban.ports import Done, Key, Pending, Prepared

MORNING = datetime.combine(sample.SAMPLE_DAY, datetime.min.time(), UTC) + timedelta(hours=2)


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    options = {"epoch": MORNING, "manual": True, "always_open": True, "pace": 1000}
    with Hall(only=("registration",), **options) as hall:
        yield hall


@pytest.fixture(scope="module")
def adapter(hall) -> Iterator[RegistrationAdapter]:
    adapter = RegistrationAdapter(hall.settings("registration"), clock=RealClock())
    yield adapter
    adapter.http.close()


def taken(adapter, entry, case):
    """Hand a form in as the engine would, and return the registrar's answer."""
    checked = opening.check(entry, today=sample.SAMPLE_DAY)
    assert checked.defects == ()
    prepared = prepare(adapter, checked.form, Key(case, "registration", "main"))
    assert isinstance(prepared, Prepared), prepared
    return adapter.submit(prepared)


@pytest.mark.parametrize("seed", range(1, 21))
def test_a_sample_form_is_registered(hall, adapter, seed):
    outcome = taken(adapter, sample.sample(seed), f"seed-{seed}")
    assert isinstance(outcome, Pending), outcome
    hall.advance(minutes=5)
    assert isinstance(adapter.query(outcome.ref), Done)


@pytest.mark.parametrize("name", sample.names())
def test_a_handmade_form_is_registered(hall, adapter, name):
    outcome = taken(adapter, sample.handmade(name), f"handmade-{name}")
    assert isinstance(outcome, Pending), outcome
    hall.advance(minutes=5)
    assert isinstance(adapter.query(outcome.ref), Done)


def tightest():
    """Return a form whose answers are as short, long or strange as it allows."""
    form = sample.sample(101)
    company, people = form["company"], form["people"]
    company["capital"]["amount"] = company["capital"]["amount"] * 100
    company["scope"]["items"].append({"code": "P103", "permit": "准"})
    company["name"] |= {
        "trade_name": "禾映",
        "industry": "数字农业全程机械化作业与粮食烘干仓储服务",
    }
    company["name"]["reservation_no"] = "号" * 32
    company["email"] = "a" * 52 + "@example.com"
    company["contact_phone"] = "0999-88000012-123456"
    people["legal_rep"]["residence"] = "村"
    people["liaison"]["cert"] = {"type": "military", "no": "7"}
    people["finance_officer"]["cert"] = {"type": "military", "no": "南字第 000123456789 号 A"}
    people["holders"][0]["subscribed"] = people["holders"][0]["subscribed"] * 100
    people["holders"][0]["paid_in"] = 0
    people["holders"][1] = {
        "kind": "enterprise",
        "name": "A" * 60,
        "cert": {"type": "credit_code", "no": sample.credit_code(7)},
        "subscribed": 4000,
        "mode": "other",
        "due_date": people["holders"][0]["due_date"],
    }
    return form


def test_the_shortest_and_longest_answers_are_taken(hall, adapter):
    outcome = taken(adapter, tightest(), "tightest")
    assert isinstance(outcome, Pending), outcome
    hall.advance(minutes=5)
    assert isinstance(adapter.query(outcome.ref), Done)
