"""Secrets come by reference."""

import pytest

from kaiban.config import ConfigError, resolve


def test_secrets_come_by_reference_only(tmp_path):
    (tmp_path / "key").write_text(" s3cret\n")
    raw = {
        "key": f"file:{tmp_path / 'key'}",
        "deep": {"pin": "env:PIN"},
        "n": 5,
        "url": "http://x",
    }
    assert resolve(raw, {"PIN": "1234"}) == {
        "key": "s3cret", "deep": {"pin": "1234"}, "n": 5, "url": "http://x",
    }  # fmt: skip


@pytest.mark.parametrize("reference", ["env:NOPE", "file:/nope"])
def test_a_reference_to_nothing_is_named(reference):
    with pytest.raises(ConfigError, match=r"(?i)nope"):
        resolve(reference, {})
