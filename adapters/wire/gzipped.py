"""gzip from strangers: never more than we asked for."""

import zlib

_GZIP = 31  # zlib's window bits for a gzip wrapper


def inflated(raw: bytes, limit: int) -> bytes:
    """Return what was compressed; ValueError if it is broken, cut short, or larger than ``limit`` bytes."""
    stream = zlib.decompressobj(_GZIP)
    try:
        plain = stream.decompress(raw, limit + 1)
    except zlib.error as broken:
        raise ValueError("not gzip") from broken
    if len(plain) > limit:
        raise ValueError(f"more than {limit} bytes when unpacked")
    if not stream.eof or stream.unused_data:
        raise ValueError("gzip cut short or with something behind it")
    return plain
