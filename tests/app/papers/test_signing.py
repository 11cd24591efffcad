"""The key that signs packages: made as a sample in development, brought in production, known to workers alone."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kaiban.app import Kaiban
from kaiban.app.papers.signing import (
    current,
    ending,
    keep_certificate,
    kept,
    make_sample_keys,
    published,
    read_signer,
    read_sm2_signer,
    trusted,
)
from kaiban.config import ConfigError, Settings
from kaiban.documents.package.verify import verify_file
from kaiban.documents.signing.pades import Signing
from kaiban.documents.signing.sample import is_sample
from kaiban.documents.signing.sm2_messages import read
from kaiban.documents.signing.sm2_signer import is_sm2
from tests import softhsm
from tests.documents import samples
from tests.journeys.city import playing

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path):
    return Settings.read({"KAIBAN_VAR": str(tmp_path)})


def of_ones_own(name="示范市企业开办平台", key=None, since=NOW, days=365):
    """A key and a certificate as an operator brings them."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder().subject_name(called).issuer_name(called)
        .public_key(key.public_key()).serial_number(7)
        .not_valid_before(since).not_valid_after(since + timedelta(days=days)).sign(key, SHA256())
    )  # fmt: skip
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem, certificate.public_bytes(Encoding.PEM)


def put(settings, key, certificates):
    folder = Path(settings.signing_certificates).parent
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "key.pem").write_bytes(key)
    (folder / "certificates.pem").write_bytes(certificates)


def test_the_first_start_makes_a_sample_that_says_so_and_keeps_it(settings):
    assert make_sample_keys(settings, NOW)
    assert not make_sample_keys(settings, NOW)
    key = Path(settings.var, "signing", "key.pem")
    assert key.stat().st_mode & 0o777 == 0o600
    [own] = current(settings)
    assert is_sample(own)
    assert "样例 · 模拟数据 · 无法律效力" in own.subject.rfc4514_string()
    signer = read_signer(settings, {}, NOW)
    assert signer.chain == [own]
    assert "PRIVATE" not in repr(signer)


def test_in_production_no_sample_is_made(tmp_path):
    settings = Settings.read({"KAIBAN_VAR": str(tmp_path), "KAIBAN_ENV": "production"})
    with pytest.raises(ConfigError, match=r"key.pem"):
        read_signer(settings, {}, NOW)
    assert list(tmp_path.rglob("*.pem")) == []


def test_many_processes_that_start_together_make_one_key(tmp_path):
    program = (
        "import sys; from datetime import datetime, UTC; from kaiban.config import Settings;"
        "from kaiban.app.papers.signing import read_signer;"
        "settings = Settings.read({'KAIBAN_VAR': sys.argv[1]});"
        "print(read_signer(settings, {}, datetime.fromisoformat(sys.argv[2])).chain[0].serial_number)"
    )
    command = [sys.executable, "-c", program, str(tmp_path), NOW.isoformat()]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    found = {each.communicate()[0] for each in running}
    assert len(found) == 1
    assert found != {b""}


def test_nobody_sees_a_key_that_is_not_written_yet(settings, monkeypatch):
    key, seen = Path(settings.signing_key.partition(":")[2]), []
    monkeypatch.setattr("kaiban.app.papers.signing.os.fsync", lambda _: seen.append(key.exists()))
    assert make_sample_keys(settings, NOW)
    assert (seen, key.exists()) == ([False], True)
    assert key.stat().st_mode & 0o777 == 0o600


WRONG_KEYS = {
    "no key": (b"nothing", None, "EC key on P-256"),
    "another kind": ("secp384r1", None, "EC key on P-256"),
    "another's": ("another", None, "another key's"),
    "no certificates": (None, b"nothing", "no certificates"),
}


@pytest.mark.parametrize("name", WRONG_KEYS)
def test_keys_that_would_sign_nothing_verifiable_are_refused_without_telling_them(settings, name):
    key, certificates = of_ones_own()
    wrong, instead, said = WRONG_KEYS[name]
    if wrong == "secp384r1":
        wrong, certificates = of_ones_own(key=ec.generate_private_key(ec.SECP384R1()))
    elif wrong == "another":
        wrong, _ = of_ones_own()
    put(settings, wrong or key, instead or certificates)
    with pytest.raises(ConfigError, match=said) as caught:
        read_signer(settings, {}, NOW)
    assert "PRIVATE" not in str(caught.value)


