import gzip

import pytest

from adapters.wire.gzipped import inflated


def test_what_was_packed_is_unpacked():
    assert inflated(gzip.compress(b"x" * 1000), 1000) == b"x" * 1000


def test_a_bomb_is_stopped_at_the_limit():
    bomb = gzip.compress(bytes(50_000_000))
    with pytest.raises(ValueError, match="more than 1000"):
        inflated(bomb, 1000)


def test_one_byte_too_many_is_too_many():
    with pytest.raises(ValueError, match="more than 999"):
        inflated(gzip.compress(b"x" * 1000), 999)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"plain",
        gzip.compress(b"abc", mtime=0)[:-1],
        gzip.compress(b"abc", mtime=0)[:12],
        gzip.compress(b"abc", mtime=0) + b"!",
    ],
)
def test_broken_or_cut_gzip_is_refused(raw):
    with pytest.raises(ValueError):
        inflated(raw, 1000)
