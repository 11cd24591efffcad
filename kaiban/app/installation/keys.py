"""The key file: read, made for development, and a new key put on top."""

import base64
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kaiban.config import ConfigError, Settings
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import ALGORITHMS, KEY_BYTES, SECRETS, Keyring
from kaiban.storage.encryption.keys import INDEX, has_sealed

#: The index key that was: only ``kaiban keys reindex`` reads it.
OLD_INDEX: Final = "old-index"
USUAL: Final = "aes256gcm"
#: Lines that are not for cells.
RESERVED: Final = (INDEX, OLD_INDEX, *SECRETS)

EXPECTED = (
    "KAIBAN_KEYS: expected lines `id:base64` (or `id:algorithm:base64`) and one `index:base64`"
)


@dataclass(frozen=True)
class Line:
    """One line of the key file."""

    name: str
    algorithm: str
    value: str

    @classmethod
    def read(cls, text: str) -> "Line":
        """``id:base64`` or ``id:algorithm:base64``; ValueError for anything else."""
        name, *algorithm, value = text.split(":")
        line = cls(name, "".join(algorithm) or USUAL, value)
        if len(algorithm) > 1 or line.algorithm not in ALGORITHMS or len(line.secret) < KEY_BYTES:
            raise ValueError(name)
        return line

    @classmethod
    def new(cls, name: str, algorithm: str = USUAL) -> "Line":
        """A fresh key of that name."""
        return cls(name, algorithm, _base64(secrets.token_bytes(KEY_BYTES)))

    @property
    def secret(self) -> bytes:
        """The key itself."""
        return base64.b64decode(self.value, validate=True)

    def __str__(self) -> str:
        middle = "" if self.algorithm == USUAL else f"{self.algorithm}:"
        return f"{self.name}:{middle}{self.value}"


def read_keyring(text: str) -> Keyring:
    """Keys from lines ``id:base64``: the first is used for new cells, ``index`` finds rows.

    ``session`` and ``verify`` are optional lines, see ``storage.crypto.SECRETS``. Raises
    ConfigError, without saying what was read.
    """
    try:
        lines = _lines(text)
        cells = {line.name: line for line in lines.values() if line.name not in RESERVED}
        current, index = next(iter(cells.values())), lines[INDEX]
        return Keyring(
            {name: line.secret for name, line in cells.items()},
            current.name,
            index.secret,
            current.algorithm,
            index.algorithm,
            {name: lines[name].secret for name in SECRETS if name in lines},
        )
    except (ValueError, KeyError, StopIteration) as error:
        raise ConfigError(EXPECTED) from error


def read_old_index(text: str) -> Keyring:
    """The same keys with the index key that was; ConfigError if the file has none."""
    old = _lines(text).get(OLD_INDEX)
    if old is None:
        raise ConfigError(f"KAIBAN_KEYS: no line `{OLD_INDEX}:…` (see `kaiban keys add index`)")
    return replace(read_keyring(text), index=old.secret, hashing=old.algorithm)


def make_keys(settings: Settings, database: Database) -> bool:
    """In development, write fresh keys where the settings expect them; never over existing ones.

    Raises ConfigError where data is sealed already: new keys would not open it.
    """
    path = key_file(settings)
    if path is None or path.exists():
        return False
    if has_sealed(database):
        raise ConfigError(
            f"{settings.keys}: no such file, but the database holds data sealed with its keys; bring "
            "the key file back from where its copy is kept: new keys would not open this data"
        )
    if settings.env == "production":
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(path, [Line.new(name) for name in ("k1", INDEX, *SECRETS)])
    return True


def add_key(path: Path, name: str, algorithm: str = USUAL) -> None:
    """Put a fresh key on top of the file; an index key takes the place of the one there was.

    Raises ConfigError for a name that is taken or cannot be one.
    """
    text = path.read_text(encoding="ascii")
    keyring, lines = read_keyring(text), _lines(text)
    new = Line.new(name, algorithm)
    if name in SECRETS:
        lines[name] = new
    elif name == INDEX:
        lines = _with_index(keyring, lines, new)
    elif name in lines or "|" in name or ":" in name or not name.isidentifier():
        raise ConfigError(f"{name}: taken, or no id of letters and digits")
    else:
        lines = {name: new, **lines}
    _write(path, list(lines.values()))


def key_file(settings: Settings) -> Path | None:
    """Where the keys are, if they are in a file."""
    kind, _, path = settings.keys.partition(":")
    return Path(path) if kind == "file" else None


def _with_index(keyring: Keyring, lines: dict[str, Line], new: Line) -> dict[str, Line]:
    """What was derived from the old index key stays as it is: sessions, verify codes to come."""
    if OLD_INDEX in lines:
        raise ConfigError(f"the line {OLD_INDEX} is still there: run `kaiban keys reindex` first")
    kept = {name: Line(name, USUAL, _base64(keyring.secret(name))) for name in SECRETS}
    return {**lines, **kept, INDEX: new, OLD_INDEX: replace(lines[INDEX], name=OLD_INDEX)}


def _lines(text: str) -> dict[str, Line]:
    try:
        found = [Line.read(line) for line in text.split()]
    except ValueError as error:
        raise ConfigError(EXPECTED) from error
    lines = {line.name: line for line in found}
    if len(lines) != len(found):
        raise ConfigError(f"{EXPECTED}; no name twice")
    return lines


def _write(path: Path, lines: list[Line]) -> None:
    """The file appears whole, for its owner only."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def secrets_of(text: str) -> Iterator[tuple[str, bytes]]:
    """Every key of the file by its name; ConfigError for what is no key file."""
    for line in _lines(text).values():
        yield line.name, line.secret


def _base64(secret: bytes) -> str:
    return base64.b64encode(secret).decode()
