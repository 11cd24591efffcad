"""The guide (办事指南): before anything is filled in, what this choice of links takes. No filing, no session."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import render_template, request

import forms.applicants
from forms.applicants import Applicant
from forms.materials import Material, of_type
from forms.structure.paths import inner_schema, questions, schema_of
from kaiban.domain.cases.plan import LinkSpec, Plan, Requirement, StepSpec, missing_facts
from kaiban.orchestrator.applicant.aftercare.forecasting import forecast_form
from kaiban.orchestrator.applicant.opening import applying
from kaiban.web.form.places import asked_of_any, field_at
from kaiban.web.presentation.texts import length, quoted, say
from kaiban.web.routes import PUBLIC, Routes
from kaiban.web.service import asked_by, office

routes = Routes("guiding")

#: What a step is called where a link has several.
STEPS: Mapping[str, str] = {"pre": "预登记", "confirm": "正式登记"}
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Choice:
    """Whose opening, the links and the promise asked about; `strange` are names nobody here knows."""

    applicant: Applicant
    links: tuple[str, ...]
    promise: str
    strange: tuple[str, ...] = ()

    @property
    def form(self) -> dict[str, str]:
        """What a form of such an applicant begins with."""
        return {forms.applicants.APPLICANT: self.applicant.key}

    @classmethod
    def read(cls) -> "Choice":
        """What the address says; nothing chosen is everything."""
        types, promises = office().form.applicants, office().city.promises
        usual = next(iter(types.values()))
        applicant = types.get(request.args.get("type", ""), usual)
        known = applying(office(), {forms.applicants.APPLICANT: applicant.key})
        asked = request.args.getlist("links")
        promise = request.args.get("promise", "")
        return cls(
            applicant,
            tuple(name for name in known if name in asked) or known,
            promise if promise in promises else next(iter(promises)),
            tuple(name[:40] for name in asked if name not in office().departments)[:5],
        )


@dataclass(frozen=True)
class Stop:
    """One step on the chart: what, where, for which facts it waits, what comes of it, how long it may take."""

    title: str
    office: str
    gives: tuple[str, ...]
    minutes: str


@dataclass(frozen=True)
class Stage:
    """Steps that run at the same time, and the facts they wait for."""

    waits: tuple[str, ...]
    stops: tuple[Stop, ...]


@routes.page("/guide", PUBLIC)
def guide() -> str:
    """What is done in which order, what to bring, who is needed, what it costs, when it is finished."""
    choice, departments = Choice.read(), office().departments
    specs = departments.specs(choice.links)
    lacking = missing_facts(specs, {})
    plan = None if lacking else Plan.of(specs, {})
    ahead = forecast_form(office(), {}, choice.links, office().clock.now())
    return render_template(
        "applicant/guide.html",
        choice=choice,
        types=list(office().form.applicants.values()),
        specs=departments.specs(applying(office(), choice.form)),
        excluded=_excluded(choice),
        chosen=specs,
        lacking=[(link.title, departments.fact_title(fact)) for link, fact in lacking],
        stages=_stages(plan) if plan else [],
        exceptions=list(_exceptions(specs)),
        bring=[each for each in _materials(choice) if not each.produced],
        written=[each for each in _materials(choice) if each.produced],
        offices={spec.name: spec.office for spec in specs},
        people=list(_people(choice.form)),
        fees=[(spec.title, office().city.fees.get(spec.name, "")) for spec in specs],
        promises=office().city.promises,
        forecast=ahead,
        basis=[(departments[each.link].manifest.title, each.words) for each in ahead.basis]
        if ahead
        else [],
        rules=office().city.materials,
        elsewhere=office().form.foreign_registrar if _may_be_from_abroad(choice) else "",
    )


def _may_be_from_abroad(choice: Choice) -> bool:
    """Whether there are holders who may be: those of some types are citizens and enterprises here only."""
    try:
        kind = field_at(asked_by(choice.form), "people.holders.kind")
    except KeyError:
        return False
    offered = getattr(kind, "listed", ())
    return "foreign_enterprise" in offered and "registration" in choice.links


def _stages(plan: Plan) -> list[Stage]:
    return [
        Stage(_waits(plan, steps), tuple(_stop(link, step) for link, step in steps))
        for steps in plan.stages()
    ]


def _waits(plan: Plan, steps: Sequence[tuple[LinkSpec, StepSpec]]) -> tuple[str, ...]:
    facts = (fact for link, step in steps for fact in plan.required_facts(link.name, step.name))
    return tuple(_fact(fact) for fact in dict.fromkeys(facts))


def _stop(link: LinkSpec, step: StepSpec) -> Stop:
    several = len(link.steps) > 1
    title = (
        f"{say(link.title)}（{say(STEPS.get(step.name, step.name))}）"
        if several
        else say(link.title)
    )
    promise = office().departments[link.name].manifest.promise // len(link.steps)
    return Stop(
        title, say(link.office), tuple(map(_fact, step.provides)), length(promise // _MINUTE)
    )


def _fact(name: str) -> str:
    return say(office().departments.fact_title(name))


def _exceptions(specs: Sequence[LinkSpec]) -> Iterator[str]:
    """What only some answers of the form make a link wait for."""
    for link in specs:
        for need in (need for step in link.steps for need in step.requires if need.path):
            yield say(
                "“%(question)s”选%(answers)s的，%(link)s还要先等%(fact)s。",
                question=say(_label(need)), answers=quoted(map(say, _answers(need))),
                link=say(link.title), fact=_fact(need.fact),
            )  # fmt: skip


def _label(need: Requirement) -> str:
    return str(asked_of_any(need.path).metadata.get("label", need.path))


def _answers(need: Requirement) -> list[str]:
    listed = getattr(asked_of_any(need.path), "listed", None)
    return [listed.label(code) if listed else code for code in sorted(need.any_of)]


def _excluded(choice: Choice) -> list[tuple[str, str]]:
    """The links that do not apply, each with the reason."""
    reasons = office().form.not_applying(choice.form)
    return [(spec.title, reasons[spec.name]) for spec in office().departments.specs(reasons)]


def _materials(choice: Choice) -> list[Material]:
    spared = office().form.spared
    return [
        each
        for each in of_type(choice.applicant.key)
        if each.key not in spared
        and not set(choice.links).isdisjoint(each.departments)
        and each.fits(asked_by(choice.form))
    ]


def _people(form: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Everybody such a form asks a document of: who, and whether by telephone, too."""
    for field in questions(schema_of(asked_by(form)["people"])).values():
        inner = inner_schema(field)
        asked: Mapping[str, Any] = questions(inner) if inner is not None else {}
        if "cert" in asked:
            yield str(field.metadata["label"]), "mobile" in asked
