import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wire import piped
from adapters.wire.piped import UnreadableFileError

KEY = b"0123456789abcdef"
RECORDS = [["H", "GJJ01", "1"], ["D", "1", "样例𠮷䶮科技", ""]]
WHOLE = piped.signed(piped.write(RECORDS), KEY)


def test_a_file_is_crlf_gb18030_with_a_trailer():
    raw = WHOLE
    lines = raw.decode("gb18030").split("\r\n")
    assert lines[:2] == ["H|GJJ01|1", "D|1|样例𠮷䶮科技|"]
    assert lines[2].startswith("T|1|")
    assert lines[3:] == [""]


def test_the_trailer_is_what_openssl_computes():
    body, _, trailer = WHOLE.rpartition(b"T|")
    command = ["openssl", "dgst", "-sm3", "-mac", "hmac", "-macopt", f"key:{KEY.decode()}", "-r"]
    found = subprocess.run(command, input=body, capture_output=True, check=True)
    assert trailer.decode().split("|")[1].strip() == found.stdout.decode().split()[0].upper()


def test_what_is_written_is_read_back():
    assert piped.read(WHOLE, KEY) == RECORDS


def test_a_file_without_lines_is_whole():
    assert piped.read(piped.signed(piped.write([["H", "x"]]), KEY), KEY) == [["H", "x"]]


@given(cut=st.integers(min_value=0), flip=st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_noticed(cut, flip):
    raw = bytearray(WHOLE)
    raw[cut % len(raw)] ^= flip
    with pytest.raises(UnreadableFileError):
        piped.read(bytes(raw), KEY)


@given(length=st.integers(min_value=0))
def test_a_file_that_breaks_off_is_noticed(length):
    raw = WHOLE
    with pytest.raises(UnreadableFileError):
        piped.read(raw[: length % len(raw)], KEY)


def test_another_key_is_noticed():
    with pytest.raises(UnreadableFileError):
        piped.read(WHOLE, b"another")


@pytest.mark.parametrize("text", ["a|b", "a\r\nb", "a\x00b", "\ud800"])
def test_text_that_would_break_the_record_is_refused(text):
    assert not piped.fits(text)
    with pytest.raises(ValueError, match="separator"):
        piped.write([["H", text]])
