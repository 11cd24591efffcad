import base64
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.wire.sm2 import Sm2Signer, Sm2Verifier, sm3

# GB/T 32918.5-2017, appendix A.2: private key, public key, message, r and s.
VECTOR_PRIVATE = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
VECTOR_PUBLIC = (
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
VECTOR_R = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
VECTOR_S = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"

PRIVATE_FRAME = "308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420"
PUBLIC_FRAME = "3059301306072a8648ce3d020106082a811ccf5501822d03420004"


def armoured(label, der_hex):
    text = base64.b64encode(bytes.fromhex(der_hex)).decode()
    return f"-----BEGIN {label}-----\n{text}\n-----END {label}-----\n"


PRIVATE = armoured(
    "PRIVATE KEY", PRIVATE_FRAME + VECTOR_PRIVATE + "a144034200" + "04" + VECTOR_PUBLIC
)
PUBLIC = armoured("PUBLIC KEY", PUBLIC_FRAME + VECTOR_PUBLIC)


def der(r, s):
    def number(text):
        raw = bytes.fromhex(text)
        raw = b"\0" + raw if raw[0] & 0x80 else raw
        return bytes([2, len(raw)]) + raw

    body = number(r) + number(s)
    return bytes([0x30, len(body)]) + body


def openssl(*args, cwd):
    return subprocess.run(["openssl", *args], cwd=cwd, capture_output=True, check=False)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    made = openssl("genpkey", "-algorithm", "SM2", "-out", "key.pem", cwd=folder)
    assert made.returncode == 0, made.stderr
    assert (
        openssl("pkey", "-in", "key.pem", "-pubout", "-out", "pub.pem", cwd=folder).returncode == 0
    )
    return folder


def text(folder: Path, name):
    return (folder / name).read_text()


def test_the_signature_of_the_standard_verifies():
    assert Sm2Verifier(PUBLIC).verify(b"message digest", der(VECTOR_R, VECTOR_S))


def test_the_signature_of_the_standard_does_not_verify_another_message_or_id():
    signature = der(VECTOR_R, VECTOR_S)
    assert not Sm2Verifier(PUBLIC).verify(b"message digesT", signature)
    assert not Sm2Verifier(PUBLIC, b"ALICE123@YAHOO.COM").verify(b"message digest", signature)


def test_our_signature_with_the_standards_key_verifies_and_is_never_the_same():
    signer = Sm2Signer(PRIVATE)
    first, second = signer.sign(b"x"), signer.sign(b"x")
    assert first != second
    assert Sm2Verifier(PUBLIC).verify(b"x", first)
    assert Sm2Verifier(PUBLIC).verify(b"x", second)


def test_openssl_verifies_what_we_sign(keys):
    message = "设立登记".encode()
    (keys / "message").write_bytes(message)
    (keys / "ours.sig").write_bytes(Sm2Signer(text(keys, "key.pem")).sign(message))
    checked = openssl(
        "pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-in", "message", "-sigfile",
        "ours.sig", "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678", cwd=keys,
    )  # fmt: skip
    assert b"Signature Verified Successfully" in checked.stdout, checked.stderr


def test_we_verify_what_openssl_signs(keys):
    (keys / "message").write_bytes(b"from openssl")
    made = openssl(
        "pkeyutl", "-sign", "-inkey", "key.pem", "-in", "message", "-out", "theirs.sig",
        "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678", cwd=keys,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    verifier = Sm2Verifier(text(keys, "pub.pem"))
    signature = (keys / "theirs.sig").read_bytes()
    assert verifier.verify(b"from openssl", signature)
    assert not verifier.verify(b"from OPENSSL", signature)


def test_openssl_and_we_agree_on_sm3(keys):
    (keys / "abc").write_bytes(b"abc")
    said = openssl("dgst", "-sm3", "-r", "abc", cwd=keys).stdout.decode().split()[0]
    assert sm3(b"abc") == said
    assert said == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


ORDER = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123"
GOOD = der(VECTOR_R, VECTOR_S)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        b"\x30",
        b"\x30\x00",
        GOOD[:-1],
        GOOD + b"\0",
        bytes.fromhex(VECTOR_R + VECTOR_S),  # r and s without DER
        der("00", VECTOR_S),
        der(VECTOR_R, "00"),
        der(ORDER, VECTOR_S),
        der("01" + "00" * 32, VECTOR_S),  # longer than the curve's numbers
        b"\x30\x06\x02\x01\xff\x02\x01\xff",  # negative numbers
        der(VECTOR_S, VECTOR_R),
    ],
)
def test_a_malformed_signature_is_false_and_no_exception(signature):
    assert Sm2Verifier(PUBLIC).verify(b"message digest", signature) is False


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=80))
def test_random_bytes_are_no_signature(signature):
    assert Sm2Verifier(PUBLIC).verify(b"message digest", signature) is False


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "04" + VECTOR_PUBLIC,
        PUBLIC.replace("PUBLIC", "PRIVATE"),
        PUBLIC.replace("AE", "*E", 1),
        armoured("PUBLIC KEY", PUBLIC_FRAME + VECTOR_PUBLIC + "00"),
        armoured("PUBLIC KEY", PUBLIC_FRAME + VECTOR_PUBLIC[:-2] + "14"),  # off the curve
        # the same structure for the curve P-256
        armoured(
            "PUBLIC KEY", "3059301306072a8648ce3d020106082a8648ce3d03010703420004" + VECTOR_PUBLIC
        ),
    ],
)
def test_a_wrong_public_key_is_told_at_once(pem):
    with pytest.raises(ValueError):
        Sm2Verifier(pem)


@pytest.mark.parametrize(
    "pem",
    ["", "secret", PUBLIC, armoured("PRIVATE KEY", PRIVATE_FRAME + VECTOR_PRIVATE)],
)
def test_a_wrong_private_key_is_told_without_showing_it(pem):
    with pytest.raises(ValueError) as told:
        Sm2Signer(pem)
    assert VECTOR_PRIVATE.lower() not in str(told.value).lower()


def test_no_key_is_shown_when_a_signer_is_printed():
    shown = repr(Sm2Signer(PRIVATE)) + str(Sm2Signer(PRIVATE))
    assert str(int(VECTOR_PRIVATE, 16)) not in shown
    assert VECTOR_PRIVATE.lower() not in shown.lower()


def test_threads_may_share_a_signer_and_a_verifier():
    signer, verifier = Sm2Signer(PRIVATE), Sm2Verifier(PUBLIC)
    messages = [bytes([n]) * 2000 for n in range(48)]

    def right(message):
        return verifier.verify(message, signer.sign(message))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(right, messages))
