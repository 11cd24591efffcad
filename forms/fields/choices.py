"""Codes and yes or no."""

from typing import Any

from forms import codes
from forms.fields.base import Asked, refuse


class Choice(Asked[str]):
    """One code of a code list; `offered` names the attribute of those that people may choose here.

    Another code of the list is read all the same, for whoever asks to say what is wrong with it.
    """

    kind = "choice"
    asking = "chosen"
    #: A longer list is searched, not read: naming its first entries would tell nobody what to choose.
    most_read = 25
    most_named = 12
    #: Of a list longer than that a few do for an example.
    named_of_many = 3

    def __init__(
        self, label: str, listed: codes.CodeList, *, offered: str = "", **how: Any
    ) -> None:
        super().__init__(label, **how)
        self.listed = listed
        self.offered = offered
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

    def offers(self) -> tuple[codes.Item, ...]:
        """Return what may be chosen, in the order of the list."""
        answers = self.listed.answers.values()
        return tuple(i for i in answers if not self.offered or i.more.get(self.offered))

    def _choices(self) -> str:
        answers = self.offers()
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
