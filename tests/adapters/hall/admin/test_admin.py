"""The hall's API: what programs see and do, and what it refuses."""

import http.client
import json
import threading
import urllib.request
from datetime import timedelta

import pytest
from flask import Flask, request
from werkzeug.serving import make_server

from adapters.hall import Hall
from adapters.hall.admin.address import Admin
from kaiban.ports import Done, NeedsCorrection, Rejected, Unknown
from tests.adapters.hall.offices import OFFICES, Visit

TITLES = {404: "Not Found", 409: "Conflict", 422: "Unprocessable Entity", 403: "Forbidden",
          415: "Unsupported Media Type", 421: "Misdirected Request", 405: "Method Not Allowed"}  # fmt: skip


class Desk:
    """A hall and a client of its API."""

    def __init__(self, hall):
        self.hall = hall

    def ask(self, method, path, asked=None, **headers):
        line = http.client.HTTPConnection(self.hall.admin_url.removeprefix("http://"), timeout=250)
        body = None if asked is None else json.dumps(asked)
        head = {"Content-Type": "application/json"} if body else {}
        line.request(
            method, path, body, head | {n.replace("_", "-"): v for n, v in headers.items()}
        )
        answer = line.getresponse()
        text = answer.read()
        line.close()
        self.kind = answer.headers.get("Content-Type", "")
        return answer.status, json.loads(text) if "json" in self.kind and text else text


@pytest.fixture
def desk():
    with Hall(admin=True, manual=True, seed=3) as hall:
        yield Desk(hall)


@pytest.fixture
def visit(desk):
    made = []

    def visit(name, **changed):
        made.append(Visit(desk.hall, name, **changed))
        return made[-1]

    yield visit
    for each in made:
        each.close()


@pytest.fixture
def kaiban():
    """Listen for calls; yields (url, what was heard)."""
    heard = []
    app = Flask("kaiban")

    @app.post("/callbacks/<name>")
    def hear(name):
        heard.append((name, request.get_json(force=True), dict(request.headers)))
        return app.response_class(
            b'{"code":"00000"}' if name == "registration" else b'{"code":"000"}'
        )

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", heard
    server.shutdown()
    thread.join()
    server.server_close()


# --- looking ----------------------------------------------------------------------------------------


def test_the_hall_is_shown_with_its_clock_and_stubs(desk):
    status, shown = desk.ask("GET", "/hall")
    assert status == 200
    assert shown["clock"] == {"now": "2026-03-04T09:30:00+08:00", "speed": 1, "manual": True}
    assert {each["name"] for each in shown["stubs"]} == set(OFFICES)
    assert all(each["open"] and each["scenario"] == "calm" for each in shown["stubs"])
    assert "tax-night" in shown["scenarios"]


def test_the_journal_has_every_exchange_and_the_commits_what_became_effective(desk, visit):
    visit("seal").submit()
    assert [each["operation"] for each in desk.ask("GET", "/hall/journal")[1]] == [
        "GY0001",
        "GY0101",
    ]
    assert desk.ask("GET", "/hall/commits")[1] == []
    desk.hall.advance(hours=3)
    assert desk.ask("GET", "/hall/commits")[1][0]["department"] == "seal"


def test_the_journal_can_be_followed(desk, visit):
    stream = urllib.request.Request(
        desk.hall.admin_url + "/hall/journal", headers={"Accept": "text/event-stream"}
    )
    with urllib.request.urlopen(stream, timeout=250) as events:
        visit("bank").submit()
        line = b""
        while not line.startswith(b"data:"):
            line = events.readline()
    assert json.loads(line[5:])["operation"] == "KH0001"


# --- the clock --------------------------------------------------------------------------------------


def test_the_clock_is_moved_run_and_stopped(desk):
    assert desk.ask("PUT", "/hall/clock", {"advance": "PT1H30M"})[1]["now"].startswith(
        "2026-03-04T11:00:00"
    )
    assert desk.ask("PUT", "/hall/clock", {"to": "2026-03-05T09:00"})[1]["now"].startswith(
        "2026-03-05T09:00:00"
    )
    ran = desk.ask("PUT", "/hall/clock", {"running": True, "speed": 60})[1]
    assert (ran["manual"], ran["speed"]) == (False, 60)
    assert desk.ask("PUT", "/hall/clock", {"running": False})[1]["manual"]
    stood = desk.hall.clock.now()
    assert desk.hall.clock.now() == stood


