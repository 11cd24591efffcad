"""The plan: which links a case runs, and what each of their steps waits for.

Edges are never written down. A step names the facts it requires and the facts it provides;
whoever provides a fact comes before whoever requires it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kaiban.domain.pointer import values_at


class PlanError(Exception):
    """These links cannot be run together; the message says what is missing."""


@dataclass(frozen=True)
class Requirement:
    """A fact a step waits for, always or only when the form says so.

    With ``path`` the fact is required only if the form's value there (or one of its
    values, for a list) is among ``any_of``.
    """

    fact: str
    path: str = ""
    any_of: frozenset[str] = frozenset()

    def applies_to(self, form: Mapping[str, Any]) -> bool:
        """Whether the fact is needed for this form."""
        if not self.path:
            return True
        return any(value in self.any_of for value in values_at(form, self.path))


@dataclass(frozen=True)
class StepSpec:
    """One exchange a link consists of: ``pre``, ``main`` or ``confirm``.

    ``provides`` maps each fact the step's result will hold to a formally valid specimen,
    so that later steps can be rehearsed before the real fact exists.
    """

    name: str = "main"
    requires: tuple[Requirement, ...] = ()
    provides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkSpec:
    """What the plan needs to know about one link (环节)."""

    name: str
    title: str
    office: str
    steps: tuple[StepSpec, ...]

    @property
    def provides(self) -> dict[str, str]:
        """Every fact any of its steps provides, with its specimen."""
        return {fact: specimen for step in self.steps for fact, specimen in step.provides.items()}


@dataclass(frozen=True)
class Plan:
    """The chosen links of one form, in an order in which facts come before their readers."""

    links: tuple[LinkSpec, ...]
    form: Mapping[str, Any]

    @classmethod
    def of(cls, links: Iterable[LinkSpec], form: Mapping[str, Any]) -> "Plan":
        """Arrange the links; raise PlanError if a fact has no provider or two wait for each other."""
        return cls(tuple(_arranged(tuple(links), form)), form)

    @property
    def specimens(self) -> dict[str, str]:
        """A specimen of every fact the plan will come to know."""
        return {fact: text for link in self.links for fact, text in link.provides.items()}

    def link(self, name: str) -> LinkSpec:
        """The link of that name; KeyError if it is not part of the plan."""
        return next(link for link in self.links if link.name == name)

    def required_facts(self, link: str, step: str) -> tuple[str, ...]:
        """The facts the step waits for, under this form."""
        spec = next(each for each in self.link(link).steps if each.name == step)
        return tuple(need.fact for need in spec.requires if need.applies_to(self.form))

    def with_providers(self, names: Iterable[str]) -> set[str]:
        """Those links, and whoever provides what they wait for, and so on."""
        found = set(names)
        while more := {before for before, _, after in self.edges() if after in found} - found:
            found |= more
        return found

    def stages(self) -> list[list[tuple[LinkSpec, StepSpec]]]:
        """The steps by how many must come before: those of one stage may run at the same time."""
        known: dict[str, int] = {}
        found: dict[int, list[tuple[LinkSpec, StepSpec]]] = {}
        for link in self.links:
            at = -1
            for step in link.steps:
                facts = self.required_facts(link.name, step.name)
                at = max(at, *(known.get(fact, -1) for fact in facts), -1) + 1
                known.update(dict.fromkeys(step.provides, at))
                found.setdefault(at, []).append((link, step))
        return [found[at] for at in sorted(found)]

    def edges(self) -> list[tuple[str, str, str]]:
        """Every (earlier link, fact, later link), for charts."""
        return [
            (before.name, fact, after.name)
            for after in self.links
            for fact in sorted(_needed(after, self.form))
            for before in self.links
            if fact in before.provides and before is not after
        ]


def missing_facts(
    links: Iterable[LinkSpec], form: Mapping[str, Any]
) -> list[tuple[LinkSpec, str]]:
    """Each (link, fact) nobody among the links provides."""
    chosen = tuple(links)
    known = {fact for link in chosen for fact in link.provides}
    return [(link, fact) for link in chosen for fact in sorted(_needed(link, form) - known)]


def _needed(link: LinkSpec, form: Mapping[str, Any]) -> set[str]:
    needs = {n.fact for step in link.steps for n in step.requires if n.applies_to(form)}
    return needs - set(link.provides)


def _arranged(links: tuple[LinkSpec, ...], form: Mapping[str, Any]) -> Iterable[LinkSpec]:
    lacking = missing_facts(links, form)
    if lacking:
        raise PlanError("; ".join(f"{link.name} needs {fact}" for link, fact in lacking))
    known: set[str] = set()
    rest = list(links)
    while rest:
        free = next((link for link in rest if _needed(link, form) <= known), None)
        if free is None:
            raise PlanError("links wait for each other: " + ", ".join(link.name for link in rest))
        rest.remove(free)
        known.update(free.provides)
        yield free
