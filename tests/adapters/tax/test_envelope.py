"""Everything the bureau, or somebody in its place, may send instead of an answer."""

import base64
import gzip
import re

import pytest

from adapters.tax.envelope import EnvelopeError, opened
from adapters.tax.stub_xml import fault, packed

NUMBER = "7" * 32
HEAD = {"dataExchangeId": NUMBER, "interfaceCode": "SW0103"}


class Dice:
    """Takes the first of everything."""

    def choice(self, of):
        return of[0]


def answer(inner="<sl><slh>1</slh></sl>"):
    return packed(HEAD, "1000", "已接收", inner, Dice())


def with_content(raw, *, zipped=True):
    text = re.sub(
        rb"content&gt;.*&lt;/content",
        b"content&gt;" + base64.b64encode(raw) + b"&lt;/content",
        answer(),
    )
    return text.replace(b"zipCode&gt;0", b"zipCode&gt;1") if zipped else text


def test_the_answer_itself_is_read():
    assert opened(answer(), NUMBER, 1000).about("slh") == "1"


def test_a_long_answer_comes_zipped_and_is_read():
    long = "<sl><slh>" + "1" * 20_000 + "</slh></sl>"
    assert b"zipCode&gt;1" in answer(long)
    assert len(opened(answer(long), NUMBER, 30_000).about("slh")) == 20_000


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>",
        fault("Server"),
        answer().replace(b"doServiceResponse", b"other"),
        answer()[:-10],
        answer().replace(b'encoding="UTF-8"?>', b'encoding="UTF-8"?><!DOCTYPE a>'),
        answer().replace(b"&lt;interface&gt;", b"&lt;!DOCTYPE a&gt;&lt;interface&gt;"),
        answer().replace(b"returnMessage&gt;", b"returnMessage&gt;!!!x"),
        with_content(gzip.compress(bytes(10_000_000))),
        with_content(b"not gzip"),
        with_content(gzip.compress(b"<!DOCTYPE a [<!ENTITY b 'c'>]><sl>&b;</sl>")),
        with_content("<sl>䶮</sl>".encode("gb18030"), zipped=False),
        with_content("<?xml version='1.0' encoding='GBK'?><sl>云</sl>".encode(), zipped=False),
    ],
)
def test_anything_else_is_refused(raw):
    with pytest.raises(EnvelopeError):
        opened(raw, NUMBER, 1000)


def test_the_answer_to_another_is_refused():
    with pytest.raises(EnvelopeError, match="another"):
        opened(answer(), "8" * 32, 1000)


def test_a_text_cut_inside_a_character_hides_no_error_list():
    cut = "联系电话有误".encode("gbk")[:-1]
    declared = b'<?xml version="1.0" encoding="GB2312"?>'
    inner = declared + b"<cwxx><cw><dm>T08</dm><ms>" + cut + b"</ms></cw></cwxx>"
    reply = opened(with_content(inner, zipped=False), NUMBER, 1000)
    assert (reply.about("cw/dm"), reply.about("cw/ms")) == ("T08", "联系电话有…")


def test_a_name_only_the_greater_character_set_has_is_read():
    inner = '<?xml version="1.0" encoding="GB2312"?><jg><bsy>朱镕𠮷</bsy></jg>'.encode("gb18030")
    assert opened(with_content(inner, zipped=False), NUMBER, 1000).about("bsy") == "朱镕𠮷"
