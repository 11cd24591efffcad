"""Posting, rating and looking from the command line, on a case that has ended."""

import json

import pytest

from kaiban.app import Kaiban
from kaiban.orchestrator.applicant.aftercare.complaining import Grievance, complain
from tests.cli.test_commands import kaiban, kaiban_apart, sample, written


@pytest.fixture(scope="module")
def no(home, tmp_path_factory):
    """A case that wants its package by post."""
    form = sample(home)
    form["delivery"] = {
        "mode": "post", "recipient": "张三", "phone": "13800000000",
        "address": "示范市开元区青云路 18 号",
    }  # fmt: skip
    file = written(tmp_path_factory.mktemp("form") / "form.json", form)
    return json.loads(kaiban(home, "case", "submit", file, "--json").stdout)["case_no"]


def test_what_was_not_made_cannot_be_posted(home, no):
    parcel = ("case", "post", no, "--tracking", "1234567890123", "--by", "ck04")
    assert kaiban(home, *parcel).returncode == 2, "nobody of that name"
    kaiban(home, "user", "add", "ck04", "--name", "赵四", "--role", "window")
    refused = kaiban(home, *parcel)
    assert refused.returncode == 1
    assert "posting.not_ready" in refused.stderr


def test_the_window_sees_how_the_package_is_wanted_and_changes_it_as_told(home, no, tmp_path):
    shown = kaiban(home, "case", "delivery", no).stdout
    assert "收件地址  示范市开元区青云路 18 号" in shown
    assert shown.endswith("--choice 0\n")
    assert "领取方式 邮寄" in kaiban(home, "case", "show", no).stdout
    wrong = written(tmp_path / "wrong.json", {"mode": "post"})
    refused = kaiban(home, "case", "delivery", no, wrong)
    assert (refused.returncode, refused.stderr.count("[delivery.post]")) == (1, 3)
    changed = kaiban(
        home, "case", "delivery", no, written(tmp_path / "w.json", {"mode": "window"})
    )
    assert "领取方式 窗口自取  " in changed.stdout
    told = json.loads(kaiban(home, "case", "show", no, "--json").stdout)["delivery"]
    assert (told["choice"], told["changed_by"]) == (1, "window")
    assert kaiban(home, "case", "hand-out", no, "--by", "ck05").returncode == 2
    kaiban(home, "user", "add", "ck05", "--name", "王五", "--role", "window")
    not_yet = kaiban(home, "case", "hand-out", no, "--by", "ck05")
    assert (not_yet.returncode, "posting.not_ready" in not_yet.stderr) == (1, True)


def test_a_case_is_rated_when_it_has_ended_and_not_before(home, no):
    assert "rating.too_early" in kaiban(home, "case", "rate", no, 5).stderr
    assert kaiban(home, "case", "rate", no, 6).returncode == 2
    reply = ("case", "answer", no, "谢谢", "--json", "--by")
    assert kaiban(home, *reply, "somebody").returncode == 2, "no free text"
    kaiban(home, "user", "add", "ck06", "--name", "钱六", "--role", "hall_manager")
    refused = kaiban(home, *reply, "ck06")
    assert (refused.returncode, json.loads(refused.stdout)["ok"]) == (1, False)


def test_a_case_on_its_way_has_a_forecast(home, no):
    shown = kaiban(home, "case", "forecast", no)
    assert shown.stdout.startswith("预计 20")
    assert "registration  按部门承诺" in shown.stdout
    told = json.loads(kaiban(home, "case", "forecast", no, "--json").stdout)["forecast"]
    assert told["likely"] <= told["late"]


def test_the_owner_can_be_told_who_saw_a_case(home, no):
    assert kaiban(home, "case", "seen", no).stdout == ""  # nothing sent yet, and it is our own
    assert json.loads(kaiban(home, "case", "seen", no, "--json").stdout) == {
        "case_no": no, "disclosures": [],
    }  # fmt: skip


def test_old_things_are_dropped_on_demand(home):
    dropped = kaiban(home, "db", "prune")
    assert (dropped.returncode, dropped.stdout) == (
        0,
        "drafts: 0\ncodes: 0\ncounts: 0\nexchanges: 0\nsessions: 0\nkeys: 0\nplaces: 0\npresence: 0\nwebhook_messages: 0\nstaff_messages: 0\n",
    )


def test_texts_go_to_the_gateway_the_settings_name(tmp_path):
    links = tmp_path / "links.toml"
    links.write_text('[texts.settings]\nurl = "http://127.0.0.1:9"\ntoken = "x"\n')
    environ = {"KAIBAN_VAR": str(tmp_path)}
    assert Kaiban(environ).texts is None
    assert Kaiban({**environ, "KAIBAN_LINKS": str(links)}).texts is not None


@pytest.mark.parametrize(
    ("settings", "named"),
    [('gateway = "pigeon"', "texts.gateway"), ('[texts.settings]\nurl = "x"', "texts.settings")],
)
def test_a_wrong_gateway_stops_the_start_and_is_named(home, tmp_path, settings, named):
    links = tmp_path / "links.toml"
    links.write_text((home / "hall" / "links.toml").read_text() + f"\n[texts]\n{settings}\n")
    stopped = kaiban_apart(home, "serve", KAIBAN_LINKS=str(links))
    assert stopped.returncode == 2
    assert named in stopped.stderr


def test_complaints_are_listed_for_a_case_and_by_how_urgent_they_are(home, no):
    assert json.loads(kaiban(home, "case", "complaints", "--json").stdout) == {"complaints": []}
    service = Kaiban({"KAIBAN_VAR": str(home)})
    complain(service.complaints, no, Grievance("办不成", source="12345", by="w1"))
    service.database.close()
    [told] = json.loads(kaiban(home, "case", "complaints", no, "--json").stdout)["complaints"]
    assert (told["case_no"], told["state"], told["source"]) == (no, "received", "12345")
    line = kaiban(home, "case", "complaints").stdout
    assert line.startswith(f"{no}  1  待指定负责人  ")
    assert kaiban(home, "case", "complaints", "--overdue").stdout == ""
