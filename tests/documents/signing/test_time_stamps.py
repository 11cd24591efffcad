"""An authority of time stamps signatures, by openssl over HTTP; one that does not answer costs the level and nothing else."""

import subprocess
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from structlog.testing import capture_logs

from kaiban.documents.package.verify import TIME_STAMPED, verify_file
from kaiban.documents.signing.pades import BASIC, TIMED
from tests.documents import samples

CONFIG = """
[req]
distinguished_name = name
prompt = no
x509_extensions = stamps
[name]
CN = Time Stamp Sample
[stamps]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = stamp
[stamp]
serial = serial
default_policy = 1.2.3.4.1
signer_digest = sha256
digests = sha256
accuracy = secs:1
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """The address of an authority of time, and what it was asked."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "openssl.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01")

    def openssl(*arguments, **more):
        return subprocess.run(
            ["openssl", *arguments], cwd=folder, capture_output=True, check=True, **more
        ).stdout

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "tsa.pem", "-days", "30", "-config", "openssl.cnf")  # fmt: skip
    asked = []

    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(query)
            (folder / "query.tsq").write_bytes(query)
            stamped = openssl(
                "ts", "-reply", "-config", "openssl.cnf", "-section", "stamp", "-queryfile", "query.tsq",
                "-signer", "tsa.pem", "-inkey", "key.pem",
            )  # fmt: skip
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(stamped)))
            self.end_headers()
            self.wfile.write(stamped)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Stamps) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


def test_a_stamped_package_says_so_and_verifies(authority, tmp_path):
    address, asked = authority
    signing = samples.signing(timestamp_url=address)
    package, trusted = samples.signed_package(signing)
    assert package.level == TIMED
    assert len(asked) >= 2  # the PDF's, and the manifest's
    for content in (package.pdf, package.archive):
        verdict = verify_file(content, trusted)
        assert (verdict.ok, verdict.level) == (True, TIMED)
        assert TIME_STAMPED in verdict.findings
    (tmp_path / "stamped.pdf").write_bytes(package.pdf)
    told = subprocess.run(
        ["pdfsig", "-nocert", tmp_path / "stamped.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "Signature is Valid." in told
    assert "Total document signed" in told


def test_an_authority_that_does_not_answer_costs_the_level_alone():
    signing = samples.signing(timestamp_url="http://127.0.0.1:9/")
    with capture_logs() as logs:
        package, trusted = samples.signed_package(signing)
    assert package.level == BASIC
    assert verify_file(package.pdf, trusted).ok
    assert [each["event"] for each in logs] == ["timestamp_missing"] * 2


def test_a_stamp_does_not_save_a_signature_of_another_time(authority):
    late = samples.signing(samples.REAL_TIME, timestamp_url=authority[0])
    late = type(late)(late.signer, lambda: samples.REAL_TIME - timedelta(days=30), authority[0])
    package, trusted = samples.signed_package(late)
    assert not verify_file(package.pdf, trusted).ok
