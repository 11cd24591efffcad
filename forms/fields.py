"""Typed fields of the form: what each accepts, how it is normalised, how it refuses.

Every field takes its Chinese label first and carries `help`, `example`, `width`, `unit`, `sensitive`,
`derived` in its metadata. Blank text and null mean "left out". Fields raise `ValidationError([Flaw(...)])`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Generic, NoReturn, TypeVar

from marshmallow import Schema, ValidationError, fields, missing

from forms import checks, codes, text
from forms.defects import Flaw

T = TypeVar("T")
WIDTHS = ("s", "m", "l", "full")


def refuse(code: str, field_name: str = "", **params: Any) -> NoReturn:
    """Raise a flaw at this field, or at `field_name` of the schema being loaded."""
    flaws: list[Any] = [Flaw(code, **params)]
    if field_name:
        raise ValidationError(flaws, field_name=field_name)
    raise ValidationError(flaws)


class Asked(fields.Field[T], Generic[T]):
    """A question of the form; `name` is its key where Python reserves the word."""

    kind = "text"
    default_error_messages = {  # noqa: RUF012 - marshmallow declares it so
        "required": "required",
        "null": "required",
        "validator_failed": "invalid",
    }

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        example: Any = "",
        required: bool = True,
        default: Any = missing,
        sensitive: bool = False,
        width: str = "m",
        unit: str = "",
        derived: bool = False,
        name: str | None = None,
    ) -> None:
        shown = {"help": hint, "example": example, "width": width, "unit": unit}
        super().__init__(
            required=required and default is missing and not derived,
            load_default=default,
            data_key=name,
            attribute=name,
            metadata={"label": label, **shown, "sensitive": sensitive, "derived": derived},
        )

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> T | None:
        """Load `value`; a derived field ignores what was sent, the form works it out again."""
        blank = value is None or (isinstance(value, str) and not value.strip())
        given = missing if blank or self.metadata["derived"] else value
        return super().deserialize(given, attr, data, **kwargs)


class Text(Asked[str]):
    """Prose on one line, `shortest` to `longest` characters."""

    def __init__(self, label: str, *, longest: int = 100, shortest: int = 1, **how: Any) -> None:
        super().__init__(label, **how)
        self.longest = longest
        self.shortest = shortest

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        raw = self._short_text(value)
        flaw = self.flaw_of(raw)
        if flaw:
            refuse(flaw)
        return self._measured(self.spell(raw))

    def flaw_of(self, raw: str) -> str:
        """Return the code of the first character that does not belong, or ""."""
        return text.flaw_of(raw)

    def spell(self, raw: str) -> str:
        """Return `raw` in the field's one spelling."""
        return text.prose(raw)

    def _short_text(self, value: Any) -> str:
        if not isinstance(value, str):
            refuse("type.text")
        if len(value) > text.HARD_LIMIT:
            refuse("text.too_long", limit=self.longest)
        return value.strip()

    def _measured(self, value: str) -> str:
        if len(value) > self.longest:
            refuse("text.too_long", limit=self.longest)
        if len(value) < self.shortest:
            refuse("text.too_short", limit=self.shortest)
        return value


class Name(Text):
    """A person's name: 2 to 50 characters, hanzi (rare ones too), letters, `·`; no emoji."""

    def __init__(self, label: str, **how: Any) -> None:
        super().__init__(label, **{"longest": 50, "shortest": 2, **how})

    def flaw_of(self, raw: str) -> str:
        return text.flaw_of_name(text.name(raw))

    def spell(self, raw: str) -> str:
        return text.name(raw)


class OrganisationName(Name):
    """An organisation's name; brackets become full width, the one form."""

    def __init__(self, label: str, **how: Any) -> None:
        super().__init__(label, **{"longest": 60, **how})

    def spell(self, raw: str) -> str:
        return text.organisation_name(raw)


class Hanzi(Name):
    """Chinese characters only, as the parts of a company name are (名称登记管理规定 art. 5, 8)."""

    def spell(self, raw: str) -> str:
        spelt = text.organisation_name(raw)
        if not all(map(text.is_hanzi, spelt)):
            refuse("text.hanzi")
        return spelt


