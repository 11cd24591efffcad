"""Codes and yes or no."""

from typing import Any

from forms import codes
from forms.fields.base import Asked, refuse


class Choice(Asked[str]):
    """One code of a code list."""

    kind = "choice"
    asking = "chosen"
    #: A longer list is searched, not read: naming its first entries would tell nobody what to choose.
    most_read = 25
    most_named = 12
    #: Of a list longer than that a few do for an example.
    named_of_many = 3

    def __init__(self, label: str, listed: codes.CodeList, **how: Any) -> None:
        super().__init__(label, **how)
        self.listed = listed
        if len(listed.items) > self.most_read:
            self.asking = "searched"

    def read(self, value: Any) -> str:
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
        answers = tuple(self.listed.answers.values())
        many = len(answers) > self.most_named
        named = answers[: self.named_of_many] if many else answers
        return "、".join(item.label for item in named) + ("等" if many else "")


class IndustryCode(Choice):
    """GB/T 4754: a letter and four digits; the four digits alone are completed."""

    def __init__(self, label: str, **how: Any) -> None:
        super().__init__(label, codes.INDUSTRIES, **how)

    def normalise(self, code: str) -> str:
        raised = code[:5].upper() if len(code) <= len("I6513") else code
        return next((i.code for i in self.listed.items if i.code[1:] == raised), raised)


class Flag(Asked[bool]):
    """Yes or no as a JSON boolean."""

    kind = "boolean"
    asking = "chosen"

    def read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            refuse("type.boolean")
        return value


class Consent(Flag):
    """A promise that must be given."""

    asking = "ticked"

    def read(self, value: Any) -> bool:
        if not super().read(value):
            refuse("consent.needed")
        return True
