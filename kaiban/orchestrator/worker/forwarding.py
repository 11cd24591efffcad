"""Send what came late after the application that left without it.

The department knows a file by what it holds (``Adapter.supply``), so after any error it is said again; a worker that dies
loses what it has in hand to the next one. Where the department takes none, the window brings it.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import GONE, Link
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.domain.papers.obligation import Forward, ForwardState
from kaiban.orchestrator.materials.enclosing import contents, enclosed
from kaiban.orchestrator.materials.supplying import SENT_AHEAD
from kaiban.orchestrator.office import MARGIN, Office
from kaiban.ports import (
    AdapterError,
    Misconfigured,
    Obligations,
    Ref,
    Retryable,
    Unavailable,
    Unprocessable,
)

log = structlog.get_logger()

#: Real time between one try and the next, the last again and again.
PAUSES: Final = tuple(timedelta(seconds=each) for each in (30, 60, 300, 900, 3600))
#: After so many, half a day later, somebody of the window brings it.
TRIES: Final = 20
#: The longest a department may take over the files of one material.
LEASE: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Forwarding:
    """Carries late materials to departments, one after the other."""

    office: Office
    owed: Obligations

    def turn(self) -> bool:
        """Send the oldest that is due; whether there was one. Raises Unavailable."""
        clock = self.office.clock
        forward = self.owed.take(clock.now(), clock.business(LEASE + MARGIN))
        if forward is None:
            return False
        self._write_down(self._tried(forward))
        return True

    def _tried(self, forward: Forward) -> Forward:
        """How it stands after one try; no transaction is open meanwhile."""
        try:
            return replace(forward, state=self._talk(forward))
        except (Unprocessable, Misconfigured) as error:
            log.warning(
                "late_material_refused",
                case=forward.case_no,
                link=forward.link,
                error=type(error).__name__,
            )
            return replace(forward, state=ForwardState.BY_HAND)
        except AdapterError as error:
            log.info(
                "late_material_waits",
                case=forward.case_no,
                link=forward.link,
                error=type(error).__name__,
            )
        except Unavailable:
            raise  # our own outage says nothing of the department; the turn comes again
        except Exception as error:  # noqa: BLE001 - an adapter's defect is an unknown outcome like any other
            log.error(
                "adapter_defect",
                case=forward.case_no,
                link=forward.link,
                error=type(error).__name__,
            )
        state = ForwardState.BY_HAND if forward.tries >= TRIES else ForwardState.WAITING
        return replace(forward, state=state)

    def _talk(self, forward: Forward) -> ForwardState:
        case = self.office.cases.read(forward.case_no)
        link = case.link(forward.link)
        adapter = self.office.departments.holder(link)
        if adapter is None or not adapter.manifest.late_materials:
            return ForwardState.BY_HAND
        if link.state not in SENT_AHEAD:
            # A corrected application takes the file along; it is said once more then, which changes nothing.
            over = link.state in GONE
            return ForwardState.MOOT if over else ForwardState.WAITING
        files = [
            each for each in enclosed(self.office, case, link.name) if each["key"] == forward.key
        ]
        digests = [each["digest"] for each in files]
        for digest, content in contents(self.office, case.no, digests):
            adapter.enclose(digest, content)
        adapter.supply(_ref(link), files)
        return ForwardState.SENT

    def _write_down(self, forward: Forward) -> None:
        waits = forward.state is ForwardState.WAITING
        pause = PAUSES[min(forward.tries, len(PAUSES)) - 1]
        now = self.office.clock.now()
        due = now + self.office.clock.business(pause) if waits else None
        with self.office.cases.transaction() as tx:
            case = tx.get(forward.case_no)
            if not self.owed.settle(tx.connection, forward, due) or waits:
                return
            note(self.office, case, forward, "system")
            if forward.state is ForwardState.SENT:
                what = (f"materials.{forward.key}",)
                tx.disclose(case.no, Disclosure(now, "department", forward.link, "send", what))
            tx.save(case)


def note(office: Office, case: Case, forward: Forward, actor: str) -> None:
    """Write down in the case how far it is."""
    name = office.form.brought().get(forward.key, forward.key)
    case.note(
        "forwarded", office.clock.now(), actor, link=forward.link, code=forward.key, text=name,
        facts={"state": forward.state.value},
    )  # fmt: skip


def _ref(link: Link) -> Ref:
    known = next((step.ref for step in link.steps if step.ref and step.ref.get("number")), None)
    if known is None:
        raise Retryable("their number is not known yet")
    return Ref(**known)
