"""What follows when a promise was not kept, or what was declared is false (`Lapse`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import Link
from kaiban.domain.notices.notice import Item
from kaiban.domain.papers.obligation import Lapse
from kaiban.orchestrator.office import Office
from kaiban.ports import Transaction


@dataclass(frozen=True)
class Breach:
    """Which links need what is not there, what a notice demands then, and why they are taken back."""

    links: Sequence[Link]
    item: Item
    reason: str


def follow(office: Office, tx: Transaction, case: Case, follows: Lapse, breach: Breach) -> None:
    """Do what follows; the caller lets the case go on."""
    _FOLLOWS[follows](office, tx, case, breach)


def _demand(office: Office, _: Transaction, case: Case, breach: Breach) -> None:
    """One notice demands it, as whatever else is found at the window."""
    case.gather([breach.item], office.clock.now(), office.clock.now())


def _withdraw(office: Office, tx: Transaction, case: Case, breach: Breach) -> None:
    """What needs it is taken back, as far as that is still possible."""
    for link in breach.links:
        for step in link.steps:
            office.take_back(tx, case, link, step, breach.reason)


def _leave_to_window(_: Office, __: Transaction, ___: Case, ____: Breach) -> None:
    """A person sees to it: what is owed stays among what the window has to do."""


_FOLLOWS: Final[Mapping[Lapse, Callable[[Office, Transaction, Case, Breach], None]]] = {
    Lapse.NOTICE: _demand,
    Lapse.WITHDRAW: _withdraw,
    Lapse.WINDOW: _leave_to_window,
}
