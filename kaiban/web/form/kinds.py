"""Which control a field becomes: one table for building a page and for reading it."""

from collections.abc import Callable
from typing import Any

from marshmallow import missing

from forms import codes
from forms.fields import (
    BankCode,
    Choice,
    Consent,
    Day,
    DocumentNumber,
    Email,
    Flag,
    Group,
    Mobile,
    Money,
    Month,
    Phone,
    Rows,
    Several,
    Term,
    Whole,
)
from forms.structure.paths import AnyField
from kaiban.web.form.lists import choosable

#: Up to so many options are all shown at once.
FEW = 5
#: More options than this are searched instead of scrolled through.
MANY = Choice.most_read
#: Lists that may grow longer than this get a page for every row.
LONG = 50

_KINDS: tuple[tuple[type[Any], str], ...] = (
    (Group, "group"),
    (Rows, "rows"),
    (Consent, "consent"),
    (Flag, "flag"),
    (BankCode, "search"),
    (Term, "term"),
    (Month, "month"),
    (Day, "date"),
    (Whole, "number"),
    (Money, "number"),
)

_INPUT_MODES: tuple[tuple[type[Any], str], ...] = (
    (Whole, "numeric"),
    (Money, "decimal"),
    (Mobile, "tel"),
    (Phone, "tel"),
    (Email, "email"),
)

_BY_INNER = {True: "several", False: "lines"}


def kind_of(field: AnyField) -> str:
    """The kind of control a field becomes."""
    if field.metadata.get("derived"):
        return "derived"
    if isinstance(field, Several):
        return _BY_INNER[isinstance(field.inner, Choice)]
    if isinstance(field, Choice):
        return _choice_kind(field.listed)
    if isinstance(field, Rows) and field.most > LONG:
        return "roster"
    return next((kind for type_, kind in _KINDS if isinstance(field, type_)), "text")


def _choice_kind(listed: codes.CodeList) -> str:
    size = len(listed.items)
    if size <= FEW:
        return "radios"
    if len(choosable(listed)) < size:
        return "search"  # its levels would be lost in one list
    return "select" if size <= MANY else "search"


def input_mode(field: AnyField) -> str:
    """The keyboard a phone should show."""
    return next((mode for type_, mode in _INPUT_MODES if isinstance(field, type_)), "")


def pad_of(field: AnyField) -> str:
    """The pad of keys a machine of the hall shows, where the keyboard does not say it already."""
    return "id" if isinstance(field, DocumentNumber) else ""


def usual(asked: AnyField) -> Any:
    """What a page shows as answered before anybody has answered; None for nothing."""
    usual: Any = asked.load_default
    if usual is missing:
        return None
    if not callable(usual):
        return usual
    make: Callable[[], Any] = usual
    return make()
