"""Reading never fails, whatever came over the wire; what is hidden stays hidden."""

import json
import random
from dataclasses import replace

import pytest

from adapters.hall import Hall
from adapters.hall.speech import Reading, Speech, read
from adapters.wire.reading import flat
from kaiban.ports import Done
from tests.adapters.hall.offices import OFFICES, Visit

ODD = [b"", b"[]", b"7", b"null", b'"x"', b"{}", b'{"a":', b"\xff\xfe\x00", b"<html>", b"H|RET|", b"T|",
       b'{"data":[]}', b'{"keyId":7,"requestData":"x"}', b'{"keyId":"","requestData":"!!"}',
       b'{"keyId":"","responseData":""}', b"<return></return>", b"0" * 62, b"\xff" * 700,
       b"<return>&lt;content&gt;!!&lt;/content&gt;</return>", b"D|1|U\r\nT|1|x\r\n"]  # fmt: skip


@pytest.fixture(params=sorted(OFFICES))
def talk(request):
    """A stub, and the exchanges of an application from beginning to end."""
    with Hall(only=(request.param,), manual=True, seed=3) as hall:
        visit = Visit(hall, request.param)
        visit.submit()
        assert isinstance(visit.finish(), Done)
        visit.close()
        stub = hall.stub(request.param)
        yield stub, stub.store.journal()


def test_every_message_is_read(talk):
    stub, journal = talk
    for each in journal:
        asked, answered = stub.speech.asked(stub, each), stub.speech.answered(stub, each)
        assert asked.operation == each.operation
        assert asked.fields or not each.asked
        assert answered.fields
        for reading, raw in ((asked, each.asked), (answered, each.answered)):
            assert all(0 <= start <= end <= len(raw) for start, end in reading.covered)


def test_the_messages_of_a_case_belong_together(talk):
    stub, journal = talk
    cases = [stub.speech.asked(stub, each).case for each in journal if each.operation not in {
        "GY0001", "9001", "licence", "notice"}]  # fmt: skip
    assert len(set(cases)) == 1
    assert cases[0]


def test_nothing_that_comes_stops_the_reading(talk):
    stub, journal = talk
    dice = random.Random(7)
    whole = [raw for each in journal for raw in (each.asked, each.answered) if raw]
    cut = [raw[: dice.randrange(len(raw))] for raw in whole for _ in range(6)]
    changed = [_changed(raw, dice) for raw in whole for _ in range(6)]
    for raw in [*ODD, *cut, *changed]:
        each = replace(journal[0], asked=raw, answered=raw)
        for reading in (stub.speech.asked(stub, each), stub.speech.answered(stub, each)):
            assert isinstance(reading, Reading)
            assert all(isinstance(value, str) for value in reading.fields.values())
            assert isinstance(stub.speech.masked(reading), dict)


def _changed(raw, dice):
    at = dice.randrange(len(raw))
    return raw[:at] + bytes([dice.randrange(256)]) + raw[at + 1 :]


def test_nested_values_have_dotted_names():
    assert dict(flat({"a": [{"b": 1}, None], "c": True})) == {
        "a.0.b": "1",
        "a.1": "null",
        "c": "true",
    }


def test_what_is_no_json_is_text():
    assert read("中文".encode("gbk")).fields == {"text": "中文"}
    assert read(b"\xff\xff").fields == {"text": "2 bytes"}


def test_numbers_that_identify_people_are_hidden_in_any_field():
    said = {"remark": "电话13900000001，证件99010219900307299X", "uscc": "91990102MA4KB0010T"}
    hidden = Speech().masked(Reading(fields=said))
    assert hidden == {"remark": "电话13***01，证件99***9X", "uscc": "91990102MA4KB0010T"}
    assert json.dumps(hidden)
