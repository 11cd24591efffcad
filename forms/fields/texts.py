"""Text: prose, names, numbers written as text."""

import re
from typing import Any

from forms.fields.base import Asked, refuse
from forms.values import checks, signs, text


class Text(Asked[str]):
    """Prose on one line, `shortest` to `longest` characters."""

    def __init__(self, label: str, *, longest: int = 100, shortest: int = 1, **how: Any) -> None:
        super().__init__(label, **how)
        self.longest = longest
        self.shortest = shortest

    def read(self, value: Any) -> str:
        raw = self._short_text(value)
        flaw = self.flaw_of(raw)
        if flaw in signs.UNSEEN:
            refuse(flaw, **signs.first_unseen(raw, sensitive=self.metadata["sensitive"]))
        if flaw:
            refuse(flaw)
        return self._measured(self.spell(raw))

    def flaw_of(self, raw: str) -> str:
        """Return the code of the first character that does not belong, or ""."""
        return signs.flaw_of(raw)

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


class DocumentNumber(Text):
    """The number of a document: mostly digits, for an identity card an X at its end, letters for some.

    Spaces between digits do not count.
    """

    def spell(self, raw: str) -> str:
        spelt = super().spell(raw)
        return spelt.replace(" ", "") if spelt.isascii() else spelt


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
    """Standard Chinese characters only, as the parts of a company name are (名称登记管理规定 art. 5, 8)."""

    def spell(self, raw: str) -> str:
        spelt = text.organisation_name(raw)
        if not all(map(text.is_hanzi, spelt)):
            refuse("text.hanzi")
        if char := text.traditional(spelt):
            refuse("text.traditional", char=char)
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
