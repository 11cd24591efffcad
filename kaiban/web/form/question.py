"""A question as a page shows it."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from forms.values import signs
from kaiban.web.form.places import id_of, name_of


class Option(NamedTuple):
    """One answer to choose; the hint says what it entails.

    Of a person the hint is as whom they are named, and without a text they are still to be named on this page.
    """

    value: str
    text: str
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """One question as a page shows it.

    kind: names the macro (`ui/question.html`). value: text, list of texts, True, False or None.
    for_good: whether a day that may be left out is chosen to be left out (长期); None where there is no such choice.
    years: so many, where that was said of a day in place of it; None where it may not be.
    when: `name=answer|answer` of the control that makes it a question. notes: what the answer given entails. inside: the questions of a
    group. rows: the questions of each row. present: whether an optional group was filled in. echo: whether the label
    only says again what stands right above it.
    """

    kind: str
    pointer: str
    label: str
    hint: str = ""
    error: str = ""
    value: Any = ""
    example: str = ""
    unit: str = ""
    width: str = "m"
    mode: str = ""
    pad: str = ""
    optional: bool = False
    when: str = ""
    notes: tuple[str, ...] = ()
    most: int = 0
    fewest: int = 0
    present: bool = True
    echo: bool = False
    for_good: bool | None = None
    years: str | None = None
    options: tuple[Option, ...] = ()
    inside: tuple["Question", ...] = ()
    rows: tuple["Question", ...] = ()

    @property
    def name(self) -> str:
        """The name of its control."""
        return name_of(self.pointer)

    @property
    def unseen(self) -> bool:
        """Whether its control shows a text that holds a sign which nobody can see, and so nobody can delete."""
        value = self.value
        return isinstance(value, str) and signs.cleaned(value) != value

    @property
    def id(self) -> str:
        """The id of its element."""
        return id_of(self.pointer)
