"""The sample messages, written by hand from the protocol page, bind adapter and stub alike."""

import json
import urllib.request
from datetime import datetime
from pathlib import Path

import pytest

import adapters.bank
from adapters.bank import BankAdapter
from adapters.hall import Hall
from kaiban.ports import Done, Key, NotFound, Ref
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
