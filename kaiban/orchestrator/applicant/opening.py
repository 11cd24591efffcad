"""Open a case: check everything at once, then accept or say all that is wrong."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog

from kaiban.domain.assisted import FiledBy
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import IntakeRule
from kaiban.domain.cases.number import case_number
from kaiban.domain.cases.plan import LinkSpec, Plan, missing_facts
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import MATERIALS, Caution, Defect, Twice
from kaiban.domain.papers.material import Holder, Upload
from kaiban.domain.pointer import replaced, to_path, value_at, without
from kaiban.orchestrator.commitments import outdated
from kaiban.orchestrator.departments import with_facts
from kaiban.orchestrator.materials.keeping import materials_of, noted, put, too_large
from kaiban.orchestrator.materials.sent import Sent, settled
from kaiban.orchestrator.materials.submission import hand_over, missing
from kaiban.orchestrator.needs import prepare
from kaiban.orchestrator.office import Office, Rules
from kaiban.orchestrator.vouching import vouch
from kaiban.ports import Correction, Key, NeedsCorrection, Transaction

log = structlog.get_logger()

#: Under which key a rehearsal speaks; no department ever sees it.
REHEARSAL = "KB00000000000000000000"

_NO_SUCH_PROMISE = "没有这一办理时限，请从以下选择：{names}。"
_NO_SUCH_LINK = "没有名为“{name}”的办理环节，请从本市提供的环节中选择。"
_NOT_APPLYING = "这里不办“{title}”，请取消此环节：{reason}。"
_UNPREPARED = "“{title}”无法按所填内容生成申请，请核对与它有关的内容；仍然不行的，请先不选这一环节，到窗口办理。"
#: What is wrong with files themselves, whatever the form says.
_OF_FILES = ("upload.", "entry.")
_TWICE = (
    "同一家企业、同样的出资人的申请已经受理（办件编号 {no}），不重复受理，请查看原来的办件；"
    "原来的办件撤回后，可以重新提交。"
)
_NEEDS_FIRST = "“{title}”需要先办理“{needed}”，请一并选择，或取消此环节。"


@dataclass(frozen=True)
class Application:
    """What somebody hands in: the form as filled in, the chosen links (empty: all), and for whom.

    ``filing`` holds the materials brought with it, if it was filled in here; ``sent`` are those of a program. ``filed_by``: with whose help, if not alone.
    ``hall`` decides it; ``intake``: by which rule another took it in (跨域通办). ``reference``: what the program that hands it in calls it.
    """

    entry: Any
    links: tuple[str, ...] = ()
    owner: str = ""
    hall: str = ""
    promise: str = ""
    filing: str = ""
    filed_by: FiledBy | None = None
    intake: IntakeRule | None = None
    reference: str = ""
    sent: tuple[Sent, ...] = ()


@dataclass(frozen=True)
class Checked:
    """What the check found: the completed form, every defect of every chosen link, the files that are in order by material."""

    form: Mapping[str, Any]
    links: tuple[str, ...]
    defects: list[Defect] = field(default_factory=list)
    files: list[tuple[str, Upload]] = field(default_factory=list)


def check(
    office: Office | Rules, entry: Any, links: tuple[str, ...] = (), at: datetime | None = None
) -> Checked:
    """Run all validators of all chosen links; never stop at the first defect; send nothing.

    What is only strange is a `Caution`, until the entry says its word in `confirm`.
    ``at`` is when the form was first submitted, if that was not just now: links whose department is gone since are not checked,
    and answers to questions that are gone stay in it.
    """
    chosen = links or applying(office, entry)
    if at is not None:
        chosen = tuple(name for name in chosen if name in office.departments)
    strangers = [no_such_link(name) for name in chosen if name not in office.departments]
    if at is None:
        strangers += _not_for_them(office, entry, chosen)
    if strangers:
        return Checked({}, chosen, strangers)
    form, defects = office.form.check(
        entry, office.departments.sections(chosen), at or office.clock.now()
    )
    old = [each for each in defects if at is not None and each.code == ASKED_NO_MORE]
    if old:
        return _beside_old_answers(office, entry, chosen, at, old)
    named = [_with_link(office, defect, chosen) for defect in defects]
    if all(isinstance(defect, Caution) for defect in named):
        named += _lacking(office, chosen, form) or rehearse(office, chosen, form)
    return Checked(form, chosen, named)


def applying(office: Office | Rules, entry: Any) -> tuple[str, ...]:
    """Every link of this city that applies to the type of applicant a form is for, in the city's order."""
    excluded = office.form.not_applying(entry)
    return tuple(name for name in office.departments.names if name not in excluded)


