"""What fits into a character set and a width of bytes."""

import pytest

from adapters.wire.text import misfit


@pytest.mark.parametrize(
    ("text", "encoding", "width"),
    [
        ("镕堃喆犇骉", "gbk", None),
        ("䶮𠮷㼆", "gb18030", None),
        ("䶮𠮷㼆", "utf-8", None),
        ("张三", "gbk", 4),
        ("买买提·艾力", "gbk", 12),
        ("", "gbk", 0),
    ],
)
def test_what_fits_has_no_reason(text, encoding, width):
    assert misfit(text, encoding, width) == ""


@pytest.mark.parametrize(
    ("text", "encoding", "width", "told"),
    [
        ("李𠮷", "gbk", None, "“𠮷”"),
        ("䶮㼆䶮", "gbk", None, "“䶮、㼆”"),
        ("喆", "gb2312", None, "“喆”"),
        ("张三", "gbk", 3, "3个字节"),
        ("张\n三", "gbk", None, "控制字符"),
        ("张\x00", "utf-8", None, "控制字符"),
        ("\ud800", "utf-8", None, "不能识别"),
    ],
)
def test_what_does_not_fit_is_told_in_words(text, encoding, width, told):
    assert told in misfit(text, encoding, width)


def test_what_the_protocol_needs_for_itself_does_not_fit():
    assert "“|”" in misfit("示范市|软件", "gb18030", None, "|")
    assert misfit("示范市软件", "gb18030", None, "|") == ""