def test_a_key_in_a_token_is_opened_with_the_pin_its_address_refers_to(settings, tmp_path):
    key, certificate = of_ones_own()
    put(settings, b"no key here", certificate)
    with softhsm.token(tmp_path, key) as token:
        for pin, environ in (
            (f"file:{token.pin}", {}),
            ("env:TOKEN_PIN", {"TOKEN_PIN": softhsm.PIN}),
        ):
            address = softhsm.address(token.pin, **{"pin-source": pin})
            given = {"KAIBAN_VAR": settings.var, "KAIBAN_SIGNING_KEY": address}
            signer = read_signer(Settings.read(given), environ, NOW)
            package, chain = samples.signed_package(Signing(signer, lambda: NOW))
            assert verify_file(package.pdf, chain).ok
        with pytest.raises(ConfigError, match="TOKEN_PIN"):
            read_signer(Settings.read(given), {}, NOW)
        given["KAIBAN_SIGNING_KEY"] = softhsm.address(token.pin, object="another")
        with pytest.raises(ConfigError, match=r"KAIBAN_SIGNING_KEY.*NoSuchKey"):
            read_signer(Settings.read(given), {}, NOW)


def test_what_was_signed_before_the_key_was_changed_stays_verifiable(settings):
    make_sample_keys(settings, NOW)
    keep_certificate(settings)
    old = read_signer(settings, {}, NOW)
    package, _ = samples.signed_package(type(samples.signing())(old, lambda: NOW))
    put(settings, *of_ones_own())
    keep_certificate(settings)
    assert current(settings) != list(old.chain)
    assert set(kept(settings)) == {*current(settings), *old.chain}
    assert verify_file(package.archive, trusted(settings)).ok
    assert not verify_file(package.archive, current(settings)).ok


def test_where_nothing_may_be_written_nothing_is_kept(settings, tmp_path):
    make_sample_keys(settings, NOW)
    Path(settings.trust).parent.joinpath("trust").write_text("a file where the folder would be")
    keep_certificate(settings)
    assert trusted(settings) == current(settings)


def test_a_certificate_is_named_before_it_ends(settings):
    put(settings, *of_ones_own())
    assert ending(settings, NOW + timedelta(days=300)) is None
    assert ending(settings, NOW + timedelta(days=320)) == current(settings)[0]


def test_a_web_process_never_has_the_key_and_a_worker_signs(tmp_path, sqlite_url):
    """The pages are open and the key is not even there; it is read when a package is made."""
    with playing(tmp_path, sqlite_url, pace=20, prints=True) as city:
        key = Path(city.kaiban.settings.var, "signing", "key.pem")
        assert city.http.get(city.address + "/").ok
        assert not key.exists()
        no = city.submit(city.form(), "registration")
        assert "signer" not in city.kaiban.__dict__
        city.follow(no)
        assert key.exists()
        web = Kaiban(city.environ)
        web.web()
        assert "signer" not in web.__dict__
        web.database.close()
        verdict = verify_file(city.package(no, "pdf"), trusted(city.kaiban.settings))
        assert (verdict.ok, verdict.level) == (True, "B-B")
        assert json.loads(city.package(no, "json"))["case_no"] == no


def with_sm2(tmp_path, **more):
    """An environment that names an SM2 key; the folder has a key and a certificate."""
    folder = tmp_path / "sm2"
    folder.mkdir()
    samples.sm2_key(folder)
    named = {
        "KAIBAN_SM2_KEY": f"file:{folder}/sm2.key",
        "KAIBAN_SM2_CERTIFICATES": f"{folder}/sm2.pem",
    }
    return {"KAIBAN_VAR": str(tmp_path), **named, **more}


def test_an_sm2_key_signs_as_well_and_its_certificate_is_published_and_kept(tmp_path):
    kaiban = Kaiban(with_sm2(tmp_path))
    settings = kaiban.settings
    make_sample_keys(settings, NOW)
    found = kaiban.signing()
    assert found.sm2 is not None
    own = [each for each in current(settings) if is_sm2(each)]
    assert len(own) == 1
    assert read(found.sm2(b"told")).certificate == own[0].public_bytes(Encoding.DER)
    assert own[0].subject.rfc4514_string() in {each.name for each in published(settings)}
    keep_certificate(settings)
    assert own[0] in kept(settings)


def test_without_one_nothing_is_signed_by_sm2(settings):
    make_sample_keys(settings, NOW)
    assert Kaiban({"KAIBAN_VAR": settings.var}).signing().sm2 is None
    assert read_sm2_signer(settings, {}) is None


def test_an_sm2_key_that_cannot_be_used_is_named(tmp_path):
    settings = Settings.read(
        with_sm2(tmp_path, KAIBAN_SM2_CERTIFICATES=str(tmp_path / "none.pem"))
    )
    with pytest.raises(ConfigError, match=r"none\.pem"):
        read_sm2_signer(settings, {})
    (tmp_path / "none.pem").write_bytes(of_ones_own()[1])
    with pytest.raises(ConfigError, match="KAIBAN_SM2_KEY, KAIBAN_SM2_CERTIFICATES"):
        read_sm2_signer(settings, {})
