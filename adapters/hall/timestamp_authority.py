"""A pretended authority of time (RFC 3161): it stamps by the real clock, and its name says that it is a sample."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, abort, request

from adapters.hall.stub import kept

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
NAME: Final = "时间戳机构（样例 SAMPLE，无法律效力）"
LIFE: Final = timedelta(days=10 * 365)
#: Machines whose clocks differ a little believe it at once.
_BACK: Final = timedelta(hours=1)
_BITS: Final = 2048


class TimestampAuthority:
    """Stamps what it is asked to; key and certificate are made with the first question and kept in ``folder``.

    What it is made of is loaded then, too: a hall that nobody asks for the time does without.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder, self._now = folder, now
        self._lock = threading.Lock()

    @property
    def certificate(self) -> bytes:
        """Whom to trust; PEM."""
        with self._lock:
            return self._certificate

    def answer(self, query: bytes) -> bytes:
        """Return the TimeStampResp to a TimeStampReq, both DER; ValueError for what is none."""
        from asn1crypto.keys import PrivateKeyInfo
        from asn1crypto.tsp import TimeStampReq
        from asn1crypto.x509 import Certificate
        from pyhanko.sign.timestamps import DummyTimeStamper

        asked = TimeStampReq.load(query, strict=True)
        certificate, key = _der(self.certificate), _der(self._key)
        stamper = DummyTimeStamper(
            Certificate.load(certificate), PrivateKeyInfo.load(key), fixed_dt=self._now()
        )
        stamped: bytes = stamper.request_tsa_response(asked).dump()
        return stamped

    @cached_property
    def _key(self) -> bytes:
        return kept(self._folder / "timestamp_authority.key", _new_key)

    @cached_property
    def _certificate(self) -> bytes:
        return kept(
            self._folder / "timestamp_authority.pem", lambda: _certified(self._key, self._now())
        )


def stamping(authority: TimestampAuthority) -> Blueprint:
    """Return the authority's views."""
    views = Blueprint("timestamp", __name__)

    @views.post("/timestamp")
    def stamp() -> Any:
        if request.mimetype != QUERY:
            abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{QUERY} is expected")
        try:
            return Response(authority.answer(request.get_data()), content_type=REPLY)
        except ValueError:
            abort(HTTPStatus.BAD_REQUEST, "no TimeStampReq of RFC 3161")

    @views.get("/timestamp/certificates.pem")
    def certificates() -> Response:
        return Response(authority.certificate, content_type="application/x-pem-file")

    return views


def _new_key() -> bytes:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    # The library stamps with no other kind.
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certified(pem: bytes, now: datetime) -> bytes:
    """The certificate the key gives itself: for time stamps and nothing else (RFC 3161, section 2.3)."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
    from cryptography.x509.oid import ExtendedKeyUsageOID

    key = load_pem_private_key(pem, None)
    assert isinstance(key, rsa.RSAPrivateKey), "made above"
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _BACK)
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(purpose, critical=True)
        .sign(key, SHA256())
    )
    return certificate.public_bytes(Encoding.PEM)


def _der(text: bytes) -> bytes:
    from asn1crypto import pem

    der: bytes = pem.unarmor(text)[2]
    return der
