"""Programs that are told, from the command line; and the receiver to try it with."""

import json
import threading

import pytest

from kaiban.app import Kaiban
from kaiban.orchestrator.applicant.opening import Application, open_case
from tests.cli.test_commands import kaiban, sample, written

URL = "https://93.184.215.14/hook"


@pytest.fixture
def hook(home):
    added = json.loads(kaiban(home, "webhooks", "add", URL, "--json").stdout)
    yield added
    kaiban(home, "webhooks", "remove", added["id"])


def test_a_subscription_is_added_listed_and_removed(home, hook):
    assert hook["secret"].startswith("whsec_")
    assert kaiban(home, "webhooks", "list").stdout == f"{hook['id']}  *  ok  {URL}\n"
    rotated = kaiban(home, "webhooks", "rotate", hook["id"]).stdout
    assert rotated.startswith("whsec_")
    assert rotated.strip() != hook["secret"]
    assert kaiban(home, "webhooks", "remove", hook["id"]).returncode == 0
    assert kaiban(home, "webhooks", "list").stdout == ""
    for command in ("list", "rotate", "remove", "replay"):
        assert kaiban(home, "webhooks", command, hook["id"]).returncode == 2


def test_what_cannot_be_subscribed_is_refused(home):
    refused = kaiban(home, "webhooks", "add", "ftp://x.example/")
    assert (refused.returncode, "[webhooks.scheme]" in refused.stderr) == (1, True)
    assert kaiban(home, "webhooks", "add", URL, "--token", "nobody").returncode == 2
    assert kaiban(home, "webhooks", "add", URL, "--event", "case.moon").returncode == 2


def test_what_was_told_is_listed_and_sent_again(home, hook, tmp_path):
    submitted = kaiban(
        home, "case", "submit", written(tmp_path / "f.json", sample(home)), "--json"
    )
    no = json.loads(submitted.stdout)["case_no"]
    [told] = json.loads(kaiban(home, "webhooks", "list", hook["id"], "--json").stdout)["messages"]
    assert (told["type"], told["case_no"], told["status"]) == ("case.accepted", no, "waiting")
    assert told["id"] in kaiban(home, "webhooks", "list", hook["id"]).stdout
    again = kaiban(home, "webhooks", "replay", hook["id"], told["id"], "--json")
    assert json.loads(again.stdout) == {"replayed": 0}, "it is still to come"


def test_listening_prints_what_is_genuine_and_leaves_nothing_behind(home, tmp_path):
    form = written(tmp_path / "f.json", sample(home))
    own = Kaiban({"KAIBAN_VAR": str(home)})
    stop = threading.Event()

    def submit_and_send():
        while not own.webhooks.listed():
            stop.wait(0.05)
        kaiban_case(home, form)
        while not stop.wait(0.05):
            own.relays["webhook"]()

    thread = threading.Thread(target=submit_and_send)
    thread.start()
    try:
        heard = kaiban(home, "webhooks", "listen", "--count", "1")
    finally:
        stop.set()
        thread.join()
        own.database.close()
    assert heard.returncode == 0, heard.stderr
    assert json.loads(heard.stdout)["type"] == "case.accepted"
    assert kaiban(home, "webhooks", "list").stdout == ""


def kaiban_case(home, form):
    """Hand in beside a command that runs: in a process's own eyes, not by the command line of this one."""
    other = Kaiban({"KAIBAN_VAR": str(home)})
    entry = json.loads(form.read_text())
    opened = open_case(other.office, Application(entry, (), "cli"))
    assert not isinstance(opened, list), opened
    other.database.close()
