"""Both sides against sample messages written by hand from the protocol page."""

import json
from datetime import datetime
from pathlib import Path

import pytest
import requests
from werkzeug import Request, Response

from adapters import social_insurance
from adapters.hall import Hall
from adapters.social_insurance import SocialInsuranceAdapter
from kaiban.ports import (
    Done,
    Foreign,
    Key,
    Pending,
    Prepared,
    Retryable,
    Unknown,
    Unprocessable,
)
from tests.serving import serve

GOLDEN = Path(social_insurance.__file__).parent / "golden"
INPUTS = json.loads((GOLDEN / "inputs.json").read_text("utf-8"))


class Stopped:
    """A clock that stands where the sample messages were written."""

    def now(self):
        return datetime.fromisoformat(INPUTS["clock"])


class Canned:
    """An office that answers from the sample files, or with what it is told."""

    def __init__(self):
        self.heard = []
        self.change = {}

    def __call__(self, environ, start_response):
        body = Request(environ).get_data()
        self.heard.append(body)
        asked = json.loads(body)
        infno = asked["infno"]
        answer = (GOLDEN / f"{infno}.answer.json").read_bytes()
        # A question that is repeated has a new number each time.
        written_for = json.loads(answer)["inf_refmsgid"]
        answer = answer.replace(written_for.encode(), asked["msgid"].encode(), 1)
        answer = self.change.get(infno, lambda same: same)(answer)
        return Response(answer, content_type="text/html;charset=UTF-8")(environ, start_response)


@pytest.fixture
def office():
    return Canned()


@pytest.fixture
def adapter(office):
    with serve(office) as url:
        adapter = SocialInsuranceAdapter({**INPUTS["settings"], "url": url}, clock=Stopped())
        yield adapter
        adapter.http.close()


def prepared(adapter, step):
    credit_code = INPUTS["credit_code"] if step == "confirm" else ""
    needs = adapter.Needs().load({**INPUTS["needs"], "credit_code": credit_code})
    found = adapter.prepare(needs, Key(INPUTS["case"], "social_insurance", step), step)
    assert isinstance(found, Prepared)
    return found


@pytest.mark.parametrize(("step", "infno"), [("pre", "2100"), ("confirm", "2101")])
def test_the_adapter_says_an_application_byte_for_byte(office, adapter, step, infno):
    assert isinstance(adapter.submit(prepared(adapter, step)), Pending)
    expected = [(GOLDEN / f"{each}.request.json").read_bytes() for each in ("9001", infno)]
    assert office.heard == expected


def test_the_adapter_asks_and_understands_byte_for_byte(office, adapter):
    ready = prepared(adapter, "confirm")
    adapter.submit(ready)
    outcome = adapter.query(ready.ref)
    assert office.heard[2] == (GOLDEN / "2103.request.json").read_bytes()
    assert isinstance(outcome, Done)
    assert outcome.ref.number == "990100000007"
    assert outcome.result["insurances"] == ["企业职工基本养老保险", "工伤保险"]
    assert [line["base"] for line in outcome.result["people"]] == ["8000.00", "7000.00"]
    assert outcome.documents[0].content.decode() == "样例 · 模拟数据 · 无法律效力"


def test_the_office_takes_the_sample_messages(tmp_path):
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "social_insurance.operator").write_text(INPUTS["settings"]["secret"])
    with Hall(only=("social_insurance",), manual=True, folder=tmp_path) as hall:
        for infno in ("9001", "2100", "2101", "2103", "2190"):
            message = (GOLDEN / f"{infno}.request.json").read_bytes()
            url = hall.url("social_insurance") + "/callService"
            answer = requests.request("POST", url, data=message, timeout=250).json()
            assert answer["infcode"] == 0, (infno, answer["err_msg"])
            assert answer["inf_refmsgid"] == json.loads(message)["msgid"]


# --- answers that are not what the page says -------------------------------------------------------