@pytest.mark.parametrize(
    "asked",
    [{}, [], {"advance": "an hour"}, {"advance": "P"}, {"advance": "-PT1H"}, {"advance": 5},
     {"advance": "P9999999D"}, {"advance": "P400D"}, {"to": "yesterday"}, {"to": "2026-03-04T08:00"},
     {"to": "2030-01-01"}, {"speed": 0}, {"speed": "fast"}, {"speed": True}, {"speed": 1e9},
     {"running": "yes"}, {"hands": 3}],
)  # fmt: skip
def test_a_clock_that_cannot_be_is_refused_and_does_not_move(desk, asked):
    before = desk.hall.clock.now()
    status, told = desk.ask("PUT", "/hall/clock", asked)
    assert status == 422
    assert told["detail"]
    assert desk.hall.clock.now() == before


# --- faults and scenarios ---------------------------------------------------------------------------


def test_a_fault_is_set_seen_at_work_and_taken_back(desk, visit):
    status, made = desk.ask("POST", "/stubs/bank/faults", {"do": "close", "op": "KH0001"})
    assert (status, made["number"], made["done"]) == (201, 1, 0)
    with pytest.raises(Unknown):
        visit("bank").submit()
    assert desk.ask("GET", "/stubs/bank/faults")[1][0]["done"] == 1
    assert desk.ask("DELETE", "/stubs/bank/faults/1")[0] == 204
    assert desk.ask("DELETE", "/stubs/bank/faults/1")[0] == 404
    desk.ask("POST", "/stubs/bank/faults", {"do": "close"})
    assert desk.ask("DELETE", "/stubs/bank/faults")[0] == 204
    assert desk.ask("GET", "/stubs/bank/faults")[1] == []


def test_a_stub_plays_another_scenario(desk):
    status, shown = desk.ask("PUT", "/stubs/seal/scenario", {"scenario": "rush-hour"})
    assert (status, shown["scenario"], shown["pace"]) == (200, "rush-hour", 0.65)
    assert {each["fault"]["do"] for each in shown["faults"]} == {"busy", "delay"}
    assert desk.hall.scenario("bank").name == "calm"


# --- deciding ---------------------------------------------------------------------------------------

#: What each office decides by hand; social insurance and fund leave approving to their rules.
NAMES = sorted(OFFICES)


def taken(desk, visit, name):
    """Have an application that is not decided yet; return the visit and the case's id."""
    needs = {"tenure": "cluster"} if name == "bank" else {}
    made = visit(name, **needs)
    made.submit()
    waiting = [
        each for each in desk.ask("GET", f"/stubs/{name}/cases")[1] if each["stage"] == "waiting"
    ]
    assert len(waiting) == 1, waiting
    assert waiting[0]["enterprise"].startswith("示范市")
    return made, waiting[0]["id"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("verdict", "family", "stage"),
    [("approve", Done, "done"), ("reject", Rejected, "refused"),
     ("supplement", NeedsCorrection, "correction")],
)  # fmt: skip
def test_a_case_is_decided_by_hand_and_the_adapter_hears_it(
    desk, visit, name, verdict, family, stage
):
    made, case = taken(desk, visit, name)
    assert desk.ask("POST", f"/stubs/{name}/cases/{case}/{verdict}")[0] == 204
    assert isinstance(made.query(), family)
    assert len(desk.hall.commits()) == (verdict == "approve")
    shown = {each["id"]: each["stage"] for each in desk.ask("GET", f"/stubs/{name}/cases")[1]}
    assert shown[case] == stage
    assert desk.ask("POST", f"/stubs/{name}/cases/{case}/approve")[0] == (
        204 if (name, verdict) == ("registration", "supplement") else 409
    )


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_there_cannot_be_decided(desk, name):
    assert desk.ask("POST", f"/stubs/{name}/cases/nobody/approve")[0] == 404


# --- callbacks --------------------------------------------------------------------------------------


@pytest.fixture
def ringing(kaiban):
    """A hall whose registrar and seal office call a listener."""
    url, heard = kaiban
    with Hall(
        only=("registration", "seal"), admin=True, manual=True, seed=3, callback_url=url
    ) as hall:
        yield Desk(hall), heard


def ring(desk, name):
    """Make every call that is due."""
    desk.hall.stub(name).callbacks.deliver_due()


