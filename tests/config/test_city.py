"""What a city may say of itself, and what not."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest

from kaiban.app import Kaiban
from kaiban.config import ConfigError
from kaiban.domain.city import Rates
from kaiban.domain.complaint import ComplaintRules
from kaiban.domain.papers.obligation import Lapse
from tests.config.profiles import MINIMAL, profile


def test_another_hall_may_be_the_usual_one(tmp_path):
    assert next(iter(profile(tmp_path, MINIMAL).city.halls)) == "a"
    assert list(profile(tmp_path, MINIMAL, hall="b").city.halls) == ["b", "a"]
    with pytest.raises(ConfigError, match="KAIBAN_HALL moon"):
        profile(tmp_path, MINIMAL, hall="moon")


def test_a_hall_day_is_counted_in_the_usual_hall(tmp_path):
    one = profile(tmp_path, MINIMAL).city.promises["one_day"]
    assert one.working == timedelta(hours=3)


def test_a_city_may_know_a_new_years_days_before_the_library_does(tmp_path):
    shifts = 'shifts = ["09:00-12:00"]'
    assert shifts in MINIMAL
    new_year = datetime(2099, 1, 5, 2, tzinfo=UTC)
    unknown = profile(tmp_path, MINIMAL).city.halls
    days = shifts + "\ndays_off = [2099-01-01]\nworking_days = [2099-01-03]\nloaded_years = [2099]"
    known = profile(tmp_path, MINIMAL.replace(shifts, days)).city.halls
    for halls, provisional in ((unknown, True), (known, False)):
        hall = next(iter(halls.values())).hours
        assert hall.is_provisional(new_year, new_year + timedelta(hours=1)) is provisional
    saturday = datetime(2099, 1, 3, 2, tzinfo=UTC)
    assert next(iter(known.values())).hours.is_open(saturday)
    assert not next(iter(unknown.values())).hours.is_open(saturday)


@pytest.mark.parametrize("table", ["halls", "promises"])
def test_a_city_has_a_hall_and_a_promise(tmp_path, table):
    kept = MINIMAL.split("[halls.a]", maxsplit=1)[0]
    other = {
        "halls": "[promises.p]\ntitle='p'\nworking_minutes=1\n",
        "promises": "[halls.h]\ntitle='h'\nshifts=['09:00-10:00']\n",
    }
    with pytest.raises(ConfigError, match=r"KAIBAN_CITY .*city\.toml"):
        profile(tmp_path, f"{kept}\n{other[table]}\n[{table}]\n")


def test_a_city_may_know_its_days_better(tmp_path):
    text = MINIMAL.replace(
        '["09:00-12:00"]', '["09:00-12:00"]\ndays_off = [2026-03-04]\nworking_days = [2026-03-07]'
    )
    hours = profile(tmp_path, text).city.halls["a"].hours
    assert hours.hall_day(date(2026, 3, 7)) == timedelta(hours=3)
    span = list(
        hours.open_spans(
            datetime(2026, 3, 3, 16, tzinfo=UTC), datetime(2026, 3, 4, 16, tzinfo=UTC)
        )
    )
    assert span == []


def test_a_city_says_what_materials_it_wants(tmp_path):
    usual = profile(tmp_path, MINIMAL).city.materials
    assert (usual.required, usual.limits.file_mb, usual.deferral.keys) == (False, 10, frozenset())
    text = f"""{MINIMAL}
