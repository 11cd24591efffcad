"""A key that stays in its token signs packages that programs which are not ours verify."""

import multiprocessing
import shutil

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from kaiban.documents.signing.certificates import BadSigningKeyError
from kaiban.documents.signing.pades import Signing
from kaiban.documents.signing.pkcs11_signer import Pkcs11Key, Pkcs11Signer, TokenUnavailableError
from kaiban.documents.signing.pkcs11_uri import Pkcs11Uri
from kaiban.documents.signing.sample import make_sample
from tests import softhsm
from tests.documents import samples

NOW = samples.REAL_TIME
KEY, CERTIFICATE = make_sample(NOW)


@pytest.fixture
def token(tmp_path):
    with softhsm.token(tmp_path, KEY) as found:
        yield found


def opened(there, **other):
    return Pkcs11Signer.read(
        Pkcs11Uri.read(softhsm.address(there.pin, **other)), softhsm.PIN, CERTIFICATE
    )


def assert_signs(signer):
    signer.chain[0].public_key().verify(signer.sign(b"content"), b"content", ec.ECDSA(SHA256()))


@pytest.mark.parametrize("other", [{}, {"object": None}, {"id": None}])
def test_the_key_is_found_by_its_label_or_its_id(token, other):
    signer = opened(token, **other)
    assert_signs(signer)
    assert softhsm.PIN not in repr(signer)


def test_a_package_signed_in_a_token_is_one_like_any_other(token, tmp_path):
    from kaiban.documents.package.verify import verify_file  # noqa: PLC0415 - beside what it is about

    made, chain = samples.signed_package(Signing(opened(token), lambda: NOW))
    for content in (made.archive, made.pdf):
        assert verify_file(content, chain).ok
    assert not verify_file(made.archive, samples.signing().signer.chain).ok


def test_after_the_token_was_away_the_next_signature_opens_it_again(token, tmp_path):
    signer = opened(token)
    shutil.move(tmp_path / "tokens", tmp_path / "away")
    (tmp_path / "tokens").mkdir()
    signer.key._process = 0  # noqa: SLF001 - as if the session were another process's: SoftHSM keeps what it has read
    with pytest.raises(TokenUnavailableError, match="NoSuchToken"):
        signer.sign(b"content")
    (tmp_path / "tokens").rmdir()
    shutil.move(tmp_path / "away", tmp_path / "tokens")
    assert_signs(signer)


def test_a_session_that_was_lost_is_opened_again_at_once(token):
    signer = opened(token)
    assert_signs(signer)
    opened(token)  # begins the module anew, which ends every session
    assert_signs(signer)


def test_a_forked_child_opens_the_token_for_itself(token):
    signer = opened(token)
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()
    child = fork.Process(target=lambda: there.send(signer.sign(b"content")))
    child.start()
    assert here.poll(30)
    signer.chain[0].public_key().verify(here.recv(), b"content", ec.ECDSA(SHA256()))
    child.join()
    assert child.exitcode == 0
    assert_signs(signer)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"token": "elsewhere"}, "NoSuchToken"),
        ({"object": "another"}, "NoSuchKey"),
        ({"id": "%08"}, "NoSuchKey"),
        ({"module-path": "/nowhere.so"}, "no module of PKCS #11 at /nowhere.so"),
    ],
)
def test_a_token_or_a_key_that_is_not_there_is_named(token, other, said):
    with pytest.raises(BadSigningKeyError, match=said):
        opened(token, **other)


def test_a_wrong_pin_is_tried_once_and_never_told(token):
    with pytest.raises(BadSigningKeyError, match="PinIncorrect") as caught:
        Pkcs11Signer.read(Pkcs11Uri.read(token.address), "161803", CERTIFICATE)
    assert "161803" not in str(caught.value)
    key = Pkcs11Key(Pkcs11Uri.read(token.address), "161803")
    for _ in range(2):
        with pytest.raises(TokenUnavailableError, match="PinIncorrect"):
            key.sign(b"content")
    # Changed outside meanwhile: whoever was refused once does not ask, so that the token is not locked.
    softhsm.change_pin("161803")
    with pytest.raises(TokenUnavailableError, match="PinIncorrect"):
        key.sign(b"content")
    assert Pkcs11Key(Pkcs11Uri.read(token.address), "161803").sign(b"content")


def test_a_certificate_of_another_key_is_refused(token):
    with pytest.raises(BadSigningKeyError, match="another key's"):
        Pkcs11Signer.read(Pkcs11Uri.read(token.address), softhsm.PIN, make_sample(NOW)[1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pkcs11:", "module-path is missing"),
        ("pkcs11:object=a?module-path=/m.so", "serial or token is missing"),
        ("pkcs11:token=a?module-path=/m.so", "id or object is missing"),
        ("pkcs11:token=a;object=b?module-path=/m.so&pin-value=271828", "pin-value is not known"),
        ("pkcs11:token=a;object=b?module-path=/m.so&pin-source=271828", "never a PIN"),
        (
            "pkcs11:token=a;token=b;object=b?module-path=/m.so",
            "token is not known, empty or said twice",
        ),
        ("pkcs11:token=;object=b?module-path=/m.so", "token is not known, empty"),
        ("pkcs11:token=%ff;object=b?module-path=/m.so", "not UTF-8"),
    ],
)
def test_an_address_that_leads_to_no_key_says_what_is_wrong_with_it(text, said):
    with pytest.raises(BadSigningKeyError, match=said) as caught:
        Pkcs11Uri.read(text)
    assert "271828" not in str(caught.value)


def test_an_address_is_read_as_the_standard_writes_it():
    found = Pkcs11Uri.read(
        "pkcs11:serial=07aF;object=%E5%8D%B0;id=%00%FF?module-path=/m.so&pin-source=env:PIN"
    )
    assert found == Pkcs11Uri("/m.so", "", "07aF", "印", b"\x00\xff", "env:PIN")
