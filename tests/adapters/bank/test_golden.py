"""The sample messages, written by hand from the protocol page, bind adapter and stub alike."""

import json
import urllib.request
from datetime import datetime
from pathlib import Path

import pytest

import adapters.bank
from adapters.bank import BankAdapter
from adapters.bank.messages import ANSWER, HEADER
from adapters.hall import Hall
from adapters.wire.mac import sm3_mac
from kaiban.ports import Done, Key, NotFound, Ref, Unknown
from tests.servers import answer, saying, speaking

GOLDEN = Path(adapters.bank.__file__).parent / "golden"
INPUTS = json.loads((GOLDEN / "inputs.json").read_text())


class GoldenClock:
    def now(self):
        return datetime.fromisoformat(INPUTS["now"])


@pytest.fixture
def hall(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "bank-mac.key").write_text(INPUTS["mac_key"])
    with Hall(only=("bank",), manual=True, seed=INPUTS["seed"], folder=tmp_path) as hall:
        yield hall


def sample(name):
    return (GOLDEN / name).read_bytes()


def the_adapter(url):
    return BankAdapter({"url": url, "mac_key": INPUTS["mac_key"]}, clock=GoldenClock())


def prepared(adapter):
    key = Key(INPUTS["case"], INPUTS["department"], INPUTS["step"], INPUTS["revision"])
    return adapter.prepare(adapter.Needs().load(INPUTS["needs"]), key, key.step)


def test_the_adapter_writes_the_sample_reservation(hall):
    adapter = the_adapter(hall.url("bank"))
    adapter.submit(prepared(adapter))
    assert hall.stub("bank").store.journal()[-1].asked == sample("reserve.request.bin")


def test_the_adapter_writes_the_sample_query(hall):
    the_adapter(hall.url("bank")).query(Ref(INPUTS["serial"]))
    assert hall.stub("bank").store.journal()[-1].asked == sample("query.request.bin")


def test_the_adapter_reads_the_sample_answer():
    with speaking(saying(answer(sample("reserve.answer.bin")))) as url:
        adapter = the_adapter(url)
        outcome = adapter.submit(prepared(adapter))
    assert isinstance(outcome, Done)
    assert outcome.result == INPUTS["result"]
    assert outcome.ref == Ref(INPUTS["serial"], INPUTS["result"]["reservation_no"])


def test_the_adapter_reads_that_the_bank_does_not_know_it():
    with speaking(saying(answer(sample("unknown.answer.bin")))) as url:
        assert the_adapter(url).query(Ref(INPUTS["serial"])) == NotFound()


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("reserve.request.bin", "reserve.answer.bin"), ("query.request.bin", "unknown.answer.bin")],
)
def test_the_stub_answers_the_sample_messages_with_the_sample_answers(hall, asked, answered):
    post = urllib.request.Request(hall.url("bank") + "/kh", data=sample(asked), method="POST")
    with urllib.request.urlopen(post) as got:
        assert got.read() == sample(answered)


def reworded(name, **texts):
    """The sample answer with other bytes in its free texts, under the right MAC."""
    raw, at = bytearray(sample(name)), HEADER.width
    for field in ANSWER.fields:
        if field.name in texts:
            raw[at : at + field.width] = texts[field.name][: field.width].ljust(field.width)
        at += field.width
    start = HEADER.width - 16
    mac = sm3_mac(bytes.fromhex(INPUTS["mac_key"]), bytes(raw[8:start] + raw[HEADER.width :]))
    raw[start : HEADER.width] = mac.hex()[:16].upper().encode()
    return bytes(raw)


def test_a_text_cut_inside_a_character_hides_no_reservation():
    raw = reworded("reserve.answer.bin", BRING="请带营业执照原件".encode("gbk")[:-1])
    with speaking(saying(answer(raw))) as url:
        outcome = the_adapter(url).submit(prepared(the_adapter(url)))
    assert isinstance(outcome, Done)
    assert outcome.result == INPUTS["result"] | {"bring": "请带营业执照原…"}
    assert the_adapter("http://x.invalid").readable(raw)["unread"].startswith("at ")


def test_a_code_with_a_byte_that_is_no_text_is_no_answer():
    raw = reworded("reserve.answer.bin", RESERVATION=b"YY\xff")
    with speaking(saying(answer(raw))) as url, pytest.raises(Unknown):
        the_adapter(url).submit(prepared(the_adapter(url)))
