import pytest
from gmalg import SM2

from adapters.hall.sm2 import is_signed, new_pair, sign

USER_ID = b"1234567812345678"
# GB/T 32918.5-2017, A.2: public point and signature of b"message digest".
POINT = bytes.fromhex(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


def test_the_signature_of_the_standard_holds_for_its_message_only():
    assert is_signed(POINT, b"message digest", R, S)
    assert not is_signed(POINT, b"message digesT", R, S)


def test_gmalg_itself_believes_these_signatures_and_these_believe_gmalg():
    secret, point = new_pair()
    for message in (b"", "设立登记".encode() * 100):
        r, s = sign(secret, point, message)
        assert SM2(uid=USER_ID, pk=point).verify(
            message, r.to_bytes(32, "big"), s.to_bytes(32, "big")
        )
        theirs = (int.from_bytes(n, "big") for n in SM2(secret, USER_ID, point).sign(message))
        assert is_signed(point, message, *theirs)


@pytest.mark.parametrize(
    ("r", "s"), [(0, S), (R, 0), (ORDER, S), (R, ORDER), (S, R), (R, ORDER - R), (2**512, S)]
)
def test_other_numbers_are_no_signature(r, s):
    assert not is_signed(POINT, b"message digest", r, s)


def test_another_key_is_not_believed():
    secret, point = new_pair()
    _, other = new_pair()
    assert not is_signed(other, b"x", *sign(secret, point, b"x"))
