"""Days and months; they stay ISO text."""

import re
from datetime import date
from typing import Any

from forms.fields.base import Asked, refuse


class Day(Asked[str]):
    """A calendar day as 'YYYY-MM-DD'; stays text.

    usual: years back from today and years ahead; a day outside of them is to be confirmed.
    counted: people may also say in how many years (5年). endless: leaving it out says 长期.
    """

    kind = "date"
    shape = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
    flaw = "date.format"
    missing = "date.invalid"
    suffix = ""

    def __init__(
        self,
        label: str,
        *,
        usual: tuple[int, int] | None = None,
        counted: bool = False,
        endless: bool = False,
        **how: Any,
    ) -> None:
        super().__init__(label, **how)
        self.usual = usual
        self.counted = counted
        self.endless = endless

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            refuse("type.text")
        day = value.strip()[:20]
        if self.shape.fullmatch(day) is None:
            refuse(self.flaw)
        try:
            date.fromisoformat(day + self.suffix)
        except ValueError:
            refuse(self.missing)
        return day


class Month(Day):
    """A month as 'YYYY-MM'; stays text."""

    kind = "month"
    shape = re.compile(r"[0-9]{4}-[0-9]{2}")
    flaw = "month.format"
    missing = "month.invalid"
    suffix = "-01"


class Term(Day):
    """A day, or 长期."""

    asking = "term"

    for_good = "长期"

    def read(self, value: Any) -> str:
        long = isinstance(value, str) and value.strip() == self.for_good
        return self.for_good if long else super().read(value)
