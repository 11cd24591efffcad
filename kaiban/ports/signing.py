"""Who signs packages: the one seam behind which a private key is."""

from collections.abc import Sequence
from typing import Protocol


class Signer(Protocol):
    """Signs in the platform's name; whoever holds one can sign, so only what makes packages does.

    The key may be in a file, in a token or on another machine: nothing but signatures come out.
    """

    @property
    def certificates(self) -> Sequence[bytes]:
        """The certificate of the key and those it was issued by, the root last; DER."""

    def sign(self, content: bytes) -> bytes:
        """ECDSA on P-256 over SHA-256 of the content, in DER (RFC 3279)."""