SPOILT = {
    "another message's answer": lambda raw: raw.replace(b'"inf_refmsgid":"99', b'"inf_refmsgid":"98'),
    "an unlisted code": lambda raw: raw.replace(b'"infcode":0', b'"infcode":7'),
    "a code that is text": lambda raw: raw.replace(b'"infcode":0', b'"infcode":"0"'),
    "a member more": lambda raw: raw.replace(b'{"infcode"', b'{"new":1,"infcode"'),
    "a name twice": lambda raw: raw.replace(b'{"infcode"', b'{"infcode":0,"infcode"'),
    "broken off": lambda raw: raw[:-3],
    "GBK": lambda raw: raw.decode().replace("𠮷", "吉").replace("䶮", "龑").encode("gb18030") + "好".encode("gbk"),
    "a byte order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "a web page": lambda _: "<html>系统维护</html>".encode(),
    "nothing": lambda _: b"",
}  # fmt: skip


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_spoilt_answer_to_an_application_is_unknown(office, adapter, spoilt):
    office.change["2100"] = SPOILT[spoilt]
    with pytest.raises(Unknown):
        adapter.submit(prepared(adapter, "pre"))
    assert len(office.heard) == 2


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_spoilt_sign_in_means_nothing_was_sent(office, adapter, spoilt):
    office.change["9001"] = SPOILT[spoilt]
    with pytest.raises(Retryable):
        adapter.submit(prepared(adapter, "pre"))
    assert all(b'"infno":"9001"' in each for each in office.heard)


RESULTS = {
    "an unlisted state": (b'"stas":"1","rea":"","preno"', b'"stas":"5","rea":"","preno"'),
    "no unit number": (b'"unit_no":"990100000007"', b'"unit_no":""'),
    "lines left out": (b'"emps"', b'"people"'),
    "a document that is not base64": (b'"content":"', b'"content":"*'),
}


@pytest.mark.parametrize("spoilt", RESULTS)
def test_a_result_that_breaks_the_protocol_is_unknown(office, adapter, spoilt):
    old, new = RESULTS[spoilt]
    office.change["2103"] = lambda raw: raw.replace(old, new)
    ref = prepared(adapter, "confirm").ref
    with pytest.raises(Unknown):
        adapter.query(ref)


def said(sentence):
    def change(raw):
        answer = json.loads(raw) | {"infcode": -1, "err_msg": sentence, "output": {}}
        return json.dumps(answer, ensure_ascii=False).encode()

    return change


@pytest.mark.parametrize(
    ("sentence", "error"),
    [
        ("张三的档案异常", Unknown),
        ("", Unknown),
        ("报文重复", Unknown),
        ("操作员存在并发请求", Retryable),
        ("签到失效，请重新签到", Retryable),
        ("报文格式错误", Unprocessable),
    ],
)
def test_a_sentence_says_what_happens_next(office, adapter, sentence, error):
    office.change["2100"] = said(sentence)
    with pytest.raises(error) as raised:
        adapter.submit(prepared(adapter, "pre"))
    assert "张三" not in str(raised.value)


@pytest.mark.parametrize(
    ("named", "other"), [("uscc", "91990102MA4KB0099X"), ("name", "示范市晨光软件有限公司")]
)
def test_an_entry_about_another_company_is_never_ours(office, adapter, named, other):
    def anothers(raw):
        answer = json.loads(raw)
        answer["output"]["reglist"][0][named] = other
        return json.dumps(answer, ensure_ascii=False).encode()

    office.change["2103"] = anothers
    with pytest.raises(Foreign):
        adapter.query(prepared(adapter, "confirm").ref)


def test_a_refused_line_with_an_unknown_sentence_is_unknown(office, adapter):
    def refused(raw):
        answer = json.loads(raw)
        entry = answer["output"]["reglist"][0]
        entry["stas"], entry["emps"][0] = "2", {**entry["emps"][0], "stas": "3", "rea": "王𠮷有误"}
        return json.dumps(answer, ensure_ascii=False).encode()

    office.change["2103"] = refused
    with pytest.raises(Unknown):
        adapter.query(prepared(adapter, "confirm").ref)
