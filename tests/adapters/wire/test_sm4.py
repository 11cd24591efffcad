import base64
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wire.sm4 import deciphered, enciphered

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
IV = bytes(range(16))


@given(st.binary(max_size=200))
def test_what_was_enciphered_is_deciphered(plain):
    assert deciphered(KEY, enciphered(KEY, plain)) == plain


def test_the_same_text_never_looks_the_same_twice():
    assert enciphered(KEY, b"text") != enciphered(KEY, b"text")


def test_openssl_makes_the_same_bytes():
    plain = "公章刻制".encode()
    command = ["openssl", "enc", "-sm4-cbc", "-K", KEY.hex(), "-iv", IV.hex()]
    made = subprocess.run(command, input=plain, capture_output=True, check=True).stdout
    assert enciphered(KEY, plain, IV) == base64.b64encode(IV + made).decode()


@pytest.mark.parametrize("text", ["", "!", "AAAA", base64.b64encode(bytes(16)).decode(), "公章"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError):
        deciphered(KEY, text)


def test_another_key_does_not_open_it():
    text = enciphered(KEY, b"x" * 64, IV)
    with pytest.raises(ValueError):
        deciphered(bytes(16), text)
