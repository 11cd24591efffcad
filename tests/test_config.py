from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest

from kaiban.app import Kaiban
from kaiban.config import SETTINGS, ConfigError, RunningClock, Settings, read_profile, resolve
from kaiban.domain.city import Rates
from kaiban.domain.complaint import ComplaintRules
from kaiban.domain.papers.obligation import Lapse

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)

MINIMAL = """
name = "x"
title = "某市"
region = "990200"
hall_title = "大厅"
[halls.a]
title = "甲"
shifts = ["09:00-12:00"]
[halls.b]
title = "乙"
shifts = ["00:00-24:00"]
every_day = true
[promises.one_day]
title = "一日"
hall_days = 1
"""


def read(**environ):
    return Settings.read({f"KAIBAN_{name.upper()}": text for name, text in environ.items()})


def profile(tmp_path, text, **environ):
    path = tmp_path / "city.toml"
    path.write_text(text, encoding="utf-8")
    return read_profile(read(city=str(path), **environ))


def test_without_any_setting_all_have_their_usual_value():
    settings = Settings.read({"PATH": "/bin"})
    assert (settings.env, settings.database) == ("development", "sqlite:///var/kaiban.db")
    assert set(SETTINGS) == set(vars(settings))


def test_an_empty_setting_is_none():
    assert read(port="").port == 8000


def test_the_folder_reaches_into_the_settings_that_lie_in_it():
    settings = read(var="/srv/k")
    assert settings.database == "sqlite:////srv/k/kaiban.db"
    assert settings.keys == "file:/srv/k/secrets/field.keys"


def test_every_wrong_setting_is_named_at_once():
    with pytest.raises(ConfigError) as caught:
        read(env="test", port="x", workers="0", poll_seconds="nan", log="xml", nonsense="1")
    for name in ("ENV", "PORT", "WORKERS", "POLL_SECONDS", "LOG", "NONSENSE"):
        assert f"KAIBAN_{name}" in str(caught.value)


@pytest.mark.parametrize(
    "ours", ["kaiban.example", "ftp://a.example", "https://", "https://a.example/kaiban", "https://u@a.example", "http://a:x"]
)  # fmt: skip
def test_our_own_address_is_scheme_host_and_port(ours):
    assert read(base_url="https://a.example:8443/").base_url == "https://a.example:8443"
    with pytest.raises(ConfigError, match="KAIBAN_BASE_URL"):
        read(base_url=ours)


@pytest.mark.parametrize("proxies", ["0.0.0.0/0", "::/0", "nginx", "10.0.0.1/8"])
def test_trusted_proxies_are_addresses_and_never_everybody(proxies):
    assert len(read(trusted_proxies="127.0.0.1, 10.0.0.0/24").trusted_proxies) == 2
    with pytest.raises(ConfigError, match="KAIBAN_TRUSTED_PROXIES"):
        read(trusted_proxies=proxies)


@pytest.mark.parametrize("port", ["-1", "0", "65536"])
def test_a_port_is_a_port(port):
    with pytest.raises(ConfigError, match="KAIBAN_PORT"):
        read(port=port)


@pytest.mark.parametrize("poll", ["inf", "-1", "0", "nan"])
def test_a_pause_is_a_number_above_nothing(poll):
    with pytest.raises(ConfigError, match="KAIBAN_POLL_SECONDS"):
        read(poll_seconds=poll)


def test_production_has_no_demonstration_clock():
    clock = {"demo_clock": "2026-03-04T09:00+08:00@2026-03-04T09:00+08:00x60"}
    assert read(**clock).clock
    with pytest.raises(ConfigError, match="DEMO_CLOCK"):
        read(env="production", **clock)


def test_the_shipped_city_is_read():
    found = read_profile(read())
    assert found.city.title == "示范市"
    assert next(iter(found.city.promises)) == "five_hours"
    assert found.city.promises["five_hours"].working == timedelta(hours=5)
    assert found.city.promises["three_days"].working == timedelta(hours=21)
    assert found.order[0] == "registration"
    assert "order" not in found.links


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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('region = "990200"\n', ""), ('shifts = ["09:00-12:00"]', 'shifts = ["9-12"]'),
        ('shifts = ["09:00-12:00"]', 'shifts = ["12:00-09:00"]'), ("hall_days = 1", ""),
        ("[promises.one_day]", "[promises"), ('shifts = ["09:00-12:00"]', "shifts = 9"),
        ('shifts = ["09:00-12:00"]', "shifts = []"),
    ],
)  # fmt: skip
def test_a_wrong_profile_stops_the_start_and_names_the_file(tmp_path, before, after):
    assert before in MINIMAL
    with pytest.raises(ConfigError, match=r"KAIBAN_CITY .*city\.toml"):
        profile(tmp_path, MINIMAL.replace(before, after))


@pytest.mark.parametrize("table", ["halls", "promises"])
def test_a_city_has_a_hall_and_a_promise(tmp_path, table):
    kept = MINIMAL.split("[halls.a]", maxsplit=1)[0]
    other = {
        "halls": "[promises.p]\ntitle='p'\nworking_minutes=1\n",
        "promises": "[halls.h]\ntitle='h'\nshifts=['09:00-10:00']\n",
    }
    with pytest.raises(ConfigError, match=r"KAIBAN_CITY .*city\.toml"):
        profile(tmp_path, f"{kept}\n{other[table]}\n[{table}]\n")


