"""Free text is for people: what cannot be read of it must not hide the decision it comes with.

Codes, numbers, names and dates are read strictly. A protocol declares which of its fields are free text, and its codec
reads those alone leniently: a character that was cut or damaged becomes U+FFFD, at the end of the text an ellipsis. The
exchange says which bytes they were (``unread``).

Whatever is said to be GB2312 or GBK is read as GB18030, which holds both: many systems declare the old name and send
characters (镕) that only the new one has.
"""

from typing import Final

MARK: Final = "\ufffd"
_SHOWN: Final = 4
_SUPERSETS: Final = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030"}


def superset(encoding: str) -> str:
    """Return the encoding to read with; ``gb18030`` for its subsets."""
    return _SUPERSETS.get(encoding.lower(), encoding)


def strict(raw: bytes, encoding: str) -> str:
    """Return the text; UnicodeDecodeError if a byte of it is none."""
    return raw.decode(superset(encoding))


def lenient(raw: bytes, encoding: str) -> str:
    """Return what can be read of the text."""
    return mended(raw.decode(superset(encoding), "replace"))


def mended(text: str) -> str:
    """Return text with marks or lone surrogates in it as people may read it."""
    marked = "".join(MARK if "\ud800" <= char <= "\udfff" else char for char in text).rstrip(" ")
    whole = marked.rstrip(MARK)
    return whole if whole == marked else whole + "…"


def unread(raw: bytes, encoding: str) -> str:
    """Return where the first bytes are that are no text, and which (``at 812: c920``); "" if all of it is text."""
    try:
        strict(raw, encoding)
    except UnicodeDecodeError as error:
        return f"at {error.start}: {raw[error.start : error.start + _SHOWN].hex()}"
    return ""
