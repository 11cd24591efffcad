"""What all answers have in common: everything they declare is always there."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, ClassVar

from marshmallow import Schema, fields, post_dump
from marshmallow.validate import OneOf

#: A number in an address or a query: no sign, no blank, no more digits than a database takes.
NATURAL = r"^(0|[1-9][0-9]{0,8})$"

#: Characters of what a program calls its case.
MOST_REFERENCE = 100


def is_reference(value: object) -> bool:
    """Whether that is a line of text a program may call its case; "" is none."""
    return isinstance(value, str) and len(value) <= MOST_REFERENCE and value.isprintable()


class Said(str):
    """What is wrong, in the words programs are told; other messages are the library's."""

    __slots__ = ()


class Answer(Schema):
    """An answer, or a part of one. Every field is always there, except those with ``optional`` in their metadata.

    What a value has and its schema does not is left out; tests set ``complete``, so that this is an error there.
    """

    complete: ClassVar[bool] = False

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:  # noqa: ARG002 - marshmallow calls it
        """Let the description say so."""
        field_obj.required = not field_obj.metadata.get("optional", False)

    @post_dump(pass_original=True)
    def nothing_is_lost(
        self, said: dict[str, Any], value: Mapping[str, Any], **_more: Any
    ) -> dict[str, Any]:
        """The answer as it is; raises ValueError if it says less than the value, and that matters."""
        if self.complete and (lost := value.keys() - said.keys()):
            raise ValueError(f"{type(self).__name__} does not say {sorted(lost)}")
        return said


@cache
def writer(schema: type[Schema]) -> Schema:
    """The one instance of a schema: making one copies every field, and writing leaves no trace in it."""
    return schema()


def an_instant(description: str = "", *, none: bool = False) -> fields.String:
    """An instant in hall time, with its offset."""
    return _text("date-time", description, "2026-03-04T09:20:00+08:00", none=none)


def a_day(description: str = "", *, none: bool = False) -> fields.String:
    """A day of the hall's calendar."""
    return _text("date", description, "2026-03-04", none=none)


def a_text(description: str = "", *, example: str = "", none: bool = False) -> fields.String:
    """Plain text."""
    return _text("", description, example, none=none)


def one_of(values: Iterable[str], description: str = "") -> fields.String:
    """One of these words; the description lists them."""
    return fields.String(
        validate=OneOf([str(each) for each in values]), metadata=_described(description)
    )


def a_number(description: str = "", *, none: bool = False) -> fields.Integer:
    """A whole number."""
    return fields.Integer(allow_none=none, metadata=_described(description))


def list_of(of: type[Schema], description: str = "") -> fields.List[Any]:
    """A list of these."""
    return fields.List(fields.Nested(of), metadata=_described(description))


def texts(description: str = "") -> fields.List[Any]:
    """A list of plain texts."""
    return fields.List(fields.String(), metadata=_described(description))


def by_name(values: fields.Field[Any], description: str = "") -> fields.Dict:
    """Values by name."""
    return fields.Dict(keys=fields.String(), values=values, metadata=_described(description))


def _text(form: str, description: str, example: str, *, none: bool) -> fields.String:
    said = {"format": form, "examples": [example] if example else []}
    kept = {name: value for name, value in said.items() if value}
    return fields.String(allow_none=none, metadata={**_described(description), **kept})


def _described(description: str) -> dict[str, Any]:
    return {"description": description} if description else {}
