"""HMAC-SM3 against vectors computed with OpenSSL."""

from adapters.wire.mac import same, sm3_mac


def test_it_agrees_with_openssl():
    # printf 'abc' | openssl dgst -sm3 -mac HMAC -macopt hexkey:00112233445566778899aabbccddeeff
    key = bytes.fromhex("00112233445566778899aabbccddeeff")
    assert (
        sm3_mac(key, b"abc").hex()
        == "0933617a88d312f6f9fb4b5f200e31a64d655e92f7fa2a43f55dfeeb8ab6788d"
    )


def test_a_difference_anywhere_is_a_difference():
    assert same(b"abc", b"abc")
    assert not same(b"abc", b"abd")
    assert not same(b"abc", b"ab")
