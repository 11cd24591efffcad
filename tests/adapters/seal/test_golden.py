"""Messages made by hand from protocol.md and enciphered and signed by openssl: both sides must agree."""

import base64
import json
from pathlib import Path

import pytest

import adapters.seal
from adapters.hall.sm2 import KeyPair
from adapters.seal import SealAdapter
from adapters.seal.envelope import EnvelopeError, Envelopes, Session
from adapters.seal.stub_envelope import unlock
from adapters.wire.sm2 import Sm2Signer, Sm2Verifier
from kaiban.ports import Key, Ref

GOLDEN = Path(adapters.seal.__file__).parent / "golden"
KEYS = json.loads((GOLDEN / "keys.json").read_text())
SESSION = Session(KEYS["session_id"], bytes.fromhex(KEYS["session_key"]))
APPLICATION = Session("", bytes.fromhex(KEYS["app_key"]))


def golden(name):
    return (GOLDEN / name).read_bytes()


@pytest.fixture
def envelopes():
    signer = Sm2Signer(KeyPair.new().private_pem)
    return Envelopes(KEYS["app_code"], signer, Sm2Verifier(KEYS["gateway_public"]))


def test_an_order_is_written_byte_for_byte(adapter):
    given = json.loads(golden("order.json"))
    key = Key(**given["key"], corrects=Ref(**given["corrects"]))
    prepared = adapter.prepare(SealAdapter.Needs().load(given["needs"]), key, "main")
    assert prepared.body == golden("order.msg")


def test_an_envelope_is_enciphered_byte_for_byte(envelopes):
    raw, sign = envelopes.closed(SESSION, golden("order.msg"), bytes.fromhex(KEYS["iv"]))
    made, expected = json.loads(raw), json.loads(golden("request.json"))
    # SM2 signs differently every time.
    assert made.pop("sign") == sign
    expected.pop("sign")
    assert made == expected


def test_the_gateway_reads_the_envelope():
    envelope = json.loads(golden("request.json"))
    public = KEYS["client_public"].splitlines()[1:-1]
    point = base64.b64decode("".join(public))[-65:].hex()
    client = KeyPair("", point)
    signed = f"{envelope['appCode']}\n{envelope['keyId']}\n{envelope['requestData']}"
    assert client.signed(signed, envelope["sign"])
    assert not client.signed(signed + " ", envelope["sign"])
    assert unlock(KEYS["session_key"], envelope["requestData"]) == json.loads(golden("order.msg"))


def test_we_read_the_answer(envelopes):
    sign = json.loads(golden("request.json"))["sign"]
    answer = envelopes.opened(golden("answer.json"), "responseData", SESSION, answer_to=sign)
    assert answer["head"]["code"] == "000"
    assert answer["head"]["msg"] == "成功"
    assert answer["body"] == {"orderNo": "GZ20260304000008"}


def test_the_answer_to_another_request_is_not_ours(envelopes):
    with pytest.raises(EnvelopeError, match="signature"):
        envelopes.opened(golden("answer.json"), "responseData", SESSION, answer_to="AAAA")


def test_an_answer_under_another_key_is_not_read(envelopes):
    sign = json.loads(golden("request.json"))["sign"]
    with pytest.raises(EnvelopeError, match="key"):
        envelopes.opened(golden("answer.json"), "responseData", APPLICATION, answer_to=sign)


def test_we_read_the_push(envelopes):
    push = envelopes.opened(golden("push.json"), "pushData", APPLICATION)
    assert push["orderNo"] == "GZ20260304000008"
    assert push["status"] == "03"
