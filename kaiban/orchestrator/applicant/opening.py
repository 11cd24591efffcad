"""Open a case: check everything at once, then accept or say all that is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kaiban.domain.case import Case
from kaiban.domain.clock import HALL_TIME
from kaiban.domain.notice import Defect
from kaiban.domain.number import case_number
from kaiban.domain.plan import LinkSpec, Plan, missing_facts
from kaiban.orchestrator.departments import with_facts
from kaiban.orchestrator.materials import hand_over, missing
from kaiban.orchestrator.needs import prepare
from kaiban.orchestrator.office import Office, Rules
from kaiban.ports import Key, NeedsCorrection, Transaction

#: Under which key a rehearsal speaks; no department ever sees it.
REHEARSAL = "KB00000000000000000000"

_NO_SUCH_PROMISE = "没有这一办理时限，请从以下选择：{names}。"
_NO_SUCH_LINK = "没有名为“{name}”的办理环节，请从本市提供的环节中选择。"
_NEEDS_FIRST = "“{title}”需要先办理“{needed}”，请一并选择，或取消此环节。"


@dataclass(frozen=True)
class Application:
    """What somebody hands in: the form as filled in, the chosen links (empty: all), and for whom.

    ``filing`` holds the materials brought with it, if it was filled in here.
    """

    entry: Any
    links: tuple[str, ...] = ()
    owner: str = ""
    hall: str = ""
    promise: str = ""
    filing: str = ""


@dataclass(frozen=True)
class Checked:
    """What the check found: the completed form, and every defect of every chosen link."""

    form: Mapping[str, Any]
    links: tuple[str, ...]
    defects: list[Defect] = field(default_factory=list)


def check(
    office: Office | Rules, entry: Any, links: tuple[str, ...] = (), at: datetime | None = None
) -> Checked:
    """Run all validators of all chosen links; never stop at the first defect; send nothing.

    ``at`` is when the form was first submitted, if that was not just now.
    """
    chosen = links or office.departments.names
    strangers = [_no_such_link(name) for name in chosen if name not in office.departments]
    if strangers:
        return Checked({}, chosen, strangers)
    form, defects = office.form.check(
        entry, office.departments.sections(chosen), at or office.clock.now()
    )
    named = [_with_link(office, defect, chosen) for defect in defects]
    if not named:
        named = _lacking(office, chosen, form) or rehearse(office, chosen, form)
    return Checked(form, chosen, named)


def open_case(
    office: Office,
    application: Application,
    on_accept: Callable[[Transaction, Case], None] = lambda _tx, _case: None,
) -> Case | list[Defect]:
    """Accept the application and begin, or return everything that is wrong with it.

    ``on_accept`` runs in the same transaction, so that what the caller writes down about the
    case exists exactly when the case does.
    """
    checked = check(office, application.entry, application.links)
    absent = missing(office, checked.form, checked.links, application.filing)
    promised = check_promise(office, application.promise)
    if defects := [*promised, *checked.defects, *absent]:
        return defects
    plan = Plan.of(office.departments.specs(checked.links), checked.form)
    with office.cases.transaction() as tx:
        case = _accepted(office, tx, plan, application)
        tx.add(case)
        if application.filing:
            hand_over(office, tx, case, application.filing, case.accepted_at)
        on_accept(tx, case)
        office.go_on(tx, case)
    return case


def check_promise(office: Office, promise: str) -> list[Defect]:
    """The defect of a promise the city does not give; "" stands for its usual one."""
    if promise in ("", *office.city.promises):
        return []
    names = "、".join(office.city.promises)
    return [Defect("/promise", "promise.unknown", _NO_SUCH_PROMISE.format(names=names))]


def rehearse(
    office: Office | Rules, links: tuple[str, ...], form: Mapping[str, Any]
) -> list[Defect]:
    """Let every chosen adapter prepare every step, with specimens for facts not yet known."""
    plan = Plan.of(office.departments.specs(links), form)
    full = with_facts(form, plan.specimens)
    return [
        office.defect(item, link.name)
        for link in plan.links
        for item in _rehearsed(office, link, full)
    ]


def _rehearsed(office: Office | Rules, link: LinkSpec, form: Mapping[str, Any]) -> list[Any]:
    adapter = office.departments[link.name]
    tried = (prepare(adapter, form, Key(REHEARSAL, link.name, step.name)) for step in link.steps)
    found = (item for each in tried if isinstance(each, NeedsCorrection) for item in each.items)
    return list(dict.fromkeys(found))


def _accepted(office: Office, tx: Transaction, plan: Plan, application: Application) -> Case:
    city, now = office.city, office.clock.now()
    hall = application.hall or next(iter(city.halls))
    day = now.astimezone(HALL_TIME).strftime("%Y%m%d")
    case = Case.accept(
        case_number(city.region, day, tx.next_number(day)),
        plan,
        city=city.name,
        hall=hall,
        owner=application.owner,
        promise=application.promise or next(iter(city.promises)),
        at=now,
    )
    for link in case.links:
        link.adapter = office.departments[link.name].manifest.label
    return case


def _with_link(office: Office | Rules, defect: Defect, links: tuple[str, ...]) -> Defect:
    return replace(defect, link=office.departments.reader_of(defect.pointer, links))


def _no_such_link(name: str) -> Defect:
    return Defect("/links", "links.unknown", _NO_SUCH_LINK.format(name=name))


def _lacking(
    office: Office | Rules, links: tuple[str, ...], form: Mapping[str, Any]
) -> list[Defect]:
    missing = missing_facts(office.departments.specs(links), form)
    return [_missing(office, link, fact) for link, fact in missing]


def _missing(office: Office | Rules, link: LinkSpec, fact: str) -> Defect:
    titles = [
        spec.title
        for spec in office.departments.specs(office.departments.names)
        if fact in spec.provides
    ]
    message = _NEEDS_FIRST.format(title=link.title, needed="、".join(titles) or fact)
    return Defect("/links", "links.missing_fact", message, link.name)
