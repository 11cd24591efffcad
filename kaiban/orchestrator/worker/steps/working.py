"""Work one step of a case: take it up, talk to the department, write down what came of it.

Three moments, of which only the outer two touch the database: no transaction is open while a
department is being talked to, and nothing is sent that was not written down before. The same two
transactions keep track of the exchange: it is there as begun before its first byte leaves. Whose transactions they
are says ``case_run``.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import structlog

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.exchange import Errand, Exchange
from kaiban.domain.cases.link import HELD, LinkState, Step
from kaiban.orchestrator.applicant.correcting import explanation
from kaiban.orchestrator.appointments import booked
from kaiban.orchestrator.departments import APPOINTMENT, EXPLANATION, FILES, with_facts
from kaiban.orchestrator.materials.enclosing import contents, enclosed
from kaiban.orchestrator.needs import prepare, reads
from kaiban.orchestrator.office import Office, key_of, may_be_there, message_of, written
from kaiban.orchestrator.vouching import LOOK_FIRST, UNVOUCHED, unvouched
from kaiban.orchestrator.worker.disclosing import note_sent
from kaiban.orchestrator.worker.steps.circuit_breaker import learn, may_speak
from kaiban.orchestrator.worker.steps.outcomes import bring_home
from kaiban.orchestrator.worker.steps.tracking import Veil, ended, with_messages
from kaiban.orchestrator.worker.steps.visit import Visit
from kaiban.ports import (
    Adapter,
    AdapterError,
    Job,
    NeedsCorrection,
    Outcome,
    Prepared,
    Ref,
    Retryable,
    Said,
    Transaction,
    Unavailable,
    Unknown,
    listening,
    overheard,
)

log = structlog.get_logger()

#: What people read while it is asked for what may have been sent before a restore.
AFTER_RESTORE = "系统数据曾恢复，先向部门核实是否已收件"
#: What people read when the adapter that sent an application is not installed any more.
GONE = "该环节原由另一接口发送，该接口已停用；请窗口人员向部门核实并录入结果"


class FilesUnread(Retryable):
    """Our own database could not give the files: nothing has left, and nothing is known of the department."""


@dataclass(frozen=True)
class Task:
    """What is to be said to the department, whom to ask about it, and how the step was left."""

    errand: Errand
    adapter: Adapter
    left: tuple[Any, ...]
    ref: Ref
    prepared: Prepared | None = None


@dataclass(frozen=True)
class Trip:
    """A task on its way to the department, as it was written down when it began."""

    job: Job
    task: Task
    exchange: Exchange
    veil: Veil

    def go(self, office: Office) -> "Answered":
        """Talk to the department. No transaction is open meanwhile."""
        began = time.monotonic()
        with listening() as heard:
            answer = _talk(office, self.task, self.job)
        spent = round((time.monotonic() - began) * 1000)
        exchange = ended(self.exchange, answer, spent, self.veil)
        return Answered(self, answer, with_messages(exchange, self.task.adapter, heard, self.veil))

    def hold(self, office: Office, case: Case) -> None:
        """Still talking: nobody need take the step up yet."""
        step = case.link(self.job.link).step(self.job.step)
        if _stand(step) == self.task.left:
            step.wait(office.clock.now(), office.lease)

    def let_go(self, _office: Office, _case: Case) -> None:
        """Whatever the department may have heard is found out when the lease is over."""


@dataclass(frozen=True)
class Answered:
    """What came of a trip."""

    trip: Trip
    answer: Outcome | AdapterError
    exchange: Exchange

    @property
    def link(self) -> str:
        """Whose answer it is."""
        return self.trip.job.link

    def bring_home(self, office: Office, tx: Transaction, case: Case) -> None:
        """Let it take its effect on the case, which whoever calls writes down."""
        task, job = self.trip.task, self.trip.job
        tx.end_exchange(case.no, self.exchange)
        link = case.link(job.link)
        step = link.step(job.step)
        if _stand(step) == task.left:  # else somebody has taken over; what they write decides
            bring_home(Visit(office, tx, case, link, step, task.errand), self.answer)
        if not isinstance(self.answer, FilesUnread):
            learn(office, tx, link.name, case.no, self.answer)


def take_up(office: Office, tx: Transaction, case: Case, job: Job) -> Trip | None:
    """Make ready to go to the department for the job's step; None if there is nothing to say now.

    Whoever calls goes on with the case and writes it down.
    """
    link = case.link(job.link)
    step = link.step(job.step)
    visit = Visit(office, tx, case, link, step, _errand(step))
    step.look_late(visit.now, visit.settle)
    task = _task(visit)
    if not task:
        return None
    step.wait(visit.now, office.lease)
    return Trip(job, task, _begun(visit, task.errand), Veil.of(office.departments, case.form))


def is_wanted(case: Case, job: Job) -> bool:
    """Whether this job is still the one in charge of its step."""
    step = case.link(job.link).step(job.step)
    return step.attempt == job.attempt and not step.finished


def _begun(visit: Visit, errand: Errand) -> Exchange:
    step = visit.step
    exchange = Exchange(visit.link.name, step.name, step.attempt, errand, visit.now)
    return replace(exchange, number=visit.tx.begin_exchange(visit.case.no, exchange))


def _errand(step: Step) -> Errand:
    if step.cancelling:
        return "take_back"
    return "send" if step.state is LinkState.READY else "look"


def _task(visit: Visit) -> Task | None:
    step = visit.step
    if visit.errand == "send":
        return _to_send(visit)
    if visit.errand == "take_back":
        return _to_ask(visit)
    if step.state is LinkState.SENDING:
        # Whoever was sending did not come back: the department may or may not have it.
        visit.move(LinkState.UNKNOWN, "发送中断，正在核实")
        step.unknown_since = visit.now
    if step.state not in HELD or step.ref is None:
        return None  # the same job a second time: it was answered, or nothing was ever written that could be
    return _to_look(visit)


def _to_look(visit: Visit) -> Task | None:
    if visit.manifest.lookup == "none":
        visit.give_to_window("无法自动核实部门是否已收件，请窗口人员电话核实")
        return None
    return _to_ask(visit)


def _to_send(visit: Visit) -> Task | None:
    step = visit.step
    adapter = visit.office.departments.sender(visit.link, step)
    if adapter is None:
        visit.give_to_window(GONE)
        return None
    if may_be_there(visit.tx, visit.case, step):
        return _to_look_first(visit, adapter)
    if step.sent is None and unvouched(visit.office, visit.case, visit.link):
        visit.move(LinkState.MANUAL, LOOK_FIRST, UNVOUCHED)
        visit.rest()
        return None
    prepared = _stored(visit, adapter) or _message(visit, adapter)
    if prepared is None or not may_speak(visit):
        return None
    _write(visit, prepared)
    note_sent(visit)
    visit.case.move(visit.link, step, LinkState.SENDING, visit.now)
    return Task("send", adapter, _stand(step), prepared.ref, prepared)


def _to_look_first(visit: Visit, adapter: Adapter) -> Task | None:
    """What may have been sent before the database was set back is asked for, by the key it would have."""
    step = visit.step
    if step.sent is None:
        message = _message(visit, adapter)
        if message is None:
            return None
        _write(visit, message)
    step.epoch = visit.tx.epoch
    visit.move(LinkState.UNKNOWN, AFTER_RESTORE)
    step.unknown_since, step.not_found_since = visit.now, None
    return _to_look(replace(visit, errand="look"))


def _write(visit: Visit, message: Prepared) -> None:
    """Write the message down, and how it is asked about."""
    step = visit.step
    step.sent = {**written(message), "corrects": step.corrects}
    step.ref, step.epoch = asdict(message.ref), visit.tx.epoch


def _message(visit: Visit, adapter: Adapter) -> Prepared | None:
    """The message as this adapter writes it; None if a person must see to it first."""
    prepared = _prepared(visit, adapter)
    if prepared is None:
        visit.give_to_window("系统无法按部门格式生成申请，请联系管理员")
    if isinstance(prepared, NeedsCorrection):
        visit.ask(prepared.items)
        return None
    return prepared


def _stored(visit: Visit, adapter: Adapter) -> Prepared | None:
    """What was already written down: a re-send uses the same bytes, unless another adapter wrote them.

    Those surely never arrived, or they would not be sent again.
    """
    is_own = visit.office.departments.holder(visit.link) is adapter
    return message_of(visit.step) if is_own else None


def _prepared(visit: Visit, adapter: Adapter) -> Prepared | NeedsCorrection | None:
    case = visit.case
    key = key_of(case, visit.link, visit.step)
    visit.link.adapter = adapter.manifest.label
    needs, name = adapter.Needs, visit.link.name
    files = enclosed(visit.office, case, name) if reads(needs, FILES) else []
    # What the department could not do with what was booked is asked of the applicant: from then on the form counts.
    first = visit.step.revision == 1 and reads(needs, APPOINTMENT)
    slot = booked(visit.office, case, name) if first else {}
    said = explanation(case, name) if reads(needs, EXPLANATION) else ""
    form = with_facts(visit.office.form.completed(case.form), case.facts, files, slot, said)
    try:
        return prepare(adapter, form, key)
    except Exception as error:  # noqa: BLE001 - trying again cannot help, a person must look
        log.error("adapter_defect", case=case.no, link=visit.link.name, error=type(error).__name__)
        return None


def _to_ask(visit: Visit) -> Task | None:
    if not may_speak(visit):
        return None
    step = visit.step
    adapter = visit.office.departments.holder(visit.link)
    if adapter is None:
        visit.give_to_window(GONE)
        return None
    assert step.ref is not None  # written with Prepared, before anything could be asked about
    return Task(visit.errand, adapter, _stand(step), Ref(**step.ref))


def _stand(step: Step) -> tuple[Any, ...]:
    return step.attempt, step.state, step.cancelling


def _talk(office: Office, task: Task, job: Job) -> Outcome | AdapterError:
    """The only network call; whatever comes of it is a value."""
    try:
        if task.errand == "send":
            assert task.prepared is not None
            _enclose(office, task.adapter, task.prepared, job.case_no)
            return task.adapter.submit(task.prepared)
        if task.errand == "look":
            return task.adapter.query(task.ref)
        return task.adapter.cancel(task.ref)
    except AdapterError as error:
        log.info("department_call", job=job.id, errand=task.errand, family=type(error).__name__)
        return error
    except Unavailable:
        log.warning("files_unreadable", job=job.id)
        return FilesUnread("our database could not give the files")
    except Exception as error:  # noqa: BLE001 - an adapter's defect must never become a re-send
        log.error("adapter_defect", job=job.id, errand=task.errand, error=type(error).__name__)
        return Unknown("adapter defect")


def _enclose(office: Office, adapter: Adapter, prepared: Prepared, no: str) -> None:
    """Hand over the files the message names. Until they are all there, it has surely not left."""
    if not prepared.files:
        return
    for digest, content in contents(office, no, prepared.files):
        with _unread():
            try:
                adapter.enclose(digest, content)
            except Unknown as error:
                raise Retryable("a file may not have arrived") from error


@contextmanager
def _unread() -> Iterator[None]:
    """Whoever listens hears that something was handed over inside the block, and not what it holds."""
    heard: list[Said] = []
    try:
        with listening() as heard:
            yield
    finally:
        for said in heard:
            overheard(replace(said, asked=b""))