def _not_for_them(office: Office | Rules, entry: Any, links: Sequence[str]) -> list[Defect]:
    reasons = office.form.not_applying(entry)
    return [
        Defect(
            "/links", "links.not_applying",
            _NOT_APPLYING.format(title=office.departments[name].manifest.title, reason=reasons[name]), name,
        )
        for name in links
        if name in reasons and name in office.departments
    ]  # fmt: skip


def open_case(
    office: Office,
    application: Application,
    on_accept: Callable[[Transaction, Case], None] = lambda _tx, _case: None,
) -> Case | list[Defect]:
    """Accept the application and begin, or return everything that is wrong with it.

    An application that is a case already (`Twice`) never becomes another. ``on_accept`` runs in the same transaction, so that what the caller writes down about the
    case exists exactly when the case does.
    """
    checked = check_all(office, application)
    if checked.defects:
        return checked.defects
    plan = Plan.of(office.departments.specs(checked.links), checked.form)
    with office.cases.transaction() as tx:
        if twin := _twin(tx, plan.form):
            return [twin]
        case = _accepted(office, tx, plan, application)
        tx.add(case)
        if application.filing:
            hand_over(office, tx, case, application.filing, case.accepted_at)
        for key, upload in checked.files:
            put(office, tx, Holder(case_no=case.no), key, upload)
        if case.filed_by:
            # They have typed it from the licence, and said so.
            vouch(office, case, case.filed_by.staff[-1])
        on_accept(tx, case)
        office.go_on(tx, case)
    return case


def check_all(office: Office, application: Application) -> Checked:
    """The check of an application with what goes with it: its promise, its materials, what is declared."""
    checked = check(office, application.entry, application.links)
    promised = check_promise(office, application.promise)
    declared = outdated(office, checked.form, checked.links, application.filing)
    checked = with_materials(office, checked, application.sent, application.filing)
    return replace(checked, defects=[*promised, *checked.defects, *declared])


def with_materials(
    office: Office, checked: Checked, sent: Sequence[Sent], filing: str, case_no: str = ""
) -> Checked:
    """The check of a form with its materials: those of ``sent`` that are in order, and beside its defects all that is wrong with the others or missing.

    What the filing has, and the case that the links are to join, counts as well.
    """
    files, unfit = settled(sent, office.form.materials(checked.form, checked.links))
    present = materials_of(office, filing, case_no)
    before = sum(one.size for one in present)
    if files and (full := too_large(office, (upload for _, upload in files), before)):
        unfit.append(full)
    if not all(isinstance(each, Caution) for each in checked.defects):
        # What is asked for, and of whom, is only known once the form is in order.
        unfit = [each for each in unfit if each.code.startswith(_OF_FILES)]
    spoilt = Counter(each.key for each in sent) - Counter(key for key, _ in files)
    present += [noted(office, key, upload) for key, upload in files]
    absent = [
        each
        for each in missing(office, checked.form, checked.links, present, by_page=bool(filing))
        if each.pointer.removeprefix(MATERIALS) not in spoilt
    ]
    return replace(checked, defects=[*checked.defects, *unfit, *absent], files=files)


