"""The client against the hall's pretended gateway, and each against protocol.md by hand."""

import http.client
import json

import pytest

from adapters.hall import Hall, RealClock
from adapters.texts import HttpTexts
from kaiban.ports import Misconfigured, Retryable, Unprocessable

PHONE = "13900001234"
TEXT = "【示范市开办企业】验证码 123456"


@pytest.fixture(scope="module")
def hall():
    with Hall(admin=True, manual=True, only=("seal",)) as hall:
        yield hall


@pytest.fixture(autouse=True)
def _empty(hall):
    hall.outbox.clear()


def texts(hall, **settings):
    return HttpTexts({**hall.texts_settings(), **settings}, clock=RealClock())


def post(hall, body, **headers):
    line = http.client.HTTPConnection(hall.admin_url.removeprefix("http://"), timeout=250)
    usual = {"Authorization": f"Bearer {hall.texts_token}", "Content-Type": "application/json"}
    line.request("POST", "/sms", body, usual | headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status


def get(hall, path):
    line = http.client.HTTPConnection(hall.admin_url.removeprefix("http://"), timeout=250)
    line.request("GET", path)
    text = line.getresponse().read().decode()
    line.close()
    return text


def test_a_message_arrives_and_is_shown(hall):
    texts(hall).send(PHONE, TEXT)
    [message] = json.loads(get(hall, "/sms"))
    assert (message["to"], message["text"], len(message["id"])) == (PHONE, TEXT, 32)
    page = get(hall, "/")
    assert PHONE in page
    assert TEXT in page


def test_a_wrong_token_is_our_mistake(hall):
    with pytest.raises(Misconfigured):
        texts(hall, token="x").send(PHONE, TEXT)
    assert hall.outbox.all() == []


def test_nobody_listening_means_nothing_was_sent():
    away = HttpTexts({"url": "http://127.0.0.1:9", "token": "x"}, clock=RealClock())
    with pytest.raises(Retryable):
        away.send(PHONE, TEXT)


def test_the_bytes_of_the_protocol_page_are_taken(hall):
    body = json.dumps({"id": "9f" * 16, "to": PHONE, "text": TEXT})
    assert [post(hall, body), post(hall, body)] == [202, 202]
    assert len(hall.outbox.all()) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400), ("[1]", 422), ('{"id": "a", "to": "13900001234"}', 422),
        ('{"id": "a", "to": 13900001234, "text": "x"}', 422),
        ('{"id": "a", "to": "1390000123", "text": "x"}', 422),
        ('{"id": "a", "to": "13900001234", "text": ""}', 422),
    ],
)  # fmt: skip
def test_the_pretended_gateway_is_strict(hall, body, status):
    assert post(hall, body) == status
    assert hall.outbox.all() == []


def test_another_site_cannot_use_it(hall):
    body = json.dumps({"id": "a", "to": PHONE, "text": TEXT})
    assert post(hall, body, Origin="http://evil.example") == 403
    assert post(hall, body, Host="evil.example") == 421
    assert post(hall, body, Authorization="Bearer x") == 401


def test_the_last_twenty_are_kept_and_a_reset_forgets_them(hall):
    for n in range(21):
        post(hall, json.dumps({"id": str(n), "to": PHONE, "text": f"第 {n} 条"}))
    kept = hall.outbox.all()
    assert (len(kept), kept[0].text) == (20, "第 20 条")
    hall.reset()
    assert hall.outbox.all() == []


def test_a_message_that_is_handed_over_twice_is_taken_once(hall):
    for _ in range(2):
        texts(hall).send(PHONE, TEXT, "9f" * 16)
    for n in range(25):
        texts(hall).send(PHONE, f"第 {n} 条")
    texts(hall).send(PHONE, TEXT, "9f" * 16)
    kept = json.loads(get(hall, "/sms"))
    assert TEXT not in {each["text"] for each in kept}, (
        "taken before the last twenty, and not anew"
    )


def test_what_the_gateway_will_never_take_is_told_apart_from_what_nobody_knows(hall):
    with pytest.raises(Unprocessable):
        texts(hall).send("123", TEXT)
