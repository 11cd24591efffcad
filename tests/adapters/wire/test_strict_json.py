import pytest

from adapters.wire import strict_json
from adapters.wire.strict_json import UnreadableJsonError


def test_chinese_is_written_as_itself_and_read_back():
    message = {"unit": {"name": "样例𠮷䶮科技"}, "rows": [1, "二"], "none": None}
    raw = strict_json.write(message)
    assert "样例𠮷䶮科技".encode() in raw
    assert strict_json.read(raw) == message


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[1]",
        b'"text"',
        b'{"a":1',
        b'{"a":1}x',
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'\xef\xbb\xbf{"a":1}',
        '{"a":"成功"}'.encode("gbk"),
        b"<html>login</html>",
        b"[" * 100_000,
    ],
)
def test_what_is_not_one_strict_object_is_unreadable_and_not_quoted(raw):
    with pytest.raises(UnreadableJsonError) as refused:
        strict_json.read(raw)
    assert "成功" not in str(refused.value)
    assert "login" not in str(refused.value)


def test_nan_is_never_written():
    with pytest.raises(ValueError, match="JSON compliant"):
        strict_json.write({"a": float("nan")})
