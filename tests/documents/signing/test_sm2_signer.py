"""An SM2 key of the platform: what it signs is read by other programs, and nothing else passes for it."""

import subprocess

import pytest
from asn1crypto import pem, x509

from kaiban.documents.signing import sm2_messages
from kaiban.documents.signing.certificates import BadSigningKeyError
from kaiban.documents.signing.sm2_signer import Sm2FileSigner, is_sm2, verifier
from kaiban.sm2.gmalg import Gmalg
from kaiban.sm2.signatures import Sm2Verifier
from tests.documents import samples

CONTENT = '{"format":"kaiban-archive/1","名":"示范"}'.encode()


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    return samples.sm2_key(tmp_path_factory.mktemp("sm2"))


@pytest.fixture(scope="module")
def signer(given):
    return Sm2FileSigner.read(*given)


def openssl(folder, *arguments):
    ran = subprocess.run(
        ["openssl", *arguments], cwd=folder, check=False, capture_output=True, text=True
    )
    return ran.returncode, ran.stdout + ran.stderr


def taken_out(folder, message):
    """The signature, as HOW-TO-VERIFY.txt says to take it out with openssl alone."""
    (folder / "message.p7s").write_bytes(message)
    _, told = openssl(folder, "asn1parse", "-inform", "DER", "-in", "message.p7s")
    at = told.strip().splitlines()[-1].partition(":")[0].strip()
    openssl(
        folder, "asn1parse", "-inform", "DER", "-in", "message.p7s", "-strparse", at, "-noout",
        "-out", "signature.der",
    )  # fmt: skip
    return told


def test_openssl_finds_the_signature_right_and_the_syntax_that_of_the_standard(
    tmp_path, given, signer
):
    told = taken_out(tmp_path, signer.detached(CONTENT))
    # GB/T 35275-2017: signedData, data; SM3; SM2-1.
    objects = [line.rpartition(":")[2] for line in told.splitlines() if "OBJECT" in line]
    assert objects[:3] == ["1.2.156.10197.6.1.4.2.2", "sm3", "1.2.156.10197.6.1.4.2.1"]
    assert objects[-2:] == ["sm3", "1.2.156.10197.1.301.1"]
    (tmp_path / "manifest.json").write_bytes(CONTENT)
    (tmp_path / "sm2.pem").write_bytes(given[1])
    _, key = openssl(tmp_path, "x509", "-in", "sm2.pem", "-noout", "-pubkey")
    (tmp_path / "key.pem").write_text(key)
    check = [
        "dgst", "-sm3", "-verify", "key.pem", "-sigopt", "distid:1234567812345678",
        "-signature", "signature.der", "manifest.json",
    ]  # fmt: skip
    assert openssl(tmp_path, *check) == (0, "Verified OK\n")
    (tmp_path / "manifest.json").write_bytes(CONTENT + b" ")
    assert openssl(tmp_path, *check)[0] == 1


def test_gmalg_finds_it_right_too(signer):
    message = sm2_messages.read(signer.detached(CONTENT))
    assert message.certificate == signer.certificates[0]
    key = pem.armor(
        "PUBLIC KEY", x509.Certificate.load(message.certificate).public_key.dump()
    ).decode()
    pure = Sm2Verifier(key, arithmetic=Gmalg())
    assert pure.verify(CONTENT, message.signature)
    assert not pure.verify(CONTENT + b"x", message.signature)


def test_a_key_of_another_certificate_or_another_kind_is_refused(tmp_path, given, signer):
    other = samples.sm2_key(tmp_path)
    ours = samples.make_sample(samples.REAL_TIME)
    for key, certificates, why in (
        (other[0], given[1], "another key's"),
        (ours[0], given[1], "expected an SM2 key"),
        (b"\xff", given[1], "expected an SM2 key"),
        (given[0], ours[1], "expected a certificate of an SM2 key"),
        (given[0], b"", "no certificates"),
        (given[0], given[1] + other[1], "issued by the one behind it"),
    ):
        with pytest.raises(BadSigningKeyError, match=why):
            Sm2FileSigner.read(key, certificates)
    assert "PRIVATE" not in repr(signer)


def test_a_chain_is_embedded_as_it_was_issued(tmp_path, given):
    """An authority with an SM2 key, and a certificate it issued."""
    root = samples.sm2_key(tmp_path, "样例根")
    (tmp_path / "own.key").write_bytes(given[0])
    request = ["-key", "own.key", "-sm3", "-sigopt", "distid:1234567812345678"]
    openssl(tmp_path, "req", "-new", *request, "-subj", "/CN=own", "-out", "own.csr")
    issue = ["-CA", "sm2.pem", "-CAkey", "sm2.key", "-CAcreateserial", "-sm3"]
    ids = ["-vfyopt", "distid:1234567812345678", "-sigopt", "distid:1234567812345678"]
    ended = openssl(tmp_path, "x509", "-req", "-in", "own.csr", *issue, *ids, "-out", "own.pem")
    assert ended[0] == 0, ended
    own = (tmp_path / "own.pem").read_bytes()
    signer = Sm2FileSigner.read(given[0], own + root[1])
    assert len(signer.chain) == 2
    message = sm2_messages.read(signer.detached(CONTENT))
    assert message.certificate == signer.certificates[0]
    assert verifier(signer.chain[0]).verify(CONTENT, message.signature)
    with pytest.raises(BadSigningKeyError, match="issued by the one behind it"):
        Sm2FileSigner.read(given[0], own + samples.sm2_key(tmp_path, "样例根")[1])


def changed(signer, **told):
    """A message with something else in it, in the right syntax."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in told.items():
            patched.setattr(sm2_messages, name, value)
        return signer.detached(CONTENT)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"SM2_SIGNATURE": "1.2.840.10045.4.3.2"}, "algorithm"),
        ({"SM3": "2.16.840.1.101.3.4.2.1"}, "algorithm"),
        ({"DATA": "1.2.840.113549.1.7.1"}, "kind of message"),
        ({"SIGNED_DATA": "1.2.840.113549.1.7.2"}, "kind of message"),
        ({"VERSION": 3}, "version"),
    ],
)
def test_another_syntax_is_refused(signer, told, why):
    with pytest.raises(sm2_messages.BadMessageError, match=why):
        sm2_messages.read(changed(signer, **told))


def test_what_is_cut_doubled_or_no_message_is_refused(signer):
    message = signer.detached(CONTENT)
    for wrong in (b"", message[:-1], message + b"\0", b"\x30\x00", CONTENT):
        with pytest.raises(sm2_messages.BadMessageError):
            sm2_messages.read(wrong)


def test_certificates_are_told_apart(signer):
    assert is_sm2(signer.chain[0])
    assert not is_sm2(samples.signing().signer.chain[0])
