"""The file of a city, and what is missing in it."""

from datetime import timedelta

import pytest

from kaiban.config import ConfigError, read_profile
from kaiban.domain.lapsing import DraftTerm
from tests.config.profiles import MINIMAL, profile, read


def test_the_shipped_city_is_read():
    found = read_profile(read())
    assert found.city.title == "示范市"
    assert next(iter(found.city.promises)) == "five_hours"
    assert found.city.promises["five_hours"].working == timedelta(hours=5)
    assert found.city.promises["three_days"].working == timedelta(hours=21)
    assert found.order[0] == "registration"
    assert "order" not in found.links


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


@pytest.mark.parametrize("name", ["nowhere", "/nowhere/city.toml"])
def test_a_profile_that_is_not_there_is_named(name):
    with pytest.raises(ConfigError, match="nowhere"):
        read_profile(read(city=name))


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


def test_a_draft_is_kept_for_thirty_days_unless_the_city_says_otherwise(tmp_path):
    assert profile(tmp_path, MINIMAL).drafts.kept == timedelta(days=30)
    assert profile(tmp_path, MINIMAL + "[drafts]\ndays = 7\n").drafts.kept == timedelta(days=7)
    for days in ("0", "367", '"7"', "1.5", "true"):
        with pytest.raises(ConfigError, match=r"drafts\.days"):
            profile(tmp_path, MINIMAL + f"[drafts]\ndays = {days}\n")


def test_a_city_says_when_owners_of_drafts_are_told_and_where_its_days_come_from(tmp_path):
    def read_drafts(said):
        return profile(tmp_path, f"{MINIMAL}[drafts]\n{said}\n").drafts

    assert read_drafts("") == DraftTerm(timedelta(days=30), "", (7, 1))
    found = read_drafts('days = 10\nbasis = " 本市规定 "\nreminders = [9, 3]')
    assert found == DraftTerm(timedelta(days=10), "本市规定", (9, 3))
    assert read_drafts("reminders = []").reminders == ()
    assert read_drafts("days = 5").reminders == (1,), "the usual ones, as far as they fit"
    assert read_drafts("days = 1").reminders == ()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("reminders = 7", r"drafts\.reminders: .* from 1 to 29"),
        ("reminders = [0]", r"drafts\.reminders"), ("reminders = [30]", r"drafts\.reminders"),
        ("days = 7\nreminders = [7]", r"drafts\.reminders: .* from 1 to 6"),
        ("days = 1\nreminders = [1]", r"drafts\.reminders"), ("reminders = [1, 1]", r"drafts\.reminders"),
        ("reminders = [true]", r"drafts\.reminders"), ('reminders = "7"', r"drafts\.reminders"),
        ("reminders = [[1]]", r"drafts\.reminders"), ("reminders = [1.0]", r"drafts\.reminders"),
        ("basis = 7", r"drafts\.basis: words, at most 120"), (f'basis = "{"规" * 121}"', r"drafts\.basis"),
        ("reminder = [7]", "drafts: no such setting: reminder"),
    ],
)  # fmt: skip
def test_wrong_days_for_drafts_stop_the_start_and_say_what_is_expected(tmp_path, wrong, named):
    with pytest.raises(ConfigError, match=named):
        profile(tmp_path, f"{MINIMAL}[drafts]\n{wrong}\n")


@pytest.mark.parametrize("table", ["notices.answer", "fetching"])
def test_days_ahead_that_are_no_list_are_named(tmp_path, table):
    term = f'[{table}]\nworking_days = 5\nbasis = "x"\nreminders = 2\n'
    with pytest.raises(ConfigError, match=rf"{table}\.reminders: a list"):
        profile(tmp_path, MINIMAL + term)


def test_the_gateway_for_texts_comes_from_the_profile_or_from_the_file_of_links(tmp_path):
    assert profile(tmp_path, MINIMAL).texts == {}
    ours = '[texts]\ngateway = "http"\n[texts.settings]\nurl = "http://sms.example"\n'
    found = profile(tmp_path, MINIMAL + ours)
    assert found.texts == {"gateway": "http", "settings": {"url": "http://sms.example"}}
    (tmp_path / "links.toml").write_text('[texts.settings]\nurl = "http://127.0.0.1:7100"\n')
    found = profile(tmp_path, MINIMAL + ours, links=str(tmp_path / "links.toml"))
    assert found.texts["settings"] == {"url": "http://127.0.0.1:7100"}
    assert "texts" not in found.links
