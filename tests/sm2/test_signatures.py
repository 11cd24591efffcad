import base64
import copy
import gc
import os
import pickle
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaiban.sm2.gmalg import Gmalg
from kaiban.sm2.openssl import NotUsable, OpenSsl
from kaiban.sm2.signatures import Sm2Signer, Sm2Verifier, fastest, sm3

OPENSSL, GMALG = OpenSsl(), Gmalg()
BOTH = pytest.mark.parametrize(
    "arithmetic", [pytest.param(OPENSSL, id="openssl"), pytest.param(GMALG, id="gmalg")]
)

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


@BOTH
def test_the_signature_of_the_standard_verifies(arithmetic):
    verifier = Sm2Verifier(PUBLIC, arithmetic=arithmetic)
    assert verifier.verify(b"message digest", der(VECTOR_R, VECTOR_S))


@BOTH
def test_the_signature_of_the_standard_does_not_verify_another_message_or_id(arithmetic):
    signature = der(VECTOR_R, VECTOR_S)
    other_id = Sm2Verifier(PUBLIC, b"ALICE123@YAHOO.COM", arithmetic=arithmetic)
    assert not Sm2Verifier(PUBLIC, arithmetic=arithmetic).verify(b"message digesT", signature)
    assert not other_id.verify(b"message digest", signature)


@BOTH
def test_our_signature_with_the_standards_key_verifies_and_is_never_the_same(arithmetic):
    signer = Sm2Signer(PRIVATE, arithmetic=arithmetic)
    first, second = signer.sign(b"x"), signer.sign(b"x")
    assert first != second
    verifier = Sm2Verifier(PUBLIC, arithmetic=arithmetic)
    assert verifier.verify(b"x", first)
    assert verifier.verify(b"x", second)


@pytest.mark.parametrize(
    ("signing", "verifying"), [(OPENSSL, GMALG), (GMALG, OPENSSL)], ids=["to gmalg", "to openssl"]
)
@pytest.mark.parametrize("uid", [b"1234567812345678", b"ALICE123@YAHOO.COM"])
def test_openssl_and_gmalg_believe_each_other(signing, verifying, uid):
    signer = Sm2Signer(PRIVATE, uid, signing)
    verifier = Sm2Verifier(PUBLIC, uid, verifying)
    for message in (b"", b"\0", b"a\0b", "设立登记".encode() * 999):
        signature = signer.sign(message)
        assert verifier.verify(message, signature)
        assert not verifier.verify(message + b"\0", signature)


def test_a_thousand_random_messages_go_and_come_back():
    signer, verifier = Sm2Signer(PRIVATE), Sm2Verifier(PUBLIC)
    for size in range(1000):
        message = secrets.token_bytes(size)
        signature = signer.sign(message)
        assert verifier.verify(message, signature), message.hex()
        assert not verifier.verify(message + b"x", signature)


@pytest.mark.parametrize(
    ("arithmetic", "times"), [(OPENSSL, 800), (GMALG, 48)], ids=["openssl", "gmalg"]
)
def test_threads_share_a_signer_and_a_verifier(arithmetic, times):
    signer = Sm2Signer(PRIVATE, arithmetic=arithmetic)
    verifier = Sm2Verifier(PUBLIC, arithmetic=arithmetic)

    def goes_and_comes_back(number):
        message = str(number).encode() * 500
        return verifier.verify(message, signer.sign(message))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(goes_and_comes_back, range(times)))


LEAK = """
import gc
import sys
from pathlib import Path

from kaiban.sm2.signatures import Sm2Signer, Sm2Verifier


def pages():
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1])


def work(times):
    signer, verifier = Sm2Signer(sys.argv[1]), Sm2Verifier(sys.argv[2])
    for number in range(times):
        signature = signer.sign(b"x")
        verifier.verify(b"y", signature if number % 2 else b"0")
        if number % 3 == 0:
            Sm2Signer(sys.argv[1]), Sm2Verifier(sys.argv[2])


work(500)
before = pages()
work(int(sys.argv[3]))
print(pages() - before)
"""


def test_neither_contexts_nor_keys_pile_up():
    # In a process of its own: here, other tests' free memory would hide a leak.
    said = subprocess.run(
        [sys.executable, "-c", LEAK, PRIVATE, PUBLIC, "3000"],
        capture_output=True,
        check=True,
        text=True,
    )
    # 6000 contexts lost are 1300 pages of 4 KiB, 2000 keys lost more than 100.
    assert int(said.stdout) < 60


def test_openssl_is_chosen_and_gmalg_where_there_is_none():
    assert isinstance(fastest(), OpenSsl)
    assert isinstance(fastest(("libcrypto.so.of-nobody",)), Gmalg)
    assert isinstance(fastest(("libc.so.6",)), Gmalg)
    with pytest.raises(NotUsable, match="no libcrypto"):
        OpenSsl(["libcrypto.so.of-nobody"])
    with pytest.raises(NotUsable, match="lacks"):
        OpenSsl(["libc.so.6"])


FIPS = """
openssl_conf = start
[start]
alg_section = properties
[properties]
default_properties = fips=yes
"""
CHOOSE = """
import sys

from kaiban.sm2.signatures import Sm2Signer, Sm2Verifier, fastest

print(type(fastest()).__name__)
print(Sm2Verifier(sys.argv[2]).verify(b"x", Sm2Signer(sys.argv[1]).sign(b"x")))
"""


