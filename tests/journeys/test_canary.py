"""What an applicant tells us about people is where it must be, and nowhere else.

A form is filled with names and numbers that stand nowhere else in the world, taken through much
that can happen to it, and then looked for wherever something is written down.
"""

import base64
import json
import logging
from collections import defaultdict
from functools import partial

import pytest
import structlog

import forms.sample
from forms.jsontext import read, write
from forms.values import checks
from kaiban.engine.dbos import DbosEngine
from kaiban.orchestrator.reporting.records import exchange_in_full
from tests.journeys.city import playing

SEED = 7
NAMES = (
    "骉法宝",
    "猋东升",
    "淼督明",
    "焱财文",
    "犇工甲测试有账户",
    "羴工乙测试在保",
    "毳工丙",
    "垚代办",
)


def _person(place):
    body = f"990102198{place}0{place + 1}1731{place}"
    return {
        "name": NAMES[place],
        "cert": body + checks.id_card_check(body),
        "mobile": f"140099977{place}3",
        "residence": f"示范市开元区金丝雀路七十{place}号",
    }


PEOPLE = [_person(place) for place in range(len(NAMES))]


def _form(city, trade_name=""):
    """Return the sample form with our people in the places of its own."""
    text = write(city.form(trade_name, SEED))
    for place, ours in enumerate(PEOPLE):
        theirs = forms.sample.person(SEED * len(PEOPLE) + place)
        for old, new in (
            (theirs["cert"]["no"], ours["cert"]), (theirs["mobile"], ours["mobile"]),
            (theirs["residence"], ours["residence"]), (f'"{theirs["name"]}"', f'"{ours["name"]}"'),
        ):  # fmt: skip
            text = text.replace(old, new)
    return dict(read(text))


def _traces(secret):
    """Return the ways in which a text may stand in a file."""
    yield from (secret.encode(each) for each in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"))
    yield json.dumps(secret)[1:-1].encode()
    for raw in (secret.encode(), secret.encode("gb18030")):
        yield raw.hex().encode()
        for shift in range(3):  # where the text begins within three bytes decides its base64
            first, end = -(-shift * 8 // 6), (shift + len(raw)) * 8 // 6
            yield base64.b64encode(bytes(shift) + raw)[first:end]


def _seen(content, fields=("name", "cert", "mobile", "residence")):
    secrets = [person[field] for person in PEOPLE for field in fields]
    return [secret for secret in secrets if any(trace in content for trace in _traces(secret))]


@pytest.mark.parametrize("coding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("before", ["", "1", "12", "123"])
def test_a_name_is_found_in_base64_and_nothing_but_a_name(coding, before):
    for name in NAMES:
        whole, half = f"{before}{name}后".encode(coding), f"{before}{name[:2]}".encode(coding)
        assert _seen(base64.b64encode(whole), ("name",)) == [name]
        # What is sealed is random bytes: a few of them are now and then those of half a name.
        assert _seen(base64.b64encode(half + bytes(9)), ("name",)) == []


class Both:
    """The test's engine, and beside it the real one, whose rows are looked through, too."""

    def __init__(self, ours, real):
        self.ours, self.real = ours, real
        self.waiting, self.end, self.is_queued = ours.waiting, ours.end, ours.is_queued

    def enqueue(self, connection, job, *delay):
        self.real.enqueue(connection, job, *delay)
        self.ours.enqueue(connection, job, *delay)


def _everything(theirs, ours):
    return (theirs.text + json.dumps(ours, ensure_ascii=False, default=repr)).encode()


def _tracked(city, numbers):
    """What the service kept of everything it said to departments."""
    return [
        exchange_in_full(each)
        for no in numbers
        for each in city.kaiban.cases.exchanges(no, limit=10_000)
    ]


def _kept(city, numbers):
    """The bytes kept of what was said to each department and by it, and how many messages of each hold secrets."""
    sent, received, secret = set(), set(), defaultdict(int)
    cases = city.kaiban.cases
    for no in numbers:
        for each in cases.exchanges(no, limit=10_000):
            for asked, answered in cases.passed(no, each.number):
                sent |= {(each.link, asked.content)} if asked.content is not None else set()
                received |= (
                    {(each.link, answered.content)} if answered.content is not None else set()
                )
                secret[each.link] += not (asked.sha256 or answered.sha256)
    return sent, received, secret


@pytest.fixture
def logged(caplog):
    """Everything anybody logs, ours and the libraries', as one text."""
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as ours:
        yield partial(_everything, caplog, ours)


@pytest.fixture
def city(tmp_path, sqlite_url):
    with playing(tmp_path, sqlite_url, pace=20, prints=True) as city:
        kaiban = city.kaiban
        kaiban.prepare_engine()
        real = DbosEngine(kaiban.database.engine, kaiban.wall.now)
        kaiban.engine = Both(kaiban.engine, real)
        yield city
        real.close()


def test_personal_data_is_kept_sealed_shown_masked_and_told_to_departments_only(
    city, logged, tmp_path
):
    bad = _form(city)
    bad["people"]["holders"][0]["cert"]["no"] = PEOPLE[0]["cert"][:-1] + "?"
    bad["people"]["holders"][1]["subscribed"] = PEOPLE[1]["name"]
    refused = city.hand_in(bad)
    assert refused.status_code == 422
    assert _seen(refused.content) == []

    without_staff = ("registration", "seal", "tax", "bank")
    ended = [city.submit(_form(city, "测试驳回登记")), city.submit(_form(city), *without_staff)]
    ended_in = [city.follow(no)["status"] for no in ended]
    assert ended_in == ["refused", "completed"]
    asked = city.follow(city.submit(_form(city, "测试超时社保")))
    assert asked["status"] == "needs_correction"  # two of the people are insured elsewhere
    told = b"".join(
        e.asked for name in city.hall.names for e in city.hall.stub(name).store.journal()
    )
    assert _seen(told)  # or nothing here would be worth looking for

    journal = [(name, e) for name in city.hall.names for e in city.hall.stub(name).store.journal()]
    sent, received, secret = _kept(city, [*ended, asked["case_no"]])
    assert sent <= {(name, e.asked) for name, e in journal}
    # One insurance answer was lost on the way: nothing was received.
    assert received <= {(name, e.answered) for name, e in journal} | {("social_insurance", b"")}
    assert {link for link, _ in received} == set(city.hall.names)
    # Sign-ins with the seal gateway and the insurance are not kept, everything else is.
    assert {link for link, count in secret.items() if count} == {"seal", "social_insurance"}

    tracked = json.dumps(_tracked(city, [*ended, asked["case_no"]]), ensure_ascii=False).encode()
    assert tracked.count(b'"asked"') > 30  # or there was nothing to be careful with
    assert _seen(tracked) == []
    assert _seen(logged()) == []
    package = b"".join(city.package(no, "json") for no in ended)
    assert _seen(package, ("cert", "mobile", "residence")) == []
    files = {path.name: path.read_bytes() for path in tmp_path.glob("kaiban.db*")}
    assert files
    assert {name: _seen(content) for name, content in files.items() if _seen(content)} == {}
