"""See to what is owed: give more time, ask for it no more, bring what came late to a department that takes none from us."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Holder, obligations
from kaiban.domain.papers.obligation import ForwardState
from kaiban.domain.roles import Position
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.printable import unprintable
from kaiban.orchestrator.worker.forwarding import note
from kaiban.ports import Obligations, Transaction

LONGEST: Final = 500
MOST_DAYS: Final = 60

_REASON = "请写明理由，不超过 {most} 字；申请人会看到。"
_DAYS = "请填写 1 至 {most} 之间的工作日数。"
NOT_OWED = Defect("", "obligation.none", "这项材料已经补交或者不再要求，请看看现在的情况。")
CHANGED = Defect(
    "", "obligation.changed", "补交期限刚在别处改过，请看看现在的情况，再决定怎么做。"
)
NOT_TO_HAND = Defect("", "obligation.not_to_hand", "这项材料不用再由窗口转交，请看看现在的情况。")
NO_REASON = Defect("/reason", "obligation.reason", _REASON.format(most=LONGEST))
NO_DAYS = Defect("/days", "obligation.days", _DAYS.format(most=MOST_DAYS))
NOT_LATER = Defect("/days", "obligation.not_later", "这样算出来的期限不比现在的晚，请多填几天。")
NOTHING = Defect("", "obligation.nothing", "请选择要怎么办理。")


@dataclass(frozen=True)
class Relief:
    """What somebody of the staff decides about a promise: ``seen`` is the last day (ISO) they saw; ``days`` from today."""

    who: Position
    key: str
    seen: str
    reason: str = ""
    days: int = 0


def relieve(
    office: Office, owed: Obligations, no: str, what: str, relief: Relief
) -> Case | list[Defect]:
    """Extend or waive it, or say everything that keeps them from it; raises CaseNotFound."""
    if what not in _RELIEFS:
        return [NOTHING]
    with office.cases.transaction() as tx:
        case = tx.get(no)
        listed = obligations(office.materials.listed(Holder(case_no=no)))
        due = next((each.deferred_until for each in listed if each.key == relief.key), None)
        if due is None:
            return [NOT_OWED]
        if due.isoformat() != relief.seen:
            return [CHANGED]
        asked, give = _RELIEFS[what]
        decision = _Decision(office, case, relief, due)
        wrong = [] if 0 < len(relief.reason.strip()) <= LONGEST else [NO_REASON]
        wrong += unprintable(office, "/reason", relief.reason)
        wrong += asked(decision)
        if not wrong:
            give(decision, owed, tx)
            office.go_on(tx, case)
        return wrong or case


def handed_over(
    office: Office, owed: Obligations, no: str, who: Position, key: str, link: str
) -> Case | list[Defect]:
    """Write down that the window has brought it to the link's department; raises CaseNotFound."""
    with office.cases.transaction() as tx:
        case = tx.get(no)
        found = next((f for f in owed.forwards(no) if (f.key, f.link) == (key, link)), None)
        if found is None or found.state is not ForwardState.BY_HAND:
            return [NOT_TO_HAND]
        done = replace(found, state=ForwardState.HANDED, by=who.login)
        if not owed.settle(tx.connection, done, None):
            return [NOT_TO_HAND]
        note(office, case, done, who.login)
        tx.save(case)
    return case


@dataclass(frozen=True)
class _Decision:
    """A relief of what is owed by ``due``."""

    office: Office
    case: Case
    relief: Relief
    due: date

    @property
    def later(self) -> date:
        """The last day, if it is extended."""
        hours = self.office.city.hall_of(self.case).hours
        return hours.working_day_after(self.office.clock.now(), self.relief.days)

    def wrong_days(self) -> list[Defect]:
        if not 1 <= self.relief.days <= MOST_DAYS:
            return [NO_DAYS]
        return [] if self.later > self.due else [NOT_LATER]

    def extend(self, owed: Obligations, tx: Transaction) -> None:
        owed.postpone(tx.connection, self.case.no, self.relief.key, self.later)
        self._note("extended", {"due": self.later.isoformat(), "before": self.due.isoformat()})

    def waive(self, owed: Obligations, tx: Transaction) -> None:
        owed.waive(tx.connection, self.case.no, self.relief.key)
        self._note("waived", {"due": self.due.isoformat()})

    def _note(self, kind: str, facts: Mapping[str, str]) -> None:
        key, now = self.relief.key, self.office.clock.now()
        name = self.office.form.brought().get(key, key)
        self.case.note(
            kind, now, self.relief.who.login, code=key, text=self.relief.reason.strip(),
            facts={**facts, "material": name},
        )  # fmt: skip


_Asked = Callable[[_Decision], list[Defect]]
_Give = Callable[[_Decision, Obligations, Transaction], None]
#: By the value of the button: what is asked besides the reason, and how it is given.
_RELIEFS: Final[Mapping[str, tuple[_Asked, _Give]]] = {
    "extend": (_Decision.wrong_days, _Decision.extend),
    "waive": (lambda _: [], _Decision.waive),
}
