"""What became of campaigns, as a table people can read."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from tests.faults.books import Kind
from tests.faults.campaign import Campaign

_HEADS = (
    "campaign", "database", "cases", "strikes", "open at strike", *Kind, "planted bug", "verdict", "minutes",
)  # fmt: skip
#: By whether a bug is planted, and whether it passed.
_VERDICTS = {
    (False, True): "passed", (False, False): "FAILED", (True, True): "caught", (True, False): "MISSED",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One campaign that is over; ``wrong`` counts its violations, ``open`` has the cases under way at each strike."""

    campaign: str
    database: str
    cases: int
    open: Sequence[int]
    wrong: Counter[Kind]
    bug: str
    tells: Sequence[Kind]
    summary: str
    seconds: float

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        """The row of that campaign."""
        by = " / ".join(dict.fromkeys(each.name for each in campaign.plan.by))
        kind = "SQLite" if campaign.city.kaiban.database.is_sqlite else "PostgreSQL"
        return cls(
            by, kind, len(campaign.ledger.told), [each.open for each in campaign.strikes],
            Counter(each.kind for each in campaign.violations), campaign.plan.bug, campaign.plan.tells,
            f"{campaign.summary()}\n{campaign.city.log()}", time.monotonic() - campaign.began,
        )  # fmt: skip

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong, or the planted bug was caught."""
        return any(self.wrong[kind] for kind in self.tells) if self.bug else not self.wrong

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the table."""
        verdict = _VERDICTS[bool(self.bug), self.passed]
        met = f"{min(self.open)} to {max(self.open)}" if self.open else "-"
        counts = (str(self.wrong[kind]) for kind in Kind)
        return (
            self.campaign, self.database, str(self.cases), str(len(self.open)), met, *counts,
            self.bug or "-", verdict, f"{self.seconds / 60:.1f}",
        )  # fmt: skip


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of the table, of the cells of each row."""
    lines = [_HEADS, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
