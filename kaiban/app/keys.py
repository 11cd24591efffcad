"""The keys of personal data: read, and made for development."""

import base64
import os
import secrets
from pathlib import Path

from kaiban.config import ConfigError, Settings
from kaiban.storage.crypto import KEY_BYTES, Keyring


def read_keyring(text: str) -> Keyring:
    """Keys from lines ``id:base64``: the first is used for new cells, ``index`` finds rows.

    Raises ConfigError, without saying what was read.
    """
    try:
        pairs = [line.split(":", 1) for line in text.split()]
        keys = {name: base64.b64decode(value, validate=True) for name, value in pairs}
        index = keys.pop("index")
        return Keyring(keys, next(iter(keys)), index)
    except (ValueError, KeyError, StopIteration) as error:
        raise ConfigError(
            "KAIBAN_KEYS: expected lines `id:base64` and one `index:base64`"
        ) from error


def make_keys(settings: Settings) -> bool:
    """In development, write fresh keys where the settings expect them; never over existing ones."""
    path = Path(settings.keys.removeprefix("file:"))
    if settings.env == "production" or not settings.keys.startswith("file:") or path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = (
        f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"
        for name in ("k1", "index")
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    return True
