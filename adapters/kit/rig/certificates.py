"""TLS certificates for a proxy that stands for the department: good ones, and such as have run out."""

import secrets
import ssl
from datetime import datetime
from pathlib import Path

from adapters.hall.serving.certificates import HERE, Authority


def context(folder: Path, until: datetime, host: str = HERE) -> tuple[ssl.SSLContext, Path]:
    """Return a server's context with a certificate of a host, valid for a year until then, and the file to trust.

    Each has an authority of its own, and a folder: checks that go on beside one another share the one above.
    """
    authority = Authority(folder / f"tls-{secrets.token_hex(8)}")
    return authority.server([host], until), authority.file
