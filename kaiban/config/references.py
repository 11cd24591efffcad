"""Settings that name where their value is: ``env:NAME`` and ``file:PATH``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kaiban.config.errors import ConfigError


def resolve(value: Any, environ: Mapping[str, str]) -> Any:
    """A setting with every ``env:`` and ``file:`` reference replaced by what it names."""
    if isinstance(value, Mapping):
        return {name: resolve(each, environ) for name, each in value.items()}
    if not isinstance(value, str):
        return value
    scheme, _, rest = value.partition(":")
    if scheme == "env":
        if rest not in environ:
            raise ConfigError(f"{value}: no such environment variable")
        return environ[rest]
    return file_text(rest) if scheme == "file" else value


def file_text(path: str) -> str:
    """What is in a file, without white space around it; ConfigError if it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"file:{path}: {error.strerror}") from error
