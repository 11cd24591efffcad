"""An authority of time stamps signatures, by openssl over HTTP; one that does not answer costs the level and nothing else."""

import subprocess
from datetime import timedelta

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from structlog.testing import capture_logs

from kaiban.app.clock import WallClock
from kaiban.documents.package import stand_alone
from kaiban.documents.package.verify import COMPARED, NO_STAMP, NOT_COMPARED, verify_file
from kaiban.documents.signing.pades import BASIC, TIMED
from kaiban.documents.signing.sample import LIFE
from kaiban.documents.signing.time_stamp_client import ask
from kaiban.documents.signing.time_stamps import BadStampError, check
from tests import timestamp_authority
from tests.combinations import with_one
from tests.documents import samples


@pytest.fixture(scope="module", params=timestamp_authority.KINDS)
def authority(request, tmp_path_factory):
    with timestamp_authority.authority(
        tmp_path_factory.mktemp("authority"), request.param
    ) as found:
        yield found


def by_authority(kind):
    """Of a whole package: of what kind the authority's key is, what checks a stamp by itself is asked below, of each."""
    return with_one("authority", timestamp_authority.KINDS, kind)


@by_authority("rsa")
def test_a_stamped_package_says_so_and_verifies(authority, tmp_path):
    address, asked, _ = authority
    signing = samples.signing(timestamp_url=address)
    package, trusted = samples.signed_package(signing)
    assert package.level == TIMED
    assert len(asked) >= 2  # the PDF's, and the manifest's
    for content in (package.pdf, package.archive):
        verdict = verify_file(content, trusted)
        assert (verdict.ok, verdict.level, verdict.stamped_at) == (True, TIMED, None)
        assert NOT_COMPARED in verdict.findings
    (tmp_path / "stamped.pdf").write_bytes(package.pdf)
    told = subprocess.run(
        ["pdfsig", "-nocert", tmp_path / "stamped.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "Signature is Valid." in told
    assert "Total document signed" in told


@by_authority("ec")
def test_the_stamp_of_a_package_is_compared_with_the_authorities_that_are_trusted(
    authority, tmp_path
):
    own = x509.load_pem_x509_certificates(authority.certificate)
    now = WallClock().now().replace(microsecond=0)
    package, trusted = samples.signed_package(
        samples.signing(now, timestamp_url=authority.address)
    )
    with timestamp_authority.authority(tmp_path) as other:
        others = x509.load_pem_x509_certificates(other.certificate)
    for content in (package.pdf, package.archive):
        verdict = verify_file(content, trusted, own)
        assert verdict.ok, verdict.findings
        assert now <= verdict.stamped_at
        assert COMPARED.format(at=verdict.stamped_at) in verdict.findings
        wrong = verify_file(content, trusted, others)
        assert (wrong.ok, wrong.stamped_at) == (False, None)
        assert wrong.findings == (
            NO_STAMP.format(why="a stamp of an authority that is not trusted"),
        )


@by_authority("rsa")
def test_another_signature_is_not_vouched_for_by_a_stamp_put_beside_it(authority):
    """A stamp of one package in the signature of another, which stays valid: nothing unsigned is covered by it."""
    own = x509.load_pem_x509_certificates(authority.certificate)
    signing = samples.signing(WallClock().now(), timestamp_url=authority.address)
    package, trusted = samples.signed_package(signing)
    mine = stand_alone.check(package.pdf, trusted).stamp[0]
    others = (ask(authority.address, b"another signature") for _ in range(100))
    token = next(
        each for each in others if len(each) == len(mine)
    )  # so that it fits into its place
    moved = package.pdf.replace(mine.hex().upper().encode(), token.hex().upper().encode())
    assert moved != package.pdf
    assert verify_file(moved, trusted).ok
    assert verify_file(moved, trusted, own).findings == (
        NO_STAMP.format(why="a stamp of something else"),
    )


@by_authority("ec")
def test_a_stamp_of_a_time_the_certificate_did_not_hold_is_refused(authority):
    """Signed with a clock that was put back to when the certificate still held."""
    own = x509.load_pem_x509_certificates(authority.certificate)
    long_ago = WallClock().now() - LIFE - timedelta(days=2)
    signing = samples.signing(long_ago, timestamp_url=authority.address)
    package, trusted = samples.signed_package(signing)
    assert verify_file(package.pdf, trusted).ok
    assert "did not hold" in verify_file(package.pdf, trusted, own).findings[0]


@by_authority("rsa")
def test_after_the_first_package_a_signature_asks_for_one_stamp(authority):
    """The library finds out by a stamp of its own how long a signature is; it need not each time."""
    own = x509.load_pem_x509_certificates(authority.certificate)
    signing = samples.signing(WallClock().now(), timestamp_url=authority.address)
    asked = []
    for _ in range(3):
        before = len(authority.asked)
        package, trusted = samples.signed_package(signing)
        asked.append(len(authority.asked) - before)
        assert verify_file(package.pdf, trusted, own).ok
    assert asked == [3, 2, 2], "the document, and the manifest of the archive"


def test_an_authority_that_does_not_answer_costs_the_level_alone():
    signing = samples.signing(timestamp_url="http://127.0.0.1:9/")
    with capture_logs() as logs:
        package, trusted = samples.signed_package(signing)
    assert package.level == BASIC
    assert verify_file(package.pdf, trusted).ok
    assert [each["event"] for each in logs] == ["timestamp_missing"] * 2


@by_authority("ec")
def test_a_stamp_does_not_save_a_signature_of_another_time(authority):
    late = samples.signing(samples.REAL_TIME, timestamp_url=authority.address)
    late = type(late)(
        late.signer, lambda: samples.REAL_TIME - timedelta(days=30), authority.address
    )
    package, trusted = samples.signed_package(late)
    assert not verify_file(package.pdf, trusted).ok


def test_a_stamp_is_checked_offline(authority):
    [own] = x509.load_pem_x509_certificates(authority.certificate)
    token = ask(authority.address, b"content")
    at = check(token, b"content", [own])
    assert abs(at - WallClock().now()) < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("since", "until"),
    [(timedelta(days=-9), timedelta(days=-1)), (timedelta(days=1), timedelta(days=9))],
    ids=["expired", "not yet"],
)
def test_a_stamp_by_a_certificate_of_the_authority_that_did_not_hold_then_is_refused(
    authority, since, until
):
    """The same authority by name, number and key: only the days of its certificate are others."""
    [own] = x509.load_pem_x509_certificates(authority.certificate)
    token, now = ask(authority.address, b"content"), WallClock().now()
    days = {"holding": (-timedelta(days=1), timedelta(days=1)), "not": (since, until)}
    holding, without = (_dated(own, now + first, now + last) for first, last in days.values())
    assert check(token, b"content", [holding])
    with pytest.raises(BadStampError, match="did not hold then"):
        check(token, b"content", [without])


def _dated(certificate, first, last):
    """The certificate with other days; who signed it is not asked where it is trusted by itself."""
    issuer = ec.generate_private_key(ec.SECP256R1())
    return (
        x509.CertificateBuilder(certificate.issuer, certificate.subject, certificate.public_key(), certificate.serial_number)
        .not_valid_before(first)
        .not_valid_after(last)
        .sign(issuer, hashes.SHA256())
    )  # fmt: skip


def test_a_stamp_that_does_not_hold_is_refused(authority, tmp_path):
    [own] = x509.load_pem_x509_certificates(authority.certificate)
    token = ask(authority.address, b"content")
    with timestamp_authority.authority(tmp_path) as other:
        [strange] = x509.load_pem_x509_certificates(other.certificate)
    for wrong, content, trusted, said in (
        (token, b"other", [own], "something else"), (token, b"content", [strange], "not trusted"),
        (token, b"content", [], "not trusted"), (b"", b"content", [own], "can be read"),
    ):  # fmt: skip
        with pytest.raises(BadStampError, match=said):
            check(wrong, content, trusted)


def test_no_bit_of_a_stamp_that_is_signed_can_be_changed(authority):
    """What is not signed (the certificate beside, unused fields) may change and proves nothing else."""
    [own] = x509.load_pem_x509_certificates(authority.certificate)
    token, content = ask(authority.address, b"content"), b"content"
    at = check(token, content, [own])
    info = cms.ContentInfo.load(token)["content"]
    signer = info["signer_infos"][0]
    for part in (info["encap_content_info"]["content"].contents, signer["signed_attrs"].contents, signer["signature"].contents):  # fmt: skip
        begin = token.index(part)
        for place in range(begin, begin + len(part), 7):
            changed = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
            with pytest.raises(BadStampError):
                check(changed, content, [own])
    assert check(token, content, [own]) == at
