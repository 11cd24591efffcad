"""Free text never hides a decision; everything else is read strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wire import piped, strict_json, xml
from adapters.wire.fixed import Field, Layout
from adapters.wire.free_text import lenient, strict, unread
from adapters.wire.piped import Record, UnreadableFileError
from adapters.wire.strict_json import UnreadableJsonError

LAYOUT = Layout(Field("rc", 4), Field("name", 6), Field("text", 7, "T"))
KEY = b"0123456789abcdef"
KINDS = {"H": Record(3, {1}), "DU": Record(5, {3})}


@pytest.mark.parametrize("cut", range(9))
def test_a_text_cut_anywhere_is_read_up_to_there(cut):
    raw = "窗口办理".encode("gbk")[:cut]
    whole = "窗口办理"[: cut // 2]
    assert lenient(raw, "gbk") == whole + ("…" if cut % 2 else "")


def test_what_says_it_is_gb2312_is_read_as_gb18030():
    assert strict("镕𠮷".encode("gb18030"), "GB2312") == "镕𠮷"
    raw = '<?xml version="1.0" encoding="gb2312"?><a><b>朱镕</b></a>'.encode("gb18030")
    assert xml.text(xml.parsed(raw), "b") == "朱镕"


@given(st.binary(max_size=40))
def test_any_bytes_are_some_text_a_page_can_hold(raw):
    assert lenient(raw, "gbk").encode("utf-8").isascii() <= raw.isascii()


def test_the_bytes_that_could_not_be_read_are_told():
    assert unread("好".encode("gbk") + b"\xc9 0000", "gbk") == "at 2: c9203030"
    assert unread("好".encode("gbk"), "gbk") == ""


# Fixed width


def test_a_fixed_field_of_free_text_may_break_off():
    raw = b"0000" + "张三丰".encode("gbk") + "请到窗口".encode("gbk")[:7]
    assert LAYOUT.unpack(raw) == {"rc": "0000", "name": "张三丰", "text": "请到窗…"}


def test_any_other_fixed_field_may_not():
    with pytest.raises(UnicodeDecodeError):
        LAYOUT.unpack(b"0000" + "张三丰".encode("gbk")[:5] + b" " + b"ok     ")


# JSON

DAMAGED = b'{"code":"00000","msg":"' + "请到窗口".encode()[:-1] + b'","data":{"no":"1"}}'


def test_a_json_text_may_break_off():
    assert strict_json.read(DAMAGED, {"msg"}) == {
        "code": "00000",
        "msg": "请到窗…",
        "data": {"no": "1"},
    }


@pytest.mark.parametrize(
    "raw",
    [
        DAMAGED.replace(b'"msg"', b'"name"'),
        b'{"msg":"ok","code":"0\xff"}',
        b'{"msg":"ok","co\xffde":"0"}',
        b'{"msg":"ok","codes":["0\xff"]}',
        b'{"msg":"ok\xff}',
        b'{"msg":"ok","code":"\\ud800"}',
    ],
)
def test_anything_else_in_json_may_not(raw):
    with pytest.raises(UnreadableJsonError):
        strict_json.read(raw, {"msg"})


# XML

HEAD = b'<?xml version="1.0" encoding="GBK"?>'
CUT = "请到窗口".encode("gbk")[:-1]


def test_an_xml_text_may_break_off():
    root = xml.parsed(HEAD + b"<a><dm>T01</dm><ms>" + CUT + b"</ms></a>", {"ms"})
    assert (xml.text(root, "dm"), xml.text(root, "ms")) == ("T01", "请到窗…")


@pytest.mark.parametrize(
    "body",
    [b"<a><dm>" + CUT + b"</dm></a>", b"<a ms='" + CUT + b"'/>", b"<a><ms/>" + CUT + b"</a>"],
)
def test_anything_else_in_xml_may_not(body):
    with pytest.raises(xml.XmlError):
        xml.parsed(HEAD + body, {"ms"})


# Records


NAME = "示范".encode("gbk")


def records(text, *, name=NAME):
    body = b"H|" + text + b"|1\r\nD|1|U|" + text + b"|" + name + b"\r\n"
    return piped.signed(body, KEY)


@pytest.mark.parametrize("cut", [7, 8])
def test_a_text_in_a_record_may_break_off_even_if_it_takes_the_separator_along(cut):
    text = "请到窗口".encode("gbk")[:cut]
    said = "请到窗口" if cut == 8 else "请到窗…"
    assert piped.read(records(text), KEY, KINDS) == [
        ["H", said, "1"],
        ["D", "1", "U", said, "示范"],
    ]


def test_any_other_field_of_a_record_may_not():
    with pytest.raises(UnreadableFileError):
        piped.read(records(b"ok", name="示范".encode("gbk")[:3]), KEY, KINDS)


def test_a_character_that_holds_the_separators_byte_is_read():
    text = b"\xc9|"
    assert piped.read(records(text), KEY, KINDS)[0][1] == text.decode("gb18030")
