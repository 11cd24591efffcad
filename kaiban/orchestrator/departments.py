"""The departments of this city: their adapters, and what the plan and the form ask of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kaiban.domain.cases.link import Link, Step
from kaiban.domain.cases.plan import LinkSpec
from kaiban.domain.pointer import to_path
from kaiban.orchestrator.needs import paths_read
from kaiban.ports import Adapter

#: What adapters may read besides the form: what departments have granted, the files enclosed, and the visit booked at the
#: department's window in a hall (``appointment.date``, ISO 8601, and ``appointment.period``, morning or afternoon).
FILES, APPOINTMENT = "materials", "appointment"
#: What the applicant answered to the department's last demand (``explanation.text``).
EXPLANATION = "explanation"
EXPLAINED = "explanation.text"
BESIDE = frozenset({"facts", FILES, APPOINTMENT, EXPLANATION})


class DepartmentGone(KeyError):  # noqa: N818 - named for what it tells
    """The link's department is not of this city any more: its adapter was taken out under open cases."""


@dataclass(frozen=True)
class Departments:
    """Every installed department by link name, in the order the city shows them.

    ``others`` are adapters not in charge (any more), by their own names: what they have begun
    they go on being asked about.
    """

    adapters: Mapping[str, Adapter]
    others: Mapping[str, Adapter] = field(default_factory=dict)

    def __getitem__(self, link: str) -> Adapter:
        """The adapter in charge of the link; raises DepartmentGone."""
        try:
            return self.adapters[link]
        except KeyError:
            raise DepartmentGone(link) from None

    def __contains__(self, link: object) -> bool:
        return link in self.adapters

    def holder(self, link: Link) -> Adapter | None:
        """Who sent the link's application and can be asked about it; None if that adapter is gone."""
        name, now = link.adapter.partition(" ")[0], self[link.name]
        return now if name in ("", now.manifest.name) else self.others.get(name)

    def sender(self, link: Link, step: Step) -> Adapter | None:
        """Who sends the step next.

        That is whoever is in charge now; but no system corrects what was applied for elsewhere.
        """
        now = self[link.name]
        return self.holder(link) if step.corrects and not now.manifest.by_hand else now

    def caller(self, department: str) -> Adapter:
        """Whose callbacks are heard: the department's system, even while people carry paper."""
        now = self.adapters[department]
        systems = (
            each
            for each in (now, *self.others.values())
            if each.manifest.department == department and not each.manifest.by_hand
        )
        return next(systems, now)

    def fact_title(self, fact: str) -> str:
        """What people call a fact: the label of the result that provides it."""
        for adapter in self.adapters.values():
            if fact in adapter.manifest.spec.provides:
                return str(adapter.Result().fields[fact].metadata.get("label", fact))
        return fact

    @property
    def names(self) -> tuple[str, ...]:
        """All link names, in order."""
        return tuple(self.adapters)

    def specs(self, links: Iterable[str]) -> list[LinkSpec]:
        """What the plan needs to know about these links, in the city's order."""
        chosen = set(links)
        return [adapter.manifest.spec for name, adapter in self.adapters.items() if name in chosen]

    def sections(self, links: Iterable[str]) -> frozenset[str]:
        """The sections of the form these links read."""
        paths = {path for link in links for path in paths_read(self.adapters[link].Needs)}
        return frozenset(path.split(".")[0] for path in paths) - BESIDE

    def takes_files(self, link: str) -> bool:
        """Whether the link's department is sent the files the applicant brought."""
        return any(path.split(".")[0] == FILES for path in paths_read(self.adapters[link].Needs))

    def reader_of(
        self, pointer: str, links: Iterable[str], asked_for: Callable[[str], str] = str
    ) -> str:
        """The first of the links that reads the field (or something in or around it), or ""; one whose department is gone reads none.

        ``asked_for`` says where the form asks for what a read field is made of (`Form.asked_for`).
        """
        path = _without_numbers(to_path(pointer))
        known = (link for link in links if link in self.adapters)
        return next((link for link in known if self._reads(link, path, asked_for)), "")

    def _reads(self, link: str, path: str, asked_for: Callable[[str], str]) -> bool:
        return any(
            _overlap(path, read) or _overlap(path, asked_for(read))
            for read in paths_read(self.adapters[link].Needs)
        )


def _without_numbers(path: str) -> str:
    return ".".join(part for part in path.split(".") if not part.isdecimal())


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(other + ".") or other.startswith(one + ".")


NOTHING_BOOKED: Mapping[str, str] = {}


def with_facts(
    form: Mapping[str, Any], facts: Mapping[str, str], enclosed: Sequence[Mapping[str, str]] = (),
    appointment: Mapping[str, str] = NOTHING_BOOKED, explanation: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The form as adapters read it: what was filled in, what departments have granted, what is enclosed, booked, explained."""
    said = {"text": explanation} if explanation else {}
    beside = {FILES: list(enclosed), APPOINTMENT: dict(appointment), EXPLANATION: said}
    return {**form, "facts": dict(facts), **{name: each for name, each in beside.items() if each}}
