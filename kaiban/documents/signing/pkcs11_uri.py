"""Where a key in a token is: the address of RFC 7512 (``pkcs11:token=…;object=…?module-path=…&pin-source=file:…``)."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from kaiban.documents.signing.certificates import BadSigningKeyError

SCHEME: Final = "pkcs11"
#: What we understand of RFC 7512, sections 2.3 and 2.4; the rest is refused rather than passed over.
_PATH: Final = frozenset({"token", "serial", "object", "id"})
_QUERY: Final = frozenset({"module-path", "pin-source"})


@dataclass(frozen=True)
class Pkcs11Uri:
    """A key in a token: the module (library) that speaks with it, the token by label or serial number, the key by label or id.

    ``pin_source`` is a reference (``file:PATH``, ``env:NAME``) to the token's PIN, "" for a token without one.
    """

    module: str
    token: str
    serial: str
    label: str
    id: bytes
    pin_source: str

    @classmethod
    def read(cls, text: str) -> "Pkcs11Uri":
        """From its address; BadSigningKeyError says what is wrong with it."""
        path, _, query = text.removeprefix(f"{SCHEME}:").partition("?")
        found = _attributes(path, ";", _PATH) | _attributes(query, "&", _QUERY)
        for wanted in ({"module-path"}, {"token", "serial"}, {"object", "id"}):
            if not wanted & found.keys():
                raise BadSigningKeyError(f"{SCHEME}: {' or '.join(sorted(wanted))} is missing")
        words = {name: _word(value) for name, value in found.items() if name != "id"}
        if words.get("pin-source", "file:").partition(":")[0] not in ("file", "env"):
            raise BadSigningKeyError(
                f"{SCHEME}: pin-source is `file:PATH` or `env:NAME`, never a PIN"
            )
        return cls(
            module=words["module-path"],
            token=words.get("token", ""),
            serial=words.get("serial", ""),
            label=words.get("object", ""),
            id=found.get("id", b""),
            pin_source=words.get("pin-source", ""),
        )


def _attributes(text: str, between: str, known: frozenset[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in filter(None, text.split(between)):
        name, _, value = part.partition("=")
        # The value may be a secret (pin-value), so only the name is told.
        if name not in known or name in found or not value:
            raise BadSigningKeyError(
                f"{SCHEME}: {name} is not known, empty or said twice; known are {', '.join(sorted(known))}"
            )
        found[name] = unquote_to_bytes(value)
    return found


def _word(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadSigningKeyError(f"{SCHEME}: not UTF-8") from error
