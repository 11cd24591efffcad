"""Where a case is between two halls: the last move, what is to be looked at there, and what of it nobody has seen."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import (
    IDENTITY,
    TAKEN_IN,
    Original,
    moves_of,
    seen_originals,
    unseen,
)
from kaiban.domain.cases.cross_region.passage import stage_of
from kaiban.domain.cases.event import Event
from kaiban.domain.papers.material import Holder, Material
from kaiban.orchestrator.materials.persons import names_on
from kaiban.orchestrator.office import Office

IDENTITY_TITLE: Final = "办理人的身份证件"


@dataclass(frozen=True)
class Standing:
    """Where a case is on its way: the last move, what is to be looked at, and what of it nobody has seen.

    ``version`` is another text whenever any of this has changed.
    """

    stage: str
    originals: tuple[Original, ...]
    missing: tuple[Original, ...]
    version: str


def standing(office: Office, case: Case) -> Standing:
    """Where the case is on its way."""
    originals = _originals(office, case)
    told = [*(f"{e.kind} {e.code} {e.facts.get('files', '')}" for e in _done(case)), *(o.files for o in originals)]  # fmt: skip
    version = hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
    missing = unseen(originals, case.events)
    return Standing(stage_of(case), tuple(originals), tuple(missing), version)


def requires_all(case: Case) -> bool:
    """Whether the rule it came by wants every original seen before it is sent on."""
    first = next((each for each in case.events if each.kind == TAKEN_IN), None)
    return first is not None and first.facts.get("all_originals") == "yes"


def _done(case: Case) -> Sequence[Event]:
    return [*moves_of(case.events), *seen_originals(case.events).values()]


def _originals(office: Office, case: Case) -> list[Original]:
    """What whoever came has to show: their own document, and each material that lies with the case.

    Of a material of persons each one's is an original by itself: who has seen one has not seen the others.
    """
    found: dict[tuple[Any, ...], list[Material]] = {}
    for each in office.materials.listed(Holder(case_no=case.no)):
        if not each.promised:
            same = (each.key, each.about is not None, each.about or ())
            found.setdefault(same, []).append(each)
    rows = [_original(office, case, files) for _, files in sorted(found.items())]
    return [Original(IDENTITY, IDENTITY_TITLE), *rows]


def _original(office: Office, case: Case, files: Sequence[Material]) -> Original:
    first = files[0]
    title = office.form.brought().get(first.key, first.key)
    digests = tuple(each.digest for each in files)
    if first.about is None:
        return Original(first.key, title, digests, first.key)
    # Known again by its first file: a number that tells people apart does not belong among events.
    whose = names_on(office, case, first)
    return Original(f"{first.key}.{first.id}", title, digests, first.key, whose)
