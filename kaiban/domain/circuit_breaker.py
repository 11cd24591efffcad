"""How a department's system stands with us: its circuit breaker, and its budget of re-sends.

Instants and spans are of one clock; whoever asks brings both. Nothing here knows of a case: one
standing is shared by all of them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kaiban.domain.hours.waiting import counted_from, due_at


class Circuit(StrEnum):
    """Whether calls pass; the values are part of the API."""

    CLOSED = "closed"  # 正常: they pass
    OPEN = "open"  # 暂停: they wait for the next probe
    HALF_OPEN = "half_open"  # 试探: one is under way as the probe, and decides


class Cause(StrEnum):
    """Why the circuit is not closed."""

    NONE = ""
    SILENT = "silent"  # nobody there, or no answer that could be read
    MISCONFIGURED = "misconfigured"  # they do not let us in: a person must look


CIRCUIT_TITLES = {
    Circuit.CLOSED: "正常",
    Circuit.OPEN: "暂停",
    Circuit.HALF_OPEN: "试探恢复",
}
#: That many failures one after the other, over all cases, open the circuit.
TOLERATED = 5
#: Whoever is not let in need not knock again.
_OPENING = {Cause.SILENT: TOLERATED, Cause.MISCONFIGURED: 1}
#: Real time over which messages and re-sends are counted.
WINDOW = timedelta(seconds=60)
#: Real time between probes where only a person can help: departments lock out who insists.
BROKEN_PAUSE = timedelta(minutes=5)
#: In each window as many re-sends as this always pass,
LEAST_RESENDS = 30
#: or one for so many first sends.
SENDS_PER_RESEND = 5
#: What the applicant reads meanwhile; ``office`` is the department's name.
REASONS = {
    Cause.SILENT: "{office}系统暂停服务，恢复后自动继续",
    Cause.MISCONFIGURED: "与{office}系统的连接配置有误，管理员处理后自动继续",
    Cause.NONE: "{office}系统繁忙，稍后自动重新发送",
}


@dataclass(frozen=True)
class DepartmentCircuit:
    """How one department stands; each change is a new value.

    ``probe_at`` is when the next call may pass while the circuit is not closed: while it is half
    open, when the probe under way counts as lost. ``detail`` is for operators.
    ``resends`` are counted since ``window_at``. ``silent`` are the cases at whose calls they fell silent or turned
    us away, each counted once: an application their system cannot bear is no sign that it does not work.
    """

    department: str
    circuit: Circuit = Circuit.CLOSED
    failures: int = 0
    opened_at: datetime | None = None
    probe_at: datetime | None = None
    cause: Cause = Cause.NONE
    detail: str = ""
    window_at: datetime | None = None
    resends: int = 0
    silent: tuple[str, ...] = ()

    @property
    def is_calm(self) -> bool:
        """Whether calls pass without anybody having to be told."""
        return self.circuit is Circuit.CLOSED

    def allowance(self, sent: int) -> int:
        """How many re-sends this window has if so many messages were sent in it, these among them."""
        return max(LEAST_RESENDS, (sent - self.resends) // SENDS_PER_RESEND)

    def as_of(self, now: datetime, longest: timedelta) -> "DepartmentCircuit":
        """As it stands now, if no pause is longer than that: what a wrong clock wrote down is mended."""
        return replace(
            self,
            opened_at=self.opened_at and counted_from(self.opened_at, now),
            probe_at=due_at(self.probe_at, now, longest),
            window_at=self.window_at and counted_from(self.window_at, now),
        )

    def held_until(self, now: datetime) -> datetime | None:
        """When to come back; None if a call may pass now."""
        return self.probe_at if self.probe_at and now < self.probe_at else None

    def passed(self, until: datetime) -> "DepartmentCircuit":
        """After a call has passed: if it is the probe, nobody else passes before ``until``."""
        if self.circuit is Circuit.CLOSED:
            return self
        return replace(self, circuit=Circuit.HALF_OPEN, probe_at=until)

    def answered(self) -> "DepartmentCircuit":
        """After they have answered: all is well, whatever was before."""
        return DepartmentCircuit(self.department, window_at=self.window_at, resends=self.resends)

    def failed(
        self, cause: Cause, detail: str, now: datetime, pause: timedelta, opening: int = 0
    ) -> "DepartmentCircuit":
        """After a call that says they do not work; ``pause`` is how long to leave them alone if so.

        ``opening`` is how many such calls open it, if not as many as usual for the cause.
        """
        if self.circuit is Circuit.OPEN and cause in {self.cause, Cause.SILENT}:
            return self  # a call that was under way when it opened tells nothing new
        failures = self.failures + 1
        counted = replace(self, failures=failures, cause=cause, detail=detail)
        if self.circuit is Circuit.CLOSED and failures < (opening or _OPENING[cause]):
            return counted
        since, until = self.opened_at or now, now + pause
        return replace(counted, circuit=Circuit.OPEN, opened_at=since, probe_at=until)

    def failed_for(
        self, case: str, cause: Cause, detail: str, now: datetime, pause: timedelta
    ) -> "DepartmentCircuit":
        """After a call that may have failed because of that case; one case alone opens nothing."""
        if self.circuit is not Circuit.CLOSED:
            return self.failed(cause, detail, now, pause)
        if case in self.silent:
            return self
        known = replace(self, silent=(*self.silent, case))
        return known.failed(cause, detail, now, pause, opening=TOLERATED)

    def in_window(self, now: datetime, length: timedelta) -> "DepartmentCircuit":
        """As it is now: what was counted is forgotten when its window is over."""
        if self.window_at and now < self.window_at + length:
            return self
        return replace(self, window_at=now, resends=0)

    def sent_again(self) -> "DepartmentCircuit":
        """After one more message that was sent before."""
        return replace(self, resends=self.resends + 1)


def reason_of(standing: DepartmentCircuit, office: str) -> str:
    """Why cases wait for the department, in words for its applicants; "" if they do not."""
    held = standing.circuit is not Circuit.CLOSED
    return REASONS[standing.cause].format(office=office) if held else ""
