"""The pretended authority of time, asked and checked by openssl, which shares no code with it."""

import subprocess
import threading

import pytest
import requests

from adapters.hall.clock import RealClock
from adapters.hall.hall import Hall
from adapters.hall.timestamp_authority import QUERY, REPLY
from kaiban.documents.package.verify import verify_file
from kaiban.documents.signing.certificates import read_certificates
from kaiban.documents.signing.pades import TIMED, Signing
from tests.documents import samples


class Still(RealClock):
    """Real time that stands still."""

    at = RealClock().now().replace(microsecond=0)

    def now(self):
        return self.at


@pytest.fixture(scope="module")
def http():
    with requests.Session() as session:
        yield session


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hall")
    with Hall(manual=True, only=("seal",), admin=True, folder=folder, real=Still()) as found:
        yield found


def openssl(folder, *arguments):
    return subprocess.run(
        ["openssl", "ts", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def asked(http, hall, folder, *more):
    (folder / "content").write_bytes(b"content")
    assert openssl(folder, "-query", "-data", "content", "-sha256", "-cert", "-out", "query", *more).returncode == 0  # fmt: skip
    answer = http.post(
        f"{hall.admin_url}/timestamp", (folder / "query").read_bytes(), headers={"Content-Type": QUERY}, timeout=60
    )  # fmt: skip
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, REPLY)
    (folder / "reply").write_bytes(answer.content)
    certificates = http.get(f"{hall.admin_url}/timestamp/certificates.pem", timeout=60)
    (folder / "trusted.pem").write_bytes(certificates.content)


@pytest.mark.parametrize("more", [(), ("-no_nonce",)])
def test_openssl_believes_its_stamp_and_reads_the_real_time(http, hall, tmp_path, more):
    asked(http, hall, tmp_path, *more)
    found = openssl(tmp_path, "-verify", "-in", "reply", "-queryfile", "query", "-CAfile", "trusted.pem", "-partial_chain")  # fmt: skip
    assert "Verification: OK" in found.stdout + found.stderr
    told = openssl(tmp_path, "-reply", "-in", "reply", "-text").stdout
    assert f"{Still.at:%H:%M:%S %Y} GMT" in told
    assert "SAMPLE" in told


def test_a_stamp_of_something_else_is_not_believed(http, hall, tmp_path):
    asked(http, hall, tmp_path)
    (tmp_path / "content").write_bytes(b"something else")
    found = openssl(tmp_path, "-verify", "-in", "reply", "-data", "content", "-CAfile", "trusted.pem", "-partial_chain")  # fmt: skip
    assert "Verification: FAILED" in found.stdout + found.stderr


def test_packages_are_stamped_by_it_and_its_certificate_is_who_to_trust(hall):
    signer, now = samples.signing(Still().now()).signer, Still().now
    signing = Signing(signer, now, f"{hall.admin_url}/timestamp")
    package, chain = samples.signed_package(signing)
    clocks = read_certificates(hall.timestamp_authority.certificate)
    for content in (package.pdf, package.archive):
        verdict = verify_file(content, chain, clocks)
        assert (verdict.ok, verdict.level, verdict.stamped_at) == (True, TIMED, now())


@pytest.mark.parametrize(
    ("content", "kind", "status"), [(b"0\x00", QUERY, 400), (b"", QUERY, 400), (b"0\x00", "text/plain", 415)]
)  # fmt: skip
def test_what_is_no_question_is_refused(http, hall, content, kind, status):
    answer = http.post(f"{hall.admin_url}/timestamp", content, headers={"Content-Type": kind}, timeout=60)  # fmt: skip
    assert answer.status_code == status


def test_many_that_ask_at_once_get_the_stamps_of_one_authority(http, hall, tmp_path):
    found = []
    folders = [tmp_path / str(number) for number in range(4)]
    for folder in folders:
        folder.mkdir()
    threads = [threading.Thread(target=lambda each=each: found.append(asked(http, hall, each))) for each in folders]  # fmt: skip
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == len({(each / "trusted.pem").read_bytes() for each in folders}) + 3
