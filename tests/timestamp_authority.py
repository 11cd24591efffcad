"""An authority of time of our own: openssl behind HTTP."""

import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

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
KINDS = {"rsa": ("rsa:2048",), "ec": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")}


class Authority(NamedTuple):
    """Where it is asked, what it was asked, its certificate."""

    address: str
    asked: list
    certificate: bytes


@contextmanager
def authority(folder, kind="rsa"):
    """An authority with a key of that kind, as long as the block lasts."""
    (folder / "openssl.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01")

    def openssl(*arguments):
        return subprocess.run(
            ["openssl", *arguments], cwd=folder, capture_output=True, check=True
        ).stdout

    openssl("req", "-x509", "-newkey", *KINDS[kind], "-nodes", "-keyout", "key.pem", "-out", "tsa.pem", "-days", "30", "-config", "openssl.cnf")  # fmt: skip
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
        yield Authority(
            f"http://127.0.0.1:{server.server_port}/", asked, (folder / "tsa.pem").read_bytes()
        )
        server.shutdown()
