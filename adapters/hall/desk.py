"""Who decides in the stub office when somebody does not want to wait: cases, and verdicts by hand."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Verdict = Literal["approve", "reject", "supplement"]
VERDICTS: tuple[Verdict, ...] = ("approve", "reject", "supplement")
#: What a page shows of a case, in the order of its life.
Stage = Literal["waiting", "correction", "done", "refused", "withdrawn"]


class DeskError(Exception):
    """That cannot be decided; the message says why."""


@dataclass(frozen=True)
class Case:
    """One application as the page shows it; ``due`` is the next thing that happens by itself."""

    id: str
    enterprise: str
    step: str
    stage: Stage
    state: str
    due: str = ""

    def shown(self) -> dict[str, str]:
        """Return it for JSON."""
        return asdict(self)


class Desk:
    """One department's desk. A stub without one shows no cases and decides nothing by hand."""

    def cases(self, stub: Any) -> list[Case]:
        """Return every application, in any order; called after ``stub.refresh()``."""
        del stub
        return []

    def decide(self, stub: Any, case_id: str, verdict: Verdict) -> None:
        """Decide one now; KeyError for an unknown id, DeskError where it is too late."""
        del case_id, verdict
        raise DeskError(f"{stub.name} decides nothing by hand")


def open_entry(stub: Any, kind: str, case_id: str) -> Mapping[str, Any]:
    """Return the stored application; KeyError if there is none."""
    entry: Mapping[str, Any] | None = stub.store.get(kind, case_id)
    if entry is None:
        raise KeyError(case_id)
    return entry
