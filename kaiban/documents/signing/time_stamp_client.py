"""Asks an authority of time for a stamp (RFC 3161)."""

import asyncio
import hashlib
from typing import Final

from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper

#: Seconds an authority is waited for.
PATIENCE: Final = 10


def client(url: str) -> TimeStamper:
    """Who asks the authority of that address."""
    return HTTPTimeStamper(url, timeout=PATIENCE)


def ask(url: str, content: bytes) -> bytes:
    """A time stamp of the content, as a CMS token in DER; raises whatever ails the authority or its answer."""
    digest = hashlib.sha256(content).digest()
    token: bytes = asyncio.run(client(url).async_timestamp(digest, "sha256")).dump()
    return token
