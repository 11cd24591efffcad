"""Sign a package's PDF (PAdES) and its manifest (CAdES), with whatever holds the key."""

import asyncio
import io
import re
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

import structlog
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from kaiban.documents.layout.signature_field import FIELD
from kaiban.documents.signing.time_stamp_client import client
from kaiban.ports import Signer

#: PAdES baseline levels (ETSI EN 319 142-1): B-B says by itself when it was signed, in B-T an authority of time says so.
BASIC: Final = "B-B"
TIMED: Final = "B-T"
DIGEST: Final = "sha256"
#: No signature of ECDSA on P-256 is longer in DER.
_LONGEST: Final = 72
#: From where to where the bytes are that a signature is not of: its own (ISO 32000-1, 12.8.1).
_BYTE_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)")
#: The platform's own mark is a blue rectangle; its words stand on the page, under it.
_FRAME: Final = StaticStampStyle(border_width=2, border_color=(0.122, 0.306, 0.612))

log = structlog.get_logger()


@dataclass(frozen=True)
class Signed:
    """Signed bytes, and at which level."""

    content: bytes
    level: str


@dataclass(frozen=True)
class Signing:
    """Signs what it is given, once each: with the platform's ``signer``, and a time-stamp authority if there is one.

    ``now`` is real time: what a signature says of itself must hold outside a demonstration. An authority that does
    not answer costs the level (B-B instead of B-T), never the signature.
    """

    signer: Signer = field(repr=False)
    now: Callable[[], datetime]
    timestamp_url: str = ""
    #: A detached signature by an SM2 key as well, if there is one (GB/T 35275; ``sm2_signer.Sm2FileSigner.detached``).
    sm2: Callable[[bytes], bytes] | None = None
    #: What a signature takes in the file, by level: the library finds out by making one more, with a stamp of its own.
    _reserved: dict[str, int] = field(default_factory=dict, init=False, repr=False)

    def pdf(self, content: bytes) -> Signed:
        """The PDF with one certifying signature that allows no change; its first bytes are those that were given."""
        return self._timed_or_not(lambda stamper: self._certified(content, stamper))

    def detached(self, content: bytes) -> Signed:
        """A detached signature of the content: CMS in DER."""
        return self._timed_or_not(lambda stamper: self._cms(content, stamper))

    def _timed_or_not(
        self, make: Callable[[TimeStamper | None], Coroutine[Any, Any, bytes]]
    ) -> Signed:
        if self.timestamp_url:
            try:
                return Signed(_run(make(client(self.timestamp_url))), TIMED)
            except Exception as error:  # noqa: BLE001 - whatever ails the authority, no case waits for it
                log.warning("timestamp_missing", error=type(error).__name__)
        return Signed(_run(make(None)), BASIC)

    @cached_property
    def _cms_signer(self) -> "_PortSigner":
        return _PortSigner(self.signer)

    async def _certified(self, content: bytes, stamper: TimeStamper | None) -> bytes:
        target = io.BytesIO()
        meta = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=DIGEST,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
        )
        signer = _PdfSigner(meta, self._cms_signer, timestamper=stamper, stamp_style=_FRAME)
        signer.at = self.now().astimezone(UTC)
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        level = TIMED if stamper else BASIC
        await signer.async_sign_pdf(
            writer,
            existing_fields_only=True,
            bytes_reserved=self._reserved.get(level),
            output=target,
        )
        signed = target.getvalue()
        self._reserved.setdefault(level, _reserved_in(signed, len(content)))
        return signed

    async def _cms(self, content: bytes, stamper: TimeStamper | None) -> bytes:
        attributes = PdfCMSSignedAttributes(
            signing_time=self.now().astimezone(UTC), cades_signed_attrs=CAdESSignedAttrSpec()
        )
        made = await self._cms_signer.async_sign_general_data(
            content, DIGEST, use_cades=True, timestamper=stamper, signed_attr_settings=attributes
        )
        der: bytes = made.dump()
        return der


def _reserved_in(signed: bytes, start: int) -> int:
    """How long a place the signature behind that position was given, in hexadecimal digits; half as much again as it took."""
    found = _BYTE_RANGE.search(signed, start)
    assert found is not None, "every signature says which bytes it is of"
    before, after = map(int, found.groups())
    return after - before - len("<>")


def _run(made: Coroutine[Any, Any, bytes]) -> bytes:
    """In a thread of its own: whoever asks for a signature may be in a running loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, made).result()


class _PortSigner(signers.Signer):
    """pyHanko's word for the port: it gives certificates and signatures, never a key."""

    def __init__(self, port: Signer) -> None:
        own, *others = [Certificate.load(each) for each in port.certificates]
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko leaves it without types
        store.register_multiple(others)
        super().__init__(signing_cert=own, cert_registry=store)
        self._port = port

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002 - always SHA-256, as the port promises
        dry_run: bool = False,  # noqa: FBT001, FBT002 - pyHanko's own signature
    ) -> bytes:
        return bytes(_LONGEST) if dry_run else self._port.sign(data)


class _PdfSigner(signers.PdfSigner):
    """pyHanko's own, but that it signs as of a given instant and leaves the version of the document as it is."""

    at: datetime

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:
        """Name none: for P-256 pyHanko would lift the catalogue's /Version to 2.0, which PDF/A-3 forbids."""

    def init_signing_session(self, *args: Any, **more: Any) -> PdfSigningSession:
        """The session, at that instant."""
        session = super().init_signing_session(*args, **more)
        session.system_time = self.at
        return session
