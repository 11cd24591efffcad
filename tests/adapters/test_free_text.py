"""What each JSON protocol declares as free text hides no decision."""

import json

from adapters.registration.answers import taken_apart
from adapters.seal.envelope import FREE as SEAL
from adapters.social_insurance.answers import FREE as OFFICE
from adapters.wire import strict_json

CUT = "请到窗口办理".encode()[:-1]
READ = "请到窗口办…"


def said(message):
    return json.dumps(message, ensure_ascii=False).encode().replace(b"CUT", CUT)


def test_the_registrars_text_may_break_off():
    raw = said({"code": "00000", "msg": "CUT", "data": {"state": "50"}})
    assert taken_apart(raw) == ("00000", READ, {"state": "50"})


def test_the_gateways_text_may_break_off():
    raw = said({"head": {"code": "000", "msg": "CUT"}, "body": {"orders": [{"returnMsg": "CUT"}]}})
    told = strict_json.read(raw, SEAL)
    assert (told["head"]["msg"], told["body"]["orders"][0]["returnMsg"]) == (READ, READ)


def test_the_offices_sentences_may_break_off():
    raw = said({"infcode": 0, "err_msg": "CUT", "output": {"reglist": [{"rea": "CUT"}]}})
    told = strict_json.read(raw, OFFICE)
    assert (told["infcode"], told["err_msg"]) == (0, READ)