class Pattern(Text):
    """Half-width characters of one shape; inner spaces are dropped, letters may be raised.

    Full-width characters are refused with a hint instead of repaired: a number the user did not
    type must never reach a department.
    """

    def __init__(
        self, label: str, shape: re.Pattern[str], flaw: str, *, upper: bool = False, **how: Any
    ) -> None:
        super().__init__(label, **how)
        self.shape = shape
        self.flaw = flaw
        self.upper = upper

    def spell(self, raw: str) -> str:
        if text.has_full_width(raw):
            refuse("text.half_width")
        spelt = raw.replace(" ", "")
        spelt = spelt.upper() if self.upper else spelt
        if self.shape.fullmatch(spelt) is None:
            refuse(self.flaw)
        return spelt


class Mobile(Pattern):
    """An 11-digit mobile number of the mainland."""

    def __init__(self, label: str = "手机号码", **how: Any) -> None:
        shown = {"hint": "11 位手机号，用于接收办理通知。", "example": "13800000000", "width": "m"}
        super().__init__(
            label, checks.MOBILE, "mobile.invalid", **{**shown, "sensitive": True, **how}
        )


class Phone(Pattern):
    """A mobile, landline or 400 number."""

    def __init__(self, label: str, **how: Any) -> None:
        super().__init__(label, checks.PHONE, "phone.invalid", **how)


class Email(Pattern):
    """A plain e-mail address, at most 64 characters."""

    def __init__(self, label: str = "电子邮箱", **how: Any) -> None:
        shown = {"hint": "用于接收电子文书。", "example": "lianxi@example.com", "longest": 64}
        super().__init__(label, checks.EMAIL, "email.invalid", **{**shown, **how})


class BankCode(Pattern):
    """A 12-digit 行号 with its check digit."""

    def __init__(self, label: str, **how: Any) -> None:
        super().__init__(label, re.compile(r"[0-9]{12}"), "bank.code_shape", **how)

    def spell(self, raw: str) -> str:
        spelt = super().spell(raw)
        if not checks.is_bank_code(spelt):
            refuse("bank.code_check")
        return spelt


class Choice(Asked[str]):
    """One code of a code list."""

    kind = "choice"
    most_named = 12

    def __init__(self, label: str, listed: codes.CodeList, **how: Any) -> None:
        super().__init__(label, **how)
        self.listed = listed

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            refuse("type.text")
        code = self.normalise(value.strip())
        if code not in self.listed:
            refuse("code.unknown", choices=self._choices())
        return code

    def normalise(self, code: str) -> str:
        """Return the listed spelling of `code`."""
        return code

    def _choices(self) -> str:
        named = "、".join(i.label for i in self.listed.items[: self.most_named])
        return named + ("等" if len(self.listed.items) > self.most_named else "")


class IndustryCode(Choice):
    """GB/T 4754: a letter and four digits; the four digits alone are completed."""

    def __init__(self, label: str, **how: Any) -> None:
        super().__init__(label, codes.INDUSTRIES, **how)

    def normalise(self, code: str) -> str:
        raised = code[:5].upper() if len(code) <= len("I6513") else code
        return next((i.code for i in self.listed.items if i.code[1:] == raised), raised)


class Whole(Asked[int]):
    """A whole number between `low` and `high`; true, 1.0 and "1" are not whole numbers."""

    kind = "integer"

    def __init__(self, label: str, *, low: int, high: int, **how: Any) -> None:
        super().__init__(label, **how)
        self.low = low
        self.high = high

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            refuse("type.integer")
        if not self.low <= value <= self.high:
            refuse("number.range", low=self.low, high=self.high)
        return value


class Money(Asked[Decimal]):
    """An amount as a JSON number, int or Decimal, never float: see `forms.jsontext.read`.

    At most 9 digits before and 6 after the point, so that every amount survives a round trip
    through a department's float64. Zero only where `zero` says so.
    """

    kind = "money"
    limit = 10**9

    def __init__(self, label: str, *, decimals: int = 6, zero: bool = False, **how: Any) -> None:
        super().__init__(label, **{"unit": "万元", "width": "s", **how})
        self.decimals = decimals
        self.zero = zero

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Decimal:
        if isinstance(value, float):
            refuse("money.float")
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            refuse("type.number")
        return self._amount(value)

    def _amount(self, value: int | Decimal) -> Decimal:
        if isinstance(value, Decimal) and not value.is_finite():
            refuse("type.number")
        if value < 0 or (value == 0 and not self.zero):
            refuse("money.positive")
        if value >= self.limit:
            refuse("money.too_large")
        amount = Decimal(value)
        if amount != round(amount, self.decimals):
            refuse("money.decimals", decimals=self.decimals)
        return plain(amount)


