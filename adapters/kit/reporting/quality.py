"""A department's ``quality.json``: what it is exempt from and why, and the level that was computed."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from adapters.base import AdapterBase
from adapters.hall.driving import room
from adapters.kit import VERSION
from adapters.kit.check import Check, Finding, Verdict, reached
from adapters.kit.checks import CHECKS
from adapters.kit.rig.site import Target, driving_of

FILE = "quality.json"
SHORTEST_REASON = 10


class QualityError(ValueError):
    """The file does not say what it must; the message names what."""


@dataclass(frozen=True)
class Exemptions:
    """Checks that need not be passed, each with its reason."""

    reasons: dict[str, str]

    def applied(self, finding: Finding) -> Finding:
        """Return the finding, or that it is exempt: only what failed or could not be proved is."""
        reason = self.reasons.get(finding.check.id)
        if reason and finding.verdict in (Verdict.FAILED, Verdict.NOT_PROVABLE):
            return replace(finding, verdict=Verdict.EXEMPT, reason=reason, exchanges=())
        return finding

    def covers(self, check: Check) -> bool:
        """Tell whether it is named."""
        return check.id in self.reasons


def path_of(adapter_class: type[AdapterBase]) -> Path:
    """Return where the department's file is, or would be."""
    return Path(str(room(type(driving_of(adapter_class))).joinpath(FILE)))


def exemptions_of(adapter_class: type[AdapterBase]) -> Exemptions:
    """Read the exemptions; QualityError for one without a reason, or of a check nobody knows."""
    path = path_of(adapter_class)
    if not path.exists():
        return Exemptions({})
    reasons = dict(_read(path).get("exempt", {}))
    known = {check.id for check in CHECKS}
    for name, reason in reasons.items():
        if name not in known:
            raise QualityError(f"{path.name}: there is no check {name}")
        if not isinstance(reason, str) or len(reason.strip()) < SHORTEST_REASON:
            raise QualityError(f"{path.name}: {name} is exempt without a reason one could weigh")
    return Exemptions(reasons)


def write(
    adapter_class: type[AdapterBase], findings: Iterable[Finding], target: Target, on: date
) -> Path:
    """Write the computed level down, with edition, day and target; exemptions stay as they are."""
    path = path_of(adapter_class)
    before: dict[str, Any] = _read(path) if path.exists() else {}
    found = list(findings)
    now = {
        "adapter": adapter_class.manifest.name,
        "version": adapter_class.manifest.version,
        "owner": adapter_class.manifest.owner,
        "level": reached(found),
        "kit": VERSION,
        "checked_on": on.isoformat(),
        "target": target.name,
        "passed": [each.check.id for each in found if each.verdict is Verdict.PASSED],
        "exempt": before.get("exempt", {}),
    }
    path.write_text(json.dumps(now, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as wrong:
        raise QualityError(f"{path}: not JSON") from wrong
    if not isinstance(found, dict):
        raise QualityError(f"{path}: not an object")
    return found
