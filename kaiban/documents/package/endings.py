"""A case that came to nothing: one notice of what was decided, what can be done, and what stays where.

Nothing is said of a department that its own step does not show.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import HELD, STEP_TITLES, Link, LinkState, Step
from kaiban.domain.notices.refusal import REGISTRATION, redress_of
from kaiban.domain.prose import ended


@dataclass(frozen=True)
class Refusal:
    """What one department decided, why, and what can be done about it."""

    title: str
    office: str
    reason: str
    code: str
    remedy: str
    basis: str


@dataclass(frozen=True)
class Left:
    """What one step of a link left at its department."""

    title: str
    office: str
    text: str


@dataclass(frozen=True)
class Ending:
    """The whole notice."""

    heading: str
    lead: str
    refusals: tuple[Refusal, ...]
    left: tuple[Left, ...]


def ending(case: Case) -> Ending | None:
    """The notice of a case that has ended without any link done; None for every other."""
    over = all(link.finished for link in case.links)
    if not over or any(link.state is LinkState.DONE for link in case.links):
        return None
    heading, lead = _HEADINGS[_kind(case)]
    return Ending(heading, lead, tuple(_refusals(case)), tuple(_left(case)))


_HEADINGS: Final[Mapping[str, tuple[str, str]]] = {
    "withdrawn": ("撤回通知", "申请人已撤回申请，本办件终止，没有办成的环节不再办理。"),
    "refused": ("不予登记通知", "登记机关不予登记，企业没有设立，本办件终止。"),
    "stopped": ("不予办理通知", "所选环节都没有办成，本办件终止。"),
}


def _kind(case: Case) -> str:
    if case.withdrawing:
        return "withdrawn"
    states = {link.name: link.state for link in case.links}
    return "refused" if states.get(REGISTRATION) is LinkState.REFUSED else "stopped"


def _refusals(case: Case) -> Iterator[Refusal]:
    for link in case.links:
        if link.state is LinkState.REFUSED:
            reason = ended(link.current.reason) or "部门没有说明原因，请向窗口索取书面决定。"
            code = link.current.reason_code
            found = redress_of(link.name, code)
            yield Refusal(link.title, link.office, reason, code, found.remedy, found.remedy_basis)


def _left(case: Case) -> Iterator[Left]:
    for link in case.links:
        several = len(link.steps) > 1
        for step in link.steps:
            part = f" · {STEP_TITLES.get(step.name, step.name)}" if several else ""
            yield Left(link.title + part, link.office, _stands(case, link, step))


def _stands(case: Case, link: Link, step: Step) -> str:
    kept = [
        ended(event.text)
        for event in case.events
        if event.kind == "irrevocable" and (event.link, event.step) == (link.name, step.name)
    ]
    if kept:
        return kept[-1]
    if step.state is LinkState.DONE:
        return "已经办成，仍然有效；需要注销的，请向该单位办理。"
    if step.state is LinkState.REFUSED:
        return "该单位决定不予办理。"
    return _CANCELLED[_how_cancelled(case, link, step)]


_CANCELLED: Final[Mapping[str, str]] = {
    "never": "没有送到该单位。",
    "agreed": "该单位已取消这份申请。",
    "window": "经窗口核实，已取消。",
    "returned": "该单位退回补正后没有再提交。",
}


def _how_cancelled(case: Case, link: Link, step: Step) -> str:
    """How the step came to be cancelled, by the move that made it so."""
    moves = [
        LinkState(event.before)
        for event in case.events
        if event.kind == "step" and event.after == LinkState.CANCELLED
        and (event.link, event.step) == (link.name, step.name)
    ]  # fmt: skip
    if not moves or moves[-1] not in HELD | {LinkState.DONE, LinkState.NEEDS_CORRECTION}:
        return "never" if step.submitted_at is None else "returned"
    named = {LinkState.MANUAL: "window", LinkState.NEEDS_CORRECTION: "returned"}
    return named.get(moves[-1], "agreed")
