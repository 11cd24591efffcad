"""Signatures in the form of Standard Webhooks, checked by hand and by the example of docs/api.md."""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kaiban.notifying.signatures import headers, is_genuine, is_secret, new_secret

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
SECRET, OTHER = new_secret(), new_secret()
#: As long as a new one, and the same in every process that collects these tests.
TYPED = "whsec_" + base64.b64encode(bytes(range(32))).decode("ascii")
BODY = b'{"type":"case.ended","data":{}}'
DOCS = Path(__file__).parents[2] / "docs" / "api.md"


def test_a_secret_is_long_and_its_own():
    assert SECRET.startswith("whsec_")
    assert len(base64.b64decode(SECRET[6:])) == 32
    assert SECRET != OTHER


@pytest.mark.parametrize(
    ("text", "can"),
    [
        (TYPED, True), ("whsec_" + "A" * 32, True), ("whsec_" + "A" * 31, False), ("whsec_" + "A" * 28, False),
        ("whsec_" + "A" * 88, False), (TYPED[6:], False), ("whsec_密", False), ("", False),
    ],
)  # fmt: skip
def test_a_secret_that_somebody_typed_can_sign_or_not(text, can):
    assert is_secret(text) is can


def test_what_is_signed_is_id_time_and_body():
    given = headers("m1", NOW, BODY, [SECRET])
    moment = str(int(NOW.timestamp()))
    by_hand = hmac.new(
        base64.b64decode(SECRET[6:]), f"m1.{moment}.".encode() + BODY, hashlib.sha256
    )
    assert given == {
        "webhook-id": "m1", "webhook-timestamp": moment,
        "webhook-signature": "v1," + base64.b64encode(by_hand.digest()).decode(),
    }  # fmt: skip


def test_both_secrets_sign_while_they_are_exchanged():
    given = headers("m1", NOW, BODY, [SECRET, OTHER])
    assert is_genuine(SECRET, given, BODY, NOW)
    assert is_genuine(OTHER, given, BODY, NOW)
    assert not is_genuine(new_secret(), given, BODY, NOW)


@pytest.mark.parametrize(
    ("change", "body", "later"),
    [
        ({"webhook-id": "m2"}, BODY, 0), ({}, BODY + b" ", 0), ({}, BODY, 301), ({}, BODY, -301),
        ({"webhook-timestamp": "now"}, BODY, 0), ({"webhook-signature": "v1,xx"}, BODY, 0),
        ({"webhook-signature": ""}, BODY, 0), ({"webhook-timestamp": "9" * 40}, BODY, 0),
    ],
)  # fmt: skip
def test_what_was_changed_or_is_old_is_not_genuine(change, body, later):
    given = {**headers("m1", NOW, BODY, [SECRET]), **change}
    assert not is_genuine(SECRET, given, body, NOW + timedelta(seconds=later))


def test_the_example_in_the_docs_tells_genuine_from_forged():
    [example] = re.findall(r"```python\n(.*?def is_genuine.*?)```", DOCS.read_text(), re.DOTALL)
    told = {}
    exec(example, told)
    given = headers("m1", NOW, BODY, [OTHER, SECRET])
    now = NOW.timestamp()
    assert told["is_genuine"](SECRET, given, BODY, now)
    assert not told["is_genuine"](SECRET, given, BODY + b" ", now)
    assert not told["is_genuine"](SECRET, given, BODY, now + 301)
    assert not told["is_genuine"](new_secret(), given, BODY, now)