[materials]
required = true
file_mb = 5
[deferral]
keys = ["lease"]
working_days = 10
version = "1"
commitment = "承诺"
"""
    found = profile(tmp_path, text).city.materials
    assert (found.required, found.limits.file_mb, found.limits.pages) == (True, 5, 60)
    assert (found.deferral.keys, found.deferral.working_days) == (frozenset({"lease"}), 10)


DEFERRAL = '[deferral]\nkeys = ["lease"]\nworking_days = 10\nversion = "2"\ncommitment = "承诺"\n'


def test_a_city_says_what_follows_a_promise_that_was_not_kept(tmp_path):
    usual = profile(tmp_path, MINIMAL + DEFERRAL).city.materials.deferral
    assert (usual.lapse, usual.reminders, usual.words("2")) == (Lapse.WINDOW, (2, 0), "承诺")
    more = (
        'lapse = "withdraw"\nreminders = [5, 1]\n[deferral.lapses]\nlease = "notice"\n'
        '[[deferral.earlier]]\nversion = "1"\ncommitment = "原来的承诺"\n'
    )
    found = profile(tmp_path, MINIMAL + DEFERRAL + more).city.materials.deferral
    assert (found.lapse, found.follows("lease"), found.reminders) == (
        Lapse.WITHDRAW, Lapse.NOTICE, (5, 1),
    )  # fmt: skip
    assert found.words("1") == "原来的承诺"


@pytest.mark.parametrize(
    "wrong",
    [
        'lapse = "fine"', "reminders = [2, 2]", "reminders = [-1]", "reminders = [true]", "moon = 1",
        '[deferral.lapses]\nlease = "fine"', '[deferral.lapses]\nidentity = "notice"',
        '[[deferral.earlier]]\nversion = "2"\ncommitment = "x"',
    ],
)  # fmt: skip
def test_wrong_rules_of_promises_stop_the_start(tmp_path, wrong):
    with pytest.raises(ConfigError, match="deferral"):
        profile(tmp_path, f"{MINIMAL}\n{DEFERRAL}{wrong}\n")


def test_a_city_says_by_when_complaints_are_answered(tmp_path):
    assert profile(tmp_path, MINIMAL).city.complaints == ComplaintRules(5, 3, "")
    own = '[complaints]\nanswer_days = 10\nrevisit_days = 1\nbasis = "本市办法第九条"\n'
    found = profile(tmp_path, MINIMAL + own).city.complaints
    assert found == ComplaintRules(10, 1, "本市办法第九条")


@pytest.mark.parametrize(
    "wrong",
    ["answer_days = 0", "answer_days = true", "revisit_days = 61", "basis = 1", "days = 5"],
)
def test_wrong_rules_for_complaints_stop_the_start(tmp_path, wrong):
    with pytest.raises(ConfigError, match="complaints"):
        profile(tmp_path, f"{MINIMAL}\n[complaints]\n{wrong}\n")


@pytest.mark.parametrize(
    "wrong",
    [
        '[materials]\nrequired = "yes"', "[materials]\nfile_mb = 0", "[materials]\nfile_mb = true",
        "[materials]\nmoon = 1", "[materials]\nunpacked_mb = 0", '[deferral]\nkeys = ["lease"]',
        '[deferral]\nkeys = ["lease"]\nworking_days = 0\nversion = "1"\ncommitment = ""',
    ],
)  # fmt: skip
def test_wrong_rules_of_materials_stop_the_start(tmp_path, wrong):
    with pytest.raises(ConfigError, match=r"KAIBAN_CITY .*city\.toml"):
        profile(tmp_path, f"{MINIMAL}\n{wrong}\n")


def test_a_city_says_how_often_strangers_may_cost_it_much(tmp_path):
    assert profile(tmp_path, MINIMAL).city.rates == Rates()
    found = profile(tmp_path, f"{MINIMAL}\n[rate_limits]\ndrafts_by_address = 7\n").city.rates
    assert found == Rates(drafts_by_address=7)
    words = "[rate_limits]\nrequests_by_token = 60\n[rate_limits.tokens]\nportal = 600\n"
    rates = profile(tmp_path, f"{MINIMAL}\n{words}").city.rates
    assert [rates.of_token(name) for name in ("portal", "other")] == [600, 60]


@pytest.mark.parametrize("wrong", ["drafts_by_address = 0", "uploads_by_draft = true", "moon = 1"])
def test_wrong_rate_limits_stop_the_start(tmp_path, wrong):
    with pytest.raises(ConfigError, match=r"KAIBAN_CITY .*city\.toml"):
        profile(tmp_path, f"{MINIMAL}\n[rate_limits]\n{wrong}\n")


def test_what_must_not_follow_later_is_named(tmp_path):
    shipped = files("kaiban").joinpath("cities/shifan.toml").read_text("utf-8")
    city = tmp_path / "city.toml"
    city.write_text(shipped.replace('"title_deed"]', '"title_deed", "permit"]'), "utf-8")
    with pytest.raises(ConfigError, match=r"deferral\.keys: permit"):
        _ = Kaiban({"KAIBAN_CITY": str(city)}).profile


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('departments = ["registration"]', 'departments = ["moon"]', r"departments: moon"),
        ('departments = ["registration"]', 'departments = ["registration"]\nwhen = { "premises.moon" = "own" }', r"the form has no premises\.moon"),
    ],
)  # fmt: skip
def test_a_commitment_about_what_is_not_there_stops_the_start(tmp_path, before, after, told):
    shipped = files("kaiban").joinpath("cities/shifan.toml").read_text("utf-8")
    assert before in shipped
    city = tmp_path / "city.toml"
    city.write_text(shipped.replace(before, after), "utf-8")
    with pytest.raises(ConfigError, match=rf"commitments\.premises.*{told}"):
        _ = Kaiban({"KAIBAN_CITY": str(city)}).profile


def test_wrong_commitments_stop_the_start(tmp_path):
    with pytest.raises(ConfigError, match=r"commitments\.premises\.title"):
        profile(tmp_path, f"{MINIMAL}\n[commitments.premises]\ntitle = ''\n")


def test_fees_are_words_and_none_is_no_fee_at_all(tmp_path):
    assert profile(tmp_path, MINIMAL).city.fees == {}
    assert profile(tmp_path, MINIMAL + '[fees]\nseal = "免费"\n').city.fees == {"seal": "免费"}
    for wrong in ("0", '""', f'"{"贵" * 61}"'):
        with pytest.raises(ConfigError, match=r"fees\.seal"):
            profile(tmp_path, MINIMAL + f"[fees]\nseal = {wrong}\n")


def test_a_city_says_how_its_notices_go_out_and_adds_to_the_catalogue(tmp_path):
    usual = profile(tmp_path, MINIMAL).city.notices
    assert (usual.wait, usual.hold) == (timedelta(0), timedelta(hours=1))
    own = '[notices]\nwait_minutes = 15\nword = "示告字"\n[[notices.catalogue]]\ncode = "window.fire"\nmessage = "请提供消防意见。"'
    found = profile(tmp_path, f"{MINIMAL}\n{own}\n").city.notices
    assert (found.wait, found.word) == (timedelta(minutes=15), "示告字")
    assert found.catalogue["window.fire"].message == "请提供消防意见。"
    assert found.catalogue["R03"].rule


@pytest.mark.parametrize(
    "wrong",
    [
        "wait_minutes = 481", "wait_minutes = true", "hold_minutes = -1", 'word = ""', "wait = 5",
        'word = "一二三四五六七八九十一二三四五六七八九十一"', '[[notices.catalogue]]\nmessage = "x"',
        '[[notices.catalogue]]\ncode = "x"\nmessage = "y"\nlaw = "z"',
    ],
)  # fmt: skip
def test_wrong_rules_for_notices_stop_the_start(tmp_path, wrong):
    with pytest.raises(ConfigError):
        profile(tmp_path, f"{MINIMAL}\n[notices]\n{wrong}\n")


def test_a_city_says_who_counts_as_an_agent_at_its_windows(tmp_path):
    assert profile(tmp_path, MINIMAL).city.desk.agent_cases == 5
    assert profile(tmp_path, MINIMAL + "[desk]\nagent_cases = 8\n").city.desk.agent_cases == 8
    for wrong in ("agent_cases = 1", "agent_cases = true", 'agent_cases = "5"', "agents = 5"):
        with pytest.raises(ConfigError, match="desk"):
            profile(tmp_path, f"{MINIMAL}\n[desk]\n{wrong}\n")


SHIFTS = 'shifts = ["09:00-12:00"]\n'
HOURS = """
weekdays.friday = ["09:00-11:00"]
[[halls.a.seasons]]
since = "06-01"
shifts = ["08:00-11:00"]
weekdays.wednesday = []
[[halls.a.seasons]]
since = "10-01"
shifts = ["09:00-12:00"]
[[halls.a.seasons]]
since = 2026-11-02
shifts = ["10:00-12:00"]
[halls.a.half_days]
2026-02-14 = ["09:00-10:00"]
"""


def test_a_city_says_seasons_other_fridays_and_half_days(tmp_path):
    city = profile(tmp_path, MINIMAL.replace(SHIFTS, SHIFTS + HOURS, 1)).city
    hours = city.halls["a"].hours
    told = {
        date(2026, 3, 4): "09:00-12:00", date(2026, 3, 6): "09:00-11:00", date(2026, 6, 2): "08:00-11:00",
        date(2026, 6, 3): "", date(2027, 6, 4): "08:00-11:00", date(2026, 10, 14): "09:00-12:00",
        date(2026, 11, 2): "10:00-12:00", date(2026, 2, 14): "09:00-10:00", date(2026, 3, 7): "",
    }  # fmt: skip
    assert {day: ",".join(map(str, hours.shifts_on(day))) for day in told} == told


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('name = "x"', 'nmae = "y"\nname = "x"', "nmae"), (SHIFTS, SHIFTS + "shift = 1\n", "shift"),
        ("hall_days = 1", "hall_days = 1\nnotice = 1", "notice"), ("hall_days = 1", "hall_days = 1\n[drafts]\nday = 1", "day"),
        (SHIFTS, SHIFTS + 'weekdays.fri = ["09:00-10:00"]\n', "fri"), (SHIFTS, SHIFTS + "half_days.2026-03-04 = []\n", "2026-03-04"),
        (SHIFTS, SHIFTS + 'seasons = [{since = "05-01", shift = []}]\n', "shift"),
        (SHIFTS, SHIFTS + 'seasons = [{since = 5, shifts = ["09:00-10:00"]}]\n', "since"),
        (SHIFTS, SHIFTS + 'seasons = [{since = "05-01", shifts = ["09:00-10:00"]}, {since = "05-01", shifts = ["09:00-10:00"]}]\n', "same day"),
        ("hall_days = 1", "hall_days = 1\n[rate_limits]\nuploads = 1", "uploads"),
        ("hall_days = 1", "hall_days = 1\n[materials]\nfiles = 1", "files"),
    ],
)  # fmt: skip
def test_what_a_profile_says_and_nobody_knows_stops_the_start(tmp_path, before, after, named):
    assert before in MINIMAL
    with pytest.raises(ConfigError, match=named):
        profile(tmp_path, MINIMAL.replace(before, after, 1))
