"""Programs subscribe, change secrets, see what they missed, and get it again; each only its own."""

import json

import pytest

from kaiban.domain.messages.notification import Channel, Kind, Message
from tests.orchestrator.driver import START

URL = "https://93.184.215.14/hook"


@pytest.fixture
def bob(served):
    return served.token("bob", "webhooks")


@pytest.fixture
def hook(served, bob):
    return served.call("POST", "/webhooks", {"url": URL}, token=bob).get_json()


def outbox(served):
    return served.app.extensions["kaiban"].subscriptions.outbox


def test_a_secret_is_told_once(served, bob, hook):
    assert hook["secret"].startswith("whsec_")
    assert len(hook["events"]) == len(Kind)
    [listed] = served.call("GET", "/webhooks", token=bob).get_json()["webhooks"]
    assert listed == {name: value for name, value in hook.items() if name != "secret"}


def test_only_the_events_that_were_asked_for_are_subscribed(served, bob):
    body = {"url": URL, "events": ["case.ended", "case.posted"]}
    answer = served.call("POST", "/webhooks", body, token=bob)
    assert answer.status_code == 201
    assert answer.get_json()["events"] == ["case.ended", "case.posted"]


@pytest.mark.parametrize(
    ("body", "status", "codes"),
    [
        ({"url": "http://x.example/"}, 422, ["webhooks.scheme"]),
        ({"url": "https://10.0.0.1/", "events": ["case.moon"]}, 422, ["webhooks.private", "webhooks.event"]),
        ({"url": "nowhere"}, 422, ["webhooks.form"]), ({"url": 1}, 400, None), ({}, 400, None),
        ({"url": URL, "events": "case.ended"}, 400, None), ({"url": URL, "colour": 1}, 400, None),
    ],
)  # fmt: skip
def test_what_cannot_be_subscribed_is_said_at_once(served, bob, body, status, codes):
    answer = served.call("POST", "/webhooks", body, token=bob)
    assert answer.status_code == status
    if codes:
        assert [each["code"] for each in answer.get_json()["errors"]] == codes
    assert served.call("GET", "/webhooks", token=bob).get_json() == {"webhooks": []}


def test_there_is_an_end_of_subscriptions(served, bob):
    answers = [served.call("POST", "/webhooks", {"url": URL}, token=bob) for _ in range(21)]
    assert [each.status_code for each in answers] == [201] * 20 + [422]


def test_other_tokens_and_tokens_without_the_scope_get_nothing(served, hook):
    eve = served.token("eve", "webhooks")
    place = f"/webhooks/{hook['id']}"
    for method, path in (
        ("DELETE", ""), ("POST", "/rotate"), ("POST", "/replay"), ("GET", "/deliveries"),
    ):  # fmt: skip
        body = {} if method == "POST" else None
        assert served.call(method, place + path, body, token=eve).status_code == 404
        assert served.call(method, place + path, body).status_code == 403
    assert served.call("GET", "/webhooks", token=eve).get_json() == {"webhooks": []}


def test_a_rotated_secret_is_another_and_hours_have_bounds(served, bob, hook):
    place = f"/webhooks/{hook['id']}/rotate"
    assert served.call("POST", place, {}, token=bob).get_json()["secret"] != hook["secret"]
    for hours in (-1, 169, "1", True):
        assert served.call("POST", place, {"hours": hours}, token=bob).status_code == 400


def test_what_failed_is_seen_and_sent_again(served, bob, hook):
    no = served.open()
    told = Message(
        "m1", no, 1, Kind.ACCEPTED, Channel.WEBHOOK, START, json.dumps({}), webhook=hook["id"]
    )
    with served.driver.database.transaction() as connection:
        outbox(served).add(connection, told, START)
    place = f"/webhooks/{hook['id']}"
    [seen] = served.call("GET", f"{place}/deliveries", token=bob).get_json()["messages"]
    assert (seen["id"], seen["type"], seen["status"]) == ("m1", "case.accepted", "waiting")
    replayed = served.call("POST", f"{place}/replay", {}, token=bob).get_json()
    assert replayed == {"replayed": 0}, "it is still to come"
    assert served.call("DELETE", place, token=bob).status_code == 200
    assert served.call("GET", f"{place}/deliveries", token=bob).status_code == 404


def test_a_case_tells_what_was_sent_and_messages_can_be_switched_off(served):
    no = served.open()
    found = served.call("GET", f"/cases/{no}").get_json()
    assert (found["notifications"], found["notifications_optional"]) == ([], True)
    place = f"/cases/{no}/notifications"
    assert (
        served.call("PUT", place, {"optional": False}).get_json()["notifications_optional"]
        is False
    )
    assert served.call("PUT", place, {"optional": "no"}).status_code == 400
    other = served.token("eve", "cases:write")
    assert served.call("PUT", place, {"optional": True}, token=other).status_code == 404
