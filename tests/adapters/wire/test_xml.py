import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wire import xml

BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;">]><a>&d;&d;&d;&d;</a>"""
FILE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'

WORDS = st.text(
    st.characters(codec="gbk", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30
).map(str.strip)


@given(WORDS)
def test_any_text_of_gbk_goes_and_comes_back(word):
    raw = xml.written(xml.element("a", xml.element("b", value=word)), "gbk")
    assert xml.text(xml.parsed(raw), "b") == word


@pytest.mark.parametrize("raw", [BOMB, FILE, b"<!DOCTYPE a><a/>", b'<!DOCTYPE a SYSTEM "b"><a/>'])
def test_a_document_type_is_refused(raw):
    with pytest.raises(xml.XmlError):
        xml.parsed(raw)


@pytest.mark.parametrize(
    "raw", [b"", b"text", b"<a>", b"<a/><b/>", b"<a>\xff</a>", b"<a>\x00</a>"]
)
def test_what_is_not_xml_is_refused(raw):
    with pytest.raises(xml.XmlError):
        xml.parsed(raw)


def test_a_byte_order_mark_does_no_harm():
    assert xml.text(xml.parsed("\ufeff<a><b>公章</b></a>".encode()), "b") == "公章"
    declared = '\ufeff<?xml version="1.0" encoding="GBK"?><a><b>公章</b></a>'
    assert xml.text(xml.parsed_text(declared), "b") == "公章"


def test_prefixes_do_not_matter():
    raw = b'<x:a xmlns:x="urn:1" xmlns:y="urn:2"><y:b><c>1</c></y:b></x:a>'
    assert xml.text(xml.parsed(raw), "b/c") == "1"


def test_what_is_not_there_is_empty():
    root = xml.parsed(b"<a><b/></a>")
    assert xml.text(root, "b/c/d") == ""
    assert xml.child(root, "x") is None
    assert xml.children(root, "x/y") == []


def test_comments_are_not_elements():
    assert xml.text(xml.parsed(b"<a><!-- b --><b>1</b><?pi x?></a>"), "b") == "1"


def test_characters_the_encoding_lacks_are_an_error_not_a_question_mark():
    with pytest.raises(UnicodeEncodeError):
        xml.written(xml.element("a", value="䶮"), "gbk")


def test_control_characters_cannot_be_written():
    with pytest.raises(ValueError):
        xml.element("a", value="\x07")
