"""Work one step of a case: take it up, talk to the department, write down what came of it.

Three moments, of which only the outer two touch the database: no transaction is open while a
department is being talked to, and nothing is sent that was not written down before.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal

import structlog

from kaiban.domain.case import Case
from kaiban.domain.link import HELD, Link, LinkState, Step
from kaiban.domain.notice import Defect
from kaiban.domain.pointer import to_pointer
from kaiban.orchestrator.departments import with_facts
from kaiban.orchestrator.needs import prepare
from kaiban.orchestrator.office import Office, key_of
from kaiban.orchestrator.outcomes import Visit, bring_home
from kaiban.ports import (
    Adapter,
    AdapterError,
    Correction,
    Job,
    NeedsCorrection,
    Outcome,
    Prepared,
    Ref,
    Transaction,
    Unknown,
)

log = structlog.get_logger()

#: Real time a worker may need beyond the exchange itself before another may step in.
MARGIN = timedelta(seconds=20)

Errand = Literal["send", "look", "take_back"]


@dataclass(frozen=True)
class Task:
    """What is to be said to the department, and whom to ask about it."""

    errand: Errand
    adapter: Adapter
    ref: Ref
    prepared: Prepared | None = None


def work(office: Office, job: Job) -> None:
    """Take the step one exchange further, if this job is still the one in charge of it."""
    task = _take_up(office, job)
    if task:
        answer = _talk(task, job)
        _write_down(office, job, task.errand, answer)


def _take_up(office: Office, job: Job) -> Task | None:
    with office.cases.transaction() as tx:
        case = tx.get(job.case_no)
        link = case.link(job.link)
        step = link.step(job.step)
        if step.attempt != job.attempt or step.finished:
            return None
        task = _task(office, tx, case, link, step)
        if task:
            lease = timedelta(seconds=office.manifest(link).deadline) + MARGIN
            step.next_action_at = office.clock.now() + office.clock.business(lease)
            tx.save(case)
    return task


def _task(office: Office, tx: Transaction, case: Case, link: Link, step: Step) -> Task | None:
    adapter = office.departments[link.name]
    if step.cancelling:
        return Task("take_back", adapter, _ref(step))
    if case.withdrawing and step.state is LinkState.READY:
        case.move(link, step, LinkState.CANCELLED, office.clock.now(), reason="申请人已撤回")
        office.go_on(tx, case)
        return None
    if step.state is LinkState.READY:
        return _to_send(office, tx, case, link, step)
    if step.state is LinkState.SENDING:
        # Whoever was sending did not come back: the department may or may not have it.
        case.move(link, step, LinkState.UNKNOWN, office.clock.now(), reason="发送中断，正在核实")
        step.unknown_since = office.clock.now()
    if step.state in HELD and adapter.manifest.lookup == "none":
        _give_to_window(office, tx, case, link, step)
        return None
    return Task("look", adapter, _ref(step))


def _to_send(office: Office, tx: Transaction, case: Case, link: Link, step: Step) -> Task | None:
    adapter = office.departments[link.name]
    prepared = _stored(step) or prepare(
        adapter, with_facts(case.form, case.facts), key_of(case, link, step)
    )
    if isinstance(prepared, NeedsCorrection):
        _ask(office, tx, case, link, step, prepared.items)
        return None
    step.sent, step.ref = asdict(prepared), asdict(prepared.ref)
    step.needs_digest = office.digest(case, link)
    case.move(link, step, LinkState.SENDING, office.clock.now())
    return Task("send", adapter, prepared.ref, prepared)


def _ask(
    office: Office, tx: Transaction, case: Case, link: Link, step: Step,
    items: tuple[Correction, ...],
) -> None:  # fmt: skip
    now = office.clock.now()
    case.move(link, step, LinkState.NEEDS_CORRECTION, now, reason=items[0].message)
    defects = (Defect(to_pointer(i.path), i.code, i.message, link.name) for i in items)
    case.ask(tuple(defects), now)
    step.next_action_at = None
    office.go_on(tx, case)


def _give_to_window(office: Office, tx: Transaction, case: Case, link: Link, step: Step) -> None:
    if step.state is not LinkState.MANUAL:
        reason = "无法自动核实部门是否已收件，请窗口人员电话核实"
        case.move(link, step, LinkState.MANUAL, office.clock.now(), reason=reason)
    step.next_action_at = None
    tx.save(case)


def _talk(task: Task, job: Job) -> Outcome | AdapterError:
    """The only network call; whatever comes of it is a value."""
    try:
        if task.errand == "send":
            assert task.prepared is not None
            return task.adapter.submit(task.prepared)
        if task.errand == "look":
            return task.adapter.query(task.ref)
        return task.adapter.cancel(task.ref)
    except AdapterError as error:
        log.info("department_call", job=job.id, errand=task.errand, family=type(error).__name__)
        return error
    except Exception as error:  # noqa: BLE001 - an adapter's defect must never become a re-send
        log.error("adapter_defect", job=job.id, errand=task.errand, error=type(error).__name__)
        return Unknown("adapter defect")


def _write_down(office: Office, job: Job, errand: Errand, answer: Outcome | AdapterError) -> None:
    with office.cases.transaction() as tx:
        case = tx.get(job.case_no)
        link = case.link(job.link)
        step = link.step(job.step)
        if step.attempt != job.attempt:
            return  # another job has taken over; what it writes decides
        bring_home(Visit(office, tx, case, link, step, errand), answer)
        office.go_on(tx, case)


def _stored(step: Step) -> Prepared | None:
    """What was already written down for this revision: a re-send uses the same bytes."""
    if not step.sent:
        return None
    sent: Mapping[str, Any] = step.sent
    return Prepared(**{**sent, "ref": Ref(**sent["ref"])})


def _ref(step: Step) -> Ref:
    assert step.ref is not None  # written with Prepared, before anything could be asked about
    return Ref(**step.ref)
