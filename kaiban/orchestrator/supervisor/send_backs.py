"""What did not go through at once (退回补正): of how many cases, at which place of the form, for what reason and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kaiban.domain.statistics.marks import MarkKind
from kaiban.domain.statistics.shares import Share
from kaiban.orchestrator.supervisor.dashboard import have_ended
from kaiban.ports.statistics import Figures, Marked, Scope, Subset


@dataclass(frozen=True)
class MarkLine:
    """A line of a table: which marks, how many of them there are, and in how many of the cases looked at."""

    marked: Marked
    count: int
    cases: Share


@dataclass(frozen=True)
class SendBacks:
    """Of the cases that ended.

    ``sent_back``: a link's department wanted something corrected. ``kinds``: of those that were looked at for marks, how many
    have such a one; ``unmarked`` were not, having ended before there were any. Lines stand with most marks first.
    """

    scope: Scope
    sent_back: Share
    unmarked: int
    kinds: Mapping[MarkKind, MarkLine]
    places: Sequence[MarkLine]
    reasons: Sequence[MarkLine]
    retyped: Sequence[MarkLine]
    re_entered: Sequence[MarkLine]


def send_backs(figures: Figures, scope: Scope) -> SendBacks:
    """The figures of that scope."""
    counts = figures.counts(scope)
    ended = have_ended(counts)
    unmarked = figures.marks.unmarked(scope)
    asked = _Asked(figures, scope, ended - unmarked)
    kinds = {kind: asked.lines(kind) or [asked.none(kind)] for kind in MarkKind}
    return SendBacks(
        scope, Share(counts[Subset.SENT_BACK], ended), unmarked,
        {kind: line for kind, [line] in kinds.items()},
        asked.lines(MarkKind.DEMAND, "place"), asked.lines(MarkKind.DEMAND, "by", "code"),
        asked.lines(MarkKind.RETYPED, "place"), asked.lines(MarkKind.RE_ENTERED, "by"),
    )  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    figures: Figures
    scope: Scope
    whole: int

    def lines(self, kind: MarkKind, *by: str) -> list[MarkLine]:
        found = self.figures.marks.counted(self.scope, kind, by)
        lines = (
            MarkLine(Marked(kind, **dict(zip(by, key, strict=True))), count, Share(cases, self.whole))
            for key, (count, cases) in sorted(found.items())
        )  # fmt: skip
        return sorted(lines, key=lambda line: -line.count)

    def none(self, kind: MarkKind) -> MarkLine:
        return MarkLine(Marked(kind), 0, Share(0, self.whole))