def test_gmalg_is_chosen_where_openssl_may_not_use_sm2(tmp_path):
    # Keys still load there; it is the digest that is missing.
    (tmp_path / "openssl.cnf").write_text(FIPS)
    said = subprocess.run(
        [sys.executable, "-c", CHOOSE, PRIVATE, PUBLIC],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "OPENSSL_CONF": str(tmp_path / "openssl.cnf")},
    )
    assert said.stdout.split() == ["Gmalg", "True"]


@BOTH
def test_openssl_verifies_what_we_sign(keys, arithmetic):
    message = "设立登记".encode()
    (keys / "message").write_bytes(message)
    signer = Sm2Signer(text(keys, "key.pem"), arithmetic=arithmetic)
    (keys / "ours.sig").write_bytes(signer.sign(message))
    checked = openssl(
        "pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-in", "message", "-sigfile",
        "ours.sig", "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678", cwd=keys,
    )  # fmt: skip
    assert b"Signature Verified Successfully" in checked.stdout, checked.stderr


@BOTH
def test_we_verify_what_openssl_signs(keys, arithmetic):
    (keys / "message").write_bytes(b"from openssl")
    made = openssl(
        "pkeyutl", "-sign", "-inkey", "key.pem", "-in", "message", "-out", "theirs.sig",
        "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678", cwd=keys,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    verifier = Sm2Verifier(text(keys, "pub.pem"), arithmetic=arithmetic)
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
        der("01" * 120, VECTOR_S),
        GOOD.replace(b"\x02\x21\x00", b"\x02\x22\x00\x00", 1),  # a zero too many
        b"\x30\x81" + GOOD[1:],  # a length in another way than DER's
        b"\x30\x84\xff\xff\xff\xff" + GOOD[2:],
        b"\x30\x80" + GOOD[2:] + b"\0\0",
        b"\x31" + GOOD[1:],
        b"\0" * 72,
        b"\x30\x06\x02\x01\xff\x02\x01\xff",  # negative numbers
        der(VECTOR_S, VECTOR_R),
    ],
)
@BOTH
def test_a_malformed_signature_is_false_and_no_exception(signature, arithmetic):
    verifier = Sm2Verifier(PUBLIC, arithmetic=arithmetic)
    assert verifier.verify(b"message digest", signature) is False
    assert verifier.verify(b"message digest", GOOD) is True


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80))
def test_random_bytes_are_no_signature(signature):
    assert Sm2Verifier(PUBLIC).verify(b"message digest", signature) is False


def test_a_signature_with_any_bit_changed_is_none():
    verifier = Sm2Verifier(PUBLIC)
    for at in range(len(GOOD) * 8):
        changed = bytearray(GOOD)
        changed[at // 8] ^= 1 << at % 8
        assert verifier.verify(b"message digest", bytes(changed)) is False


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "04" + VECTOR_PUBLIC,
        PUBLIC.replace("PUBLIC", "PRIVATE"),
        PUBLIC.replace("AE", "*E", 1),
        armoured("PUBLIC KEY", PUBLIC_FRAME + VECTOR_PUBLIC + "00"),
        armoured("PUBLIC KEY", PUBLIC_FRAME + VECTOR_PUBLIC[:-2] + "14"),  # off the curve
        armoured("PUBLIC KEY", PUBLIC_FRAME + "00" * 64),
        armoured("PUBLIC KEY", PUBLIC_FRAME[:-2] + "07" + VECTOR_PUBLIC),  # the hybrid form
        PUBLIC.replace("MF", "中文", 1),
        # the same structure for the curve P-256
        armoured(
            "PUBLIC KEY", "3059301306072a8648ce3d020106082a8648ce3d03010703420004" + VECTOR_PUBLIC
        ),
    ],
)
@BOTH
def test_a_wrong_public_key_is_told_at_once(pem, arithmetic):
    with pytest.raises(ValueError):
        Sm2Verifier(pem, arithmetic=arithmetic)


def private(secret, point=VECTOR_PUBLIC):
    return armoured("PRIVATE KEY", f"{PRIVATE_FRAME}{secret}a14403420004{point}")


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "secret",
        PUBLIC,
        armoured("PRIVATE KEY", PRIVATE_FRAME + VECTOR_PRIVATE),
        private(VECTOR_PRIVATE[:-2] + "B9"),  # the public half of another key
        private("00" * 32),
        private(ORDER),
        private("FF" * 32),
        armoured("PRIVATE KEY", f"{PRIVATE_FRAME}{VECTOR_PRIVATE}a14403420007{VECTOR_PUBLIC}"),
    ],
)
@BOTH
def test_a_wrong_private_key_is_told_without_showing_it(pem, arithmetic):
    with pytest.raises(ValueError) as told:
        Sm2Signer(pem, arithmetic=arithmetic)
    assert VECTOR_PRIVATE[:-2].lower() not in str(told.value).lower()


def test_a_key_in_openssl_is_neither_copied_nor_pickled():
    signer = Sm2Signer(PRIVATE, arithmetic=OPENSSL)
    for attempt in (copy.deepcopy, pickle.dumps):
        with pytest.raises((ValueError, AttributeError)):
            attempt(signer)
    twin = copy.copy(signer)
    del signer
    gc.collect()
    assert Sm2Verifier(PUBLIC).verify(b"x", twin.sign(b"x"))


@BOTH
def test_no_key_is_shown_when_a_signer_is_printed(arithmetic):
    signer = Sm2Signer(PRIVATE, arithmetic=arithmetic)
    shown = repr(signer) + str(vars(signer)) + str(vars(vars(signer)["_signer"]))
    assert str(int(VECTOR_PRIVATE, 16)) not in shown
    assert VECTOR_PRIVATE.lower() not in shown.lower()
