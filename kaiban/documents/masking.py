"""Personal data as the package may show it: the first and last digits, never the whole.

Two rules work together. A field of a Result schema with the metadata ``sensitive`` is always masked. Whatever else
has the shape of a resident identity number (GB 11643-1999) is masked wherever it stands, also inside a sentence.
Numbers that carry a recent date are left alone: departments build receipt numbers from region, date and a serial, and
an applicant must be able to read those. A small child's number is therefore hidden by ``sensitive`` only.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema

from kaiban.documents.shapes import fields_by_key, schema_inside

# Python's \d takes full-width digits, too, which people type.
_IDENTITY: Final = re.compile(
    r"(?<![0-9A-Za-z])(\d{6})(\d{4})(\d{2})(\d{2})(\d{3}[\dXxＸｘ])(?![0-9A-Za-z])"
)
_WHOLE_IDENTITY: Final = re.compile(r"\d{17}[\dXx]|\d{15}")
_MOBILE: Final = re.compile(r"1\d{10}")
_ACCOUNT: Final = re.compile(r"[0-9A-Za-z -]{7,}")
#: The last digits of anything longer, by which people know their own number again.
_ENDING: Final = re.compile(r"(?<=..)([0-9]{2})[^0-9]{0,2}$")
#: A number whose date lies nearer than this to the case is a receipt, not a person.
_YOUNGEST: Final = 10
_OLDEST: Final = 1900


def masked_text(text: str, year: int) -> str:
    """The text with every identity number in it cut down to its first six and last four characters."""

    def cut(found: re.Match[str]) -> str:
        is_date = 1 <= int(found[3]) <= 12 and 1 <= int(found[4]) <= 31  # noqa: PLR2004  months and days
        is_person = is_date and _OLDEST <= int(found[2]) <= year - _YOUNGEST
        return f"{found[1]}********{found[5]}" if is_person else found[0]

    return _IDENTITY.sub(cut, well_formed(text))


def masked_sensitive(text: str) -> str:
    """A value that is personal as a whole: identity number, mobile, account, or a name."""
    if _WHOLE_IDENTITY.fullmatch(text):
        return f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}"
    if _MOBILE.fullmatch(text):
        return f"{text[:3]}****{text[-4:]}"
    if _ACCOUNT.fullmatch(text):
        return f"****{text[-4:]}"
    if ending := _ENDING.search(text):
        return f"{'' if text[0].isdecimal() else text[0]}****{ending[1]}"
    return f"{text[:1]}{'*' * min(max(len(text) - 1, 1), 3)}" if text else ""


def masked(value: Any, year: int, schema: Schema | None = None) -> Any:
    """A copy of a department's result in JSON's types, masked by its schema and by shape."""
    if isinstance(value, Mapping):
        known = fields_by_key(schema)
        return {
            masked_text(str(key), year): _field(known.get(str(key)), item, year)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [masked(item, year, schema) for item in value]
    if isinstance(value, (bool, float, type(None))):
        return value
    text = masked_text(str(value), year)
    return value if isinstance(value, int) and text == str(value) else text


def well_formed(text: str) -> str:
    """The text without lone surrogates, which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _field(field: Any, value: Any, year: int) -> Any:
    if field is not None and field.metadata.get("sensitive"):
        return _all_masked(value)
    return masked(value, year, schema_inside(field))


def _all_masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _all_masked(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_all_masked(item) for item in value]
    return None if value is None else masked_sensitive(well_formed(str(value)))