@pytest.mark.parametrize("name", ["registration", "seal"])
def test_a_call_is_held_and_redelivered(ringing, name):
    desk, heard = ringing
    made = Visit(desk.hall, name)
    made.submit()
    calls = desk.ask("GET", f"/stubs/{name}/callbacks")[1]
    for each in calls:
        assert desk.ask("POST", f"/stubs/{name}/callbacks/{each['id']}/hold")[0] == 200
    desk.hall.advance(days=1)
    ring(desk, name)
    assert heard == []
    first = calls[0]["id"]
    assert desk.ask("POST", f"/stubs/{name}/callbacks/{first}/redeliver")[0] == 200
    ring(desk, name)
    assert len(heard) == 1
    assert desk.ask("POST", f"/stubs/{name}/callbacks/{first}/hold")[0] == 404
    assert desk.ask("POST", f"/stubs/{name}/callbacks/{first}/redeliver")[0] == 200
    ring(desk, name)
    assert len(heard) == 2
    made.close()


@pytest.mark.parametrize(
    "asked", [{}, {"do": "explode"}, {"do": "close", "colour": "red"}, [], "close"]
)
def test_a_fault_that_cannot_be_is_a_problem(desk, asked):
    status, told = desk.ask("POST", "/stubs/bank/faults", asked)
    assert (status, told["title"], desk.kind) == (422, TITLES[422], "application/problem+json")


# --- refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "asked", "status"),
    [
        ("GET", "/nowhere", None, 404),
        ("GET", "/stubs/nobody/cases", None, 404),
        ("GET", "/stubs/nobody/faults", None, 404),
        ("POST", "/stubs/nobody/faults", {"do": "close"}, 404),
        ("PUT", "/stubs/bank/scenario", {"scenario": "noon"}, 422),
        ("PUT", "/stubs/bank/scenario", {"scene": "calm"}, 422),
        ("POST", "/stubs/bank/faults", {"do": "drop"}, 422),
        ("POST", "/stubs/bank/cases/x/celebrate", None, 404),
        ("POST", "/stubs/bank/callbacks/x/hold", None, 404),
        ("POST", "/stubs/bank/callbacks/x/ring", None, 404),
        ("POST", "/stubs/bank/callbacks/x/forge", {"how": "badly"}, 422),
        ("POST", "/stubs/bank/callbacks/x/forge", [1], 422),
        ("DELETE", "/hall/clock", None, 405),
    ],
)
def test_errors_are_problems(desk, method, path, asked, status):
    found, told = desk.ask(method, path, asked)
    assert (found, desk.kind) == (status, "application/problem+json")
    assert (told["status"], told["title"]) == (status, TITLES[status])


def test_a_body_that_is_no_json_is_refused(desk):
    assert desk.ask("PUT", "/hall/clock", Content_Length="0")[0] == 415


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": "null"}],
)
def test_another_site_can_change_nothing(desk, visit, headers):
    visit("bank").submit()
    assert desk.ask("POST", "/hall/reset", **headers)[0] == 403
    assert desk.ask("GET", "/hall/journal")[1]


def test_another_name_for_the_address_is_refused(desk):
    assert desk.ask("GET", "/hall", Host="evil.example")[0] == 421


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.168.1.2"])
def test_it_listens_on_the_loopback_address_only(desk, host):
    with pytest.raises(ValueError, match=r"on 127\.0\.0\.1 only"):
        Admin(desk.hall).start(0, host)


# --- starting over ----------------------------------------------------------------------------------


def test_a_reset_forgets_cases_and_faults_but_neither_clock_nor_scenario_nor_address(desk, visit):
    visit("bank").submit()
    desk.hall.advance(hours=1)
    desk.hall.play("bank", "slow-drip")
    desk.ask("POST", "/stubs/bank/faults", {"do": "close"})
    url, now = desk.hall.url("bank"), desk.hall.clock.now()
    assert desk.ask("POST", "/hall/reset")[0] == 204
    assert desk.hall.commits() == []
    assert desk.ask("GET", "/stubs/bank/cases")[1] == desk.ask("GET", "/hall/journal")[1] == []
    assert (desk.hall.url("bank"), desk.hall.clock.now()) == (url, now)
    assert {each["scenario"] for each in desk.ask("GET", "/stubs/bank/faults")[1]} == {"slow-drip"}
    again = visit("bank")
    again.submit()
    desk.hall.clock.advance(timedelta(hours=2))
    desk.ask("DELETE", "/stubs/bank/faults")
    assert isinstance(again.finish(), Done)
