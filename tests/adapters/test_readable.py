"""What adapters make of their messages for people: opened and cut into fields, and nobody in it."""

import pytest

from adapters.hall import Hall
from kaiban.ports import Done, listening
from tests.adapters.hall.offices import OFFICES, Visit

#: A field of the application, and of an answer, that is only to be seen when the message was opened.
OPENED = {
    "registration": ("entName", "data.acceptNo"),
    "seal": ("body.unitName", "body.orderNo"),
    "tax": ("/interface/globalInfo/dataExchangeId", "/interface/returnStateInfo/returnCode"),
    "bank": ("LR_CERT_TYPE", "RESERVATION"),
    "social_insurance": ("input.unit.name", "infcode"),
    "housing_fund": ("1.DU.5", "1.DU.3"),
}
PEOPLE = ("99010219900307299X", "990102199003070010", "990102199003070011", "990102197106300132",
          "13900000001", "13800000001", "14000000001", "19900000001", "张三", "林青", "郑安", "李四")  # fmt: skip


@pytest.mark.parametrize("name", sorted(OFFICES))
def test_every_message_is_opened_and_nobody_is_in_it(name):
    with Hall(only=(name,), manual=True, seed=3) as hall:
        visit = Visit(hall, name)
        with listening() as heard:
            visit.submit()
            assert isinstance(visit.finish(), Done)
        read = [
            (visit.adapter.readable(said.asked), visit.adapter.readable(said.answered))
            for said in heard
        ]
        visit.close()
    assert all(said.status in {200, 404} for said in heard)
    asked, answered = ({field for pair in read for field in pair[side]} for side in (0, 1))
    assert OPENED[name][0] in asked
    assert OPENED[name][1] in answered
    text = str(read)
    assert {person for person in PEOPLE if person in text} == set()
    raw = b"".join(said.asked for said in heard)
    assert any(secret.encode(e) in raw for secret in PEOPLE for e in ("utf-8", "gb18030")) or name in (
        "seal", "tax",  # theirs are enciphered or in base64
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(OFFICES))
@pytest.mark.parametrize(
    "raw", [b"", b"\xff\x00" * 9, b"<html>", b"{}", b'{"keyId":1}', b"00000009X", b"T|"]
)
def test_anything_at_all_can_be_read(name, raw):
    with Hall(only=(name,), manual=True, seed=3) as hall:
        visit = Visit(hall, name)
        found = visit.adapter.readable(raw)
        visit.close()
    assert all(isinstance(text, str) for pair in found.items() for text in pair)
