"""Messages made by hand from protocol.md: both sides must agree on every byte of them."""

import json
from datetime import datetime
from pathlib import Path

import adapters.tax
from adapters.tax import TaxAdapter, content
from adapters.tax.envelope import Caller, Message, opened
from adapters.tax.stub_rules import malformed
from adapters.tax.stub_xml import texts, unpacked
from kaiban.ports import Key, Ref

GOLDEN = Path(adapters.tax.__file__).parent / "golden"


def golden(name):
    return (GOLDEN / name).read_bytes()


def test_an_application_is_written_byte_for_byte(adapter):
    given = json.loads(golden("application.json"))
    key = Key(**given["key"], corrects=Ref(**given["corrects"]))
    prepared = adapter.prepare(TaxAdapter.Needs().load(given["needs"]), key, "main")
    assert prepared.body == golden("application.xml")


def test_a_request_is_written_byte_for_byte():
    given = json.loads(golden("request.json"))
    caller = Caller(given["app_id"], given["user"], given["password"])
    inner = golden("application.xml")
    message = Message(given["transaction"], given["region"], given["id"], inner)
    sent = caller.closed(message, datetime.fromisoformat(given["now"]))
    assert sent == golden("request.xml")


def test_the_bureau_reads_the_request():
    asked = unpacked(golden("request.xml"))
    given = json.loads(golden("request.json"))
    assert asked.head["interfaceCode"] == "SW0102"
    assert asked.head["dataExchangeId"] == given["id"]
    leaves = {}
    for path, text in texts(asked.inner):
        leaves.setdefault(path, []).append(text)
    assert malformed("SW0102", leaves) == ""
    assert leaves["/ywbw/djxxqr/nsrmc"] == ["示范市青禾<云>&软件]]>有限公司"]
    assert leaves["/ywbw/djxxqr/fddbr/xm"] == ["镕堃"]
    assert leaves["/ywbw/pzhd/fp/fpzl"] == ["81", "01"]


def test_we_read_an_answer_with_mark_other_prefix_cdata_and_gzip(adapter):
    reply = opened(golden("answer.xml"), "00000000000000000000000000000042", 10_000)
    assert (reply.code, reply.text) == ("0000", "成功")
    assert reply.about("slh") == "SW20260304000001"
    result = adapter.result(content.granted(reply.content))
    assert result == {
        "taxpayer_no": "91990102MA4KB0010T",
        "authority": "示范市开元区税务局（虚构）",
        "agent": "李四",
        "tax_kinds": [{"name": "增值税", "period": "月"}],
        "invoice_kinds": [{"kind": "数电发票（增值税专用发票）", "limit": 100000}],
        "credit_total": 1000000,
    }
    assert [paper.content for paper in content.papers(reply.content)] == [b"%PDF-"]
