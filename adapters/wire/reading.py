"""Messages as people may read them: fields by name, without what identifies anybody."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

LONGEST = 20_000
#: What the masked view hides: identity numbers, mobile numbers, accounts, whatever field they are in.
NUMBERS = re.compile(
    r"(?<![0-9A-Za-z])([0-9]{17}[0-9Xx]|1[3-9][0-9]{9}|[0-9]{15,19})(?![0-9A-Za-z])"
)
PERSONAL = re.compile(
    r"(?i)(cert.?(no|num)|mobile|phone|e-?mail|birth|wage|passw|pwd|secret|session.?key|sign.?no|account|residence"
    r"|zjhm|sjhm|lxdh|dh$|xm$|/bsy$|lr_name|owners.*name|seals\.[0-9]+\.text$"
    r"|(legal|investors|directors|supervisors|officer|liaison|manager|people|emp|agent|clerk"
    r"|person|rep).*name)"
)
_DIGITS = re.compile(r"[0-9]{6,}[Xx]?")
_CODED = re.compile(r"[0-9A-Za-z+/=\s-]{200,}")
_BRIEF, _RAW = 2_000, 500


def read(raw: bytes) -> tuple[str, dict[str, str]]:
    """Return encoding and fields of what may be JSON, or text in an encoding used here."""
    text, encoding = as_text(raw)
    try:
        value = json.loads(text)
    except ValueError:
        return encoding, {"text": text[:LONGEST]} if text else {}
    return encoding, dict(flat(value))


def as_text(raw: bytes) -> tuple[str, str]:
    """Return text and its likely encoding; bytes that are no text as their number."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return f"{len(raw)} bytes", "binary"


def flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every value inside with its name: ``legalRep.cert.no``, ``seals.0.text``."""
    if isinstance(value, Mapping):
        inner: Any = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    else:
        yield name, _short(value)
        return
    for key, each in inner:
        yield from flat(each, f"{name}.{key}" if name else str(key))


def masked(name: str, value: str, personal: re.Pattern[str] = PERSONAL) -> str:
    """Return the value of a field without what identifies people."""
    if personal.search(name) or PERSONAL.search(name):
        return f"{value[:1]}***" if value else ""
    return NUMBERS.sub(_ends, value)


def brief(value: str) -> str:
    """Return a value fit to be kept: papers are only counted, long texts cut."""
    if _CODED.fullmatch(value):
        return f"… ({len(value)})"
    return value if len(value) <= _BRIEF else f"{value[:_BRIEF]}… ({len(value)})"


def strange(raw: bytes) -> dict[str, str]:
    """Return the beginning of bytes nobody can take apart, with no number left whole in it."""
    text, encoding = as_text(raw)
    start = _DIGITS.sub(_ends, text[:_RAW])
    return {"encoding": encoding, "bytes": str(len(raw)), "text": start} if raw else {}


def _ends(found: re.Match[str]) -> str:
    return f"{found[0][:2]}***{found[0][-2:]}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONGEST else f"{text[:200]}… ({len(text)})"
