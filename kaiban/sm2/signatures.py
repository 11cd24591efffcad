"""SM2 signatures (GB/T 32918.2, GB/T 35276) as departments ask for them.

The rest of the adapters knows only ``Signer`` and ``Verifier``: a hardware module takes their place
without another line being changed. Signatures are DER (``SEQUENCE {r, s}``), keys are the PEM files
``openssl genpkey -algorithm SM2`` writes. OpenSSL does the arithmetic where it is installed, gmalg
where it is not (docs/decisions/0007-sm2-by-openssl.md).
"""

import base64
import binascii
from functools import cache
from typing import Protocol

from cryptography.hazmat.primitives import hashes

from kaiban.sm2.gmalg import Gmalg
from kaiban.sm2.openssl import LIBRARIES, NotUsable, OpenSsl

#: The user id GB/T 35276 prescribes where the parties have not agreed on another.
DEFAULT_ID = b"1234567812345678"

# A key of this curve always has the same DER frame, so comparing it is a complete check: no
# other curve, no compressed point, no trailing bytes.
_PRIVATE = bytes.fromhex(
    "308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420"
)
_PRIVATE_POINT = bytes.fromhex("a14403420004")
_PRIVATE_LENGTH = 138
_PUBLIC = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
_PUBLIC_LENGTH = 91
_POINT_FRAME = slice(68, 74)

# GB/T 32918.5, A.2: public key and signature of b"message digest" under the default id.
_PROOF_KEY = _PUBLIC + bytes.fromhex(
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
_PROOF_SIGNATURE = bytes.fromhex(
    "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


class Signer(Protocol):
    """Whoever can sign for us."""

    def sign(self, message: bytes) -> bytes:
        """Return the DER signature; another one at every call."""


class Verifier(Protocol):
    """Whoever can tell the department's signature from any other."""

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether it is theirs over exactly this message; False, too, for anything malformed."""


class Arithmetic(Protocol):
    """Whoever calculates: takes keys in DER whose frame has been checked, refuses with ValueError."""

    def signer(self, key: bytes, uid: bytes) -> Signer:
        """Load a private key; its two halves must belong together."""

    def verifier(self, key: bytes, uid: bytes) -> Verifier:
        """Load a public key; it must be a point of the curve."""


class Sm2Signer:
    """Signs with a private key in memory; may be shared by threads.

    Raises ValueError for text that is not an SM2 private key in PKCS#8 PEM.
    """

    def __init__(
        self, pem: str, uid: bytes = DEFAULT_ID, arithmetic: Arithmetic | None = None
    ) -> None:
        der = _unarmoured(pem, "PRIVATE KEY")
        framed = der.startswith(_PRIVATE) and der[_POINT_FRAME] == _PRIVATE_POINT
        if len(der) != _PRIVATE_LENGTH or not framed:
            raise ValueError("not an SM2 private key (PKCS#8 PEM)")
        self._signer = (arithmetic or fastest()).signer(der, uid)

    def sign(self, message: bytes) -> bytes:
        """Return the DER signature; another one at every call."""
        return self._signer.sign(message)


class Sm2Verifier:
    """Verifies with a public key; may be shared by threads.

    Raises ValueError for text that is not an SM2 public key in PEM, or a point off the curve.
    """

    def __init__(
        self, pem: str, uid: bytes = DEFAULT_ID, arithmetic: Arithmetic | None = None
    ) -> None:
        der = _unarmoured(pem, "PUBLIC KEY")
        if len(der) != _PUBLIC_LENGTH or not der.startswith(_PUBLIC):
            raise ValueError("not an SM2 public key (PEM)")
        self._verifier = (arithmetic or fastest()).verifier(der, uid)

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether it is theirs over exactly this message; False, too, for anything malformed."""
        return self._verifier.verify(message, signature)


@cache
def fastest(libraries: tuple[str, ...] = LIBRARIES) -> Arithmetic:
    """Return OpenSSL if it is there and right about the standard's example, else gmalg."""
    try:
        openssl = OpenSsl(libraries)
        verifier = openssl.verifier(_PROOF_KEY, DEFAULT_ID)
        right = verifier.verify(b"message digest", _PROOF_SIGNATURE)
    except (NotUsable, ValueError, RuntimeError):
        # None installed; or, as under a FIPS configuration, SM2 or SM3 is not to be had.
        return Gmalg()
    return openssl if right else Gmalg()


def sm3(content: bytes) -> str:
    """Return the SM3 digest (GB/T 32905) in lower-case hex."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()


def _unarmoured(pem: str, label: str) -> bytes:
    first, last = f"-----BEGIN {label}-----", f"-----END {label}-----"
    text = pem.strip()
    if not (text.startswith(first) and text.endswith(last)):
        raise ValueError(f"no PEM block {label}")
    try:
        return base64.b64decode("".join(text[len(first) : -len(last)].split()), validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise ValueError(f"no PEM block {label}") from wrong
