"""Messages as people may read them: whatever they look like, nobody is identified."""

import re

import pytest

from adapters.wire import reading

ID, MOBILE = "99010219900307299X", "13900000001"


def test_json_and_text_are_read_by_field():
    assert reading.read(b'{"a": {"b": [1, "x"]}}') == (
        "utf-8",
        {"a.b.0": "1", "a.b.1": "x"},
    )
    assert reading.read("汉字".encode("gb18030")) == ("gb18030", {"text": "汉字"})
    assert reading.read(b"") == ("utf-8", {})
    assert reading.read(b"\xff\xff\xff")[0] == "binary"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("legalRep.name", "张三", "张***"), ("certNo", "E1234567", "E***"), ("mobile", "", ""),
        ("output.sign_no", "QD1", "Q***"), ("companyName", "张三饭店", "张三饭店"),
        ("text", f"证件{ID}，手机{MOBILE}。", "证件99***9X，手机13***01。"),
        ("serial", "02510623523357835502", "02510623523357835502"),
    ],
)  # fmt: skip
def test_people_are_hidden_by_field_and_by_shape(name, value, shown):
    assert reading.masked(name, value) == shown


def test_a_department_may_add_fields_but_take_none_away():
    ours = re.compile(r"DP\.3")
    assert reading.masked("1.DP.3", "李四", ours) == "李***"
    assert reading.masked("mobile", "x1", ours) == "x***"


def test_papers_are_counted_and_long_texts_cut():
    assert reading.brief("QUJD" * 100) == "… (400)"
    assert reading.brief("字" * 2001) == "字" * 2000 + "… (2001)"
    assert reading.brief("short") == "short"


def test_in_what_cannot_be_taken_apart_no_number_stays_whole():
    raw = f"0000{ID}{MOBILE}张三 12345".encode("gbk")
    shown = reading.strange(raw)
    assert shown["bytes"] == str(len(raw))
    assert not any(secret in shown["text"] for secret in (ID, MOBILE, ID[:17]))
    assert "12345" in shown["text"]
    assert reading.strange(b"") == {}