def plain(amount: Decimal) -> Decimal:
    """Return `amount` (never negative) without trailing zeros, exponent or sign of zero."""
    short = abs(amount).normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


class Flag(Asked[bool]):
    """Yes or no as a JSON boolean."""

    kind = "boolean"

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not isinstance(value, bool):
            refuse("type.boolean")
        return value


class Consent(Flag):
    """A promise that must be given."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not super()._deserialize(value, attr, data, **kwargs):
            refuse("consent.needed")
        return True


class Day(Asked[str]):
    """A calendar day as 'YYYY-MM-DD'; stays text."""

    kind = "date"
    shape = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
    flaw = "date.format"
    suffix = ""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            refuse("type.text")
        day = value.strip()[:20]
        if self.shape.fullmatch(day) is None:
            refuse(self.flaw)
        try:
            date.fromisoformat(day + self.suffix)
        except ValueError:
            refuse("date.invalid")
        return day


class Month(Day):
    """A month as 'YYYY-MM'; stays text."""

    kind = "month"
    shape = re.compile(r"[0-9]{4}-[0-9]{2}")
    flaw = "month.format"
    suffix = "-01"


class Group(Asked[dict[str, Any]]):
    """Questions that belong together. A required group left out names each question it holds."""

    kind = "group"

    def __init__(self, schema: type[Schema], label: str, **how: Any) -> None:
        super().__init__(label, **how)
        self.schema = schema()

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        absent = value is None or value is missing
        return super().deserialize({} if absent and self.required else value, attr, data, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, Any]:
        loaded: dict[str, Any] = self.schema.load(value)
        return loaded


class Rows(Asked[list[Any]]):
    """Repeated groups, `fewest` to `most`; too many are refused before any is read.

    A row with defects keeps its place, so that pointers and cross rules count as the user does.
    """

    kind = "rows"

    def __init__(
        self, schema: type[Schema], label: str, *, most: int, fewest: int = 0, **how: Any
    ) -> None:
        super().__init__(label, **how)
        self.schema = schema()
        self.most = most
        self.fewest = fewest

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[Any]:
        rows = _counted(value, self.fewest, self.most)
        loaded: list[Any] = []
        errors: dict[int, Any] = {}
        for index, row in enumerate(rows):
            try:
                loaded.append(self.schema.load(row))
            except ValidationError as error:
                errors[index] = error.normalized_messages()
                loaded.append(error.valid_data or {})
        if errors:
            raise _row_error(errors, loaded)
        return loaded


def _row_error(errors: dict[int, Any], loaded: list[Any]) -> ValidationError:
    return ValidationError(dict(errors), valid_data=loaded)  # type: ignore[arg-type]  # keys are row numbers


def _counted(value: Any, fewest: int, most: int) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        refuse("type.list")
    if len(value) > most:
        refuse("list.too_many", limit=most)
    if len(value) < fewest:
        refuse("list.too_few", limit=fewest)
    return value


class Several(Asked[list[str]]):
    """Several values of one field, each once."""

    kind = "several"

    def __init__(
        self, inner: Asked[str], label: str, *, most: int, fewest: int = 0, **how: Any
    ) -> None:
        super().__init__(label, **how)
        self.inner = inner
        self.most = most
        self.fewest = fewest

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[str]:
        loaded: list[str] = []
        errors: dict[int, Any] = {}
        for index, one in enumerate(_counted(value, self.fewest, self.most)):
            try:
                loaded.append(self._one(one, loaded))
            except ValidationError as error:
                errors[index] = error.messages
        if errors:
            raise _row_error(errors, loaded)
        return loaded

    def _one(self, value: Any, before: list[str]) -> str:
        if value is None:
            refuse("required")
        loaded = self.inner.deserialize(value)
        if not isinstance(loaded, str):
            refuse("required")
        if loaded in before:
            refuse("list.repeated")
        return loaded