def _twin(tx: Transaction, form: Mapping[str, Any]) -> Twice | None:
    """The case the form is already, unless that came to nothing."""
    for no in tx.about_the_same(form):
        if not tx.get(no).fruitless:
            return Twice("/company/name", "case.twice", _TWICE.format(no=no), case_no=no)
    return None


def confirming(form: Mapping[str, Any], words: Sequence[str]) -> Mapping[str, Any]:
    """The form with these words added to what it confirms."""
    return {**form, CONFIRM: [*form.get(CONFIRM, ()), *words]} if words else form


def questioned(defects: Sequence[Defect], before: Any, after: Any) -> list[Defect]:
    """The defects of a form that was accepted once and changed since: what stood in it is not asked about again.

    That is what was confirmed once, and the answer to a question that is asked no more.
    """
    return [
        each
        for each in defects
        if not (isinstance(each, Caution) or each.code == ASKED_NO_MORE)
        or value_at(before, to_path(each.pointer)) != value_at(after, to_path(each.pointer))
    ]


def _beside_old_answers(
    office: Office | Rules, entry: Any, links: tuple[str, ...], at: datetime | None, old: Sequence[Defect]
) -> Checked:  # fmt: skip
    """The rest of the form by itself: answers to questions that are gone stand in nobody's way, and stay."""
    answers = {each.pointer: value_at(entry, to_path(each.pointer)) for each in old}
    for pointer in answers:
        entry = without(entry, pointer)
    checked = check(office, entry, links, at)
    form = checked.form
    for pointer, value in answers.items():
        form = replaced(form, pointer, value)
    return Checked(form, checked.links, [*old, *checked.defects])


#: The code of an answer the form has no question for.
ASKED_NO_MORE = "unknown"

#: Where a form says what of it is to stand although it is strange.
CONFIRM = "confirm"


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
    full = with_facts(office.form.completed(form), plan.specimens)
    return [
        _placed(office.defect(item, link.name))
        for link in plan.links
        for item in _rehearsed(office, link, full)
    ]


def _placed(defect: Defect) -> Defect:
    """A department that could not be written to can only be left out, where links are chosen."""
    return replace(defect, pointer="/links") if defect.code == "links.unprepared" else defect


def _rehearsed(office: Office | Rules, link: LinkSpec, form: Mapping[str, Any]) -> list[Any]:
    found = [item for step in link.steps for item in _tried(office, link, step.name, form)]
    return list(dict.fromkeys(found))


def _tried(
    office: Office | Rules, link: LinkSpec, step: str, form: Mapping[str, Any]
) -> tuple[Correction, ...]:
    try:
        said = prepare(office.departments[link.name], form, Key(REHEARSAL, link.name, step))
    except Exception as error:  # noqa: BLE001 - whatever an adapter cannot say, nothing may be sent
        # Only the kind of error is logged: its text may quote what somebody typed.
        log.error("rehearsal_failed", link=link.name, step=step, error=type(error).__name__)
        return (Correction("", "links.unprepared", _UNPREPARED.format(title=link.title)),)
    return said.items if isinstance(said, NeedsCorrection) else ()


def _accepted(office: Office, tx: Transaction, plan: Plan, application: Application) -> Case:
    city, now = office.city, office.clock.now()
    hall = application.hall or next(iter(city.halls))
    day = now.astimezone(HALL_TIME).strftime("%Y%m%d")
    case = Case.accept(
        case_number(city.region, day, tx.next_number(day), tx.epoch),
        plan,
        city=city.name,
        hall=hall,
        owner=application.owner,
        promise=application.promise or next(iter(city.promises)),
        at=now,
        filed_by=application.filed_by,
        intake=application.intake,
        reference=application.reference,
    )
    for link in case.links:
        link.adapter = office.departments[link.name].manifest.label
    return case


def _with_link(office: Office | Rules, defect: Defect, links: tuple[str, ...]) -> Defect:
    return replace(
        defect, link=office.departments.reader_of(defect.pointer, links, office.form.asked_for)
    )


def no_such_link(name: str) -> Defect:
    """What is said of a link this city does not have."""
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