@pytest.mark.parametrize("name", ["nowhere", "/nowhere/city.toml"])
def test_a_profile_that_is_not_there_is_named(name):
    with pytest.raises(ConfigError, match="nowhere"):
        read_profile(read(city=name))


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


def test_the_links_settings_come_from_their_own_file(tmp_path):
    path = tmp_path / "links.toml"
    path.write_text('[tax]\nadapter = "tax"\n[tax.settings]\nurl = "http://127.0.0.1:1"\n')
    assert profile(tmp_path, MINIMAL, links=str(path)).links["tax"]["adapter"] == "tax"
    path.write_text("[tax")
    with pytest.raises(ConfigError):
        profile(tmp_path, MINIMAL, links=str(path))


def test_a_links_file_adds_to_what_the_profile_says_of_a_link(tmp_path):
    path = tmp_path / "links.toml"
    path.write_text('[tax.settings]\nurl = "http://127.0.0.1:1"\n')
    counter = MINIMAL + '[links]\norder = ["tax"]\n[links.tax]\nadapter = "counter"\n'
    found = profile(tmp_path, counter, links=str(path))
    assert found.links == {
        "tax": {"adapter": "counter", "settings": {"url": "http://127.0.0.1:1"}}
    }
    assert found.order == ("tax",)


def test_secrets_come_by_reference_only(tmp_path):
    (tmp_path / "key").write_text(" s3cret\n")
    raw = {
        "key": f"file:{tmp_path / 'key'}",
        "deep": {"pin": "env:PIN"},
        "n": 5,
        "url": "http://x",
    }
    assert resolve(raw, {"PIN": "1234"}) == {
        "key": "s3cret", "deep": {"pin": "1234"}, "n": 5, "url": "http://x",
    }  # fmt: skip


@pytest.mark.parametrize("reference", ["env:NOPE", "file:/nope"])
def test_a_reference_to_nothing_is_named(reference):
    with pytest.raises(ConfigError, match=r"(?i)nope"):
        resolve(reference, {})


class Wall:
    def __init__(self, at):
        self.at = at

    def __call__(self):
        return self.at


def test_without_a_setting_business_time_is_real_time():
    wall = Wall(NOON)
    clock = RunningClock.read("", wall)
    wall.at += timedelta(minutes=5)
    assert clock.now() == wall.at
    assert (
        clock.real(timedelta(minutes=1))
        == clock.business(timedelta(minutes=1))
        == timedelta(minutes=1)
    )


def test_a_demonstration_clock_stands_still_until_it_begins_and_then_runs_faster(tmp_path):
    begins = tmp_path / "begins"
    clock = RunningClock.read(f"2026-03-04T09:00+08:00@{begins}x60", wall := Wall(NOON))
    assert clock.now() == datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
    begins.write_text("2026-11-22T04:00:00+00:00")
    wall.at = datetime(2026, 11, 22, 4, 1, tzinfo=UTC)
    assert clock.now() == datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    assert clock.real(timedelta(hours=1)) == timedelta(minutes=1)
    assert clock.business(timedelta(minutes=1)) == timedelta(hours=1)


@pytest.mark.parametrize(
    "text",
    ["x", "@x", "2026-03-04T09:00+08:00", "2026-03-04T09:00+08:00@begins",
     "2026-03-04T09:00+08:00@beginsx0", "2026-03-04T09:00@beginsx1",
     "2026-03-04T09:00+08:00@beginsxinf"],
)  # fmt: skip
def test_a_clock_that_cannot_be_read_is_named(text):
    with pytest.raises(ConfigError, match="KAIBAN_DEMO_CLOCK"):
        RunningClock.read(text, Wall(NOON))


def test_a_draft_is_kept_for_thirty_days_unless_the_city_says_otherwise(tmp_path):
    assert profile(tmp_path, MINIMAL).drafts == timedelta(days=30)
    assert profile(tmp_path, MINIMAL + "[drafts]\ndays = 7\n").drafts == timedelta(days=7)
    for days in ("0", "367", '"7"', "1.5"):
        with pytest.raises(ConfigError, match=r"drafts\.days"):
            profile(tmp_path, MINIMAL + f"[drafts]\ndays = {days}\n")


def test_the_gateway_for_texts_comes_from_the_profile_or_from_the_file_of_links(tmp_path):
    assert profile(tmp_path, MINIMAL).texts == {}
    ours = '[texts]\ngateway = "http"\n[texts.settings]\nurl = "http://sms.example"\n'
    found = profile(tmp_path, MINIMAL + ours)
    assert found.texts == {"gateway": "http", "settings": {"url": "http://sms.example"}}
    (tmp_path / "links.toml").write_text('[texts.settings]\nurl = "http://127.0.0.1:7100"\n')
    found = profile(tmp_path, MINIMAL + ours, links=str(tmp_path / "links.toml"))
    assert found.texts["settings"] == {"url": "http://127.0.0.1:7100"}
    assert "texts" not in found.links


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
