"""Begin with what somebody told us before: persons, premises and the like of an earlier case or draft of the hall."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kaiban.domain.assisted import AssistedFiling, Copied, read_number
from kaiban.domain.desk.worklist import Entry
from kaiban.domain.filing import Filing
from kaiban.domain.roles import Act, Position
from kaiban.domain.typed import compact
from kaiban.orchestrator.applicant.filing import keep
from kaiban.orchestrator.window.assisted.desk import AssistedDesk, log, look_up
from kaiban.orchestrator.window.queue.finding import find
from kaiban.orchestrator.worker.disclosing import note_look
from kaiban.ports import CaseNotFound, FilingNotFound, Worklist

#: What is given for one form, or would make the new one the old one once more.
LEFT_OUT: Mapping[str, tuple[str, ...]] = {"company": ("name",)}
NEVER = frozenset({"consents", "confirm"})


@dataclass(frozen=True)
class Source:
    """Where something can be taken from: its number as people know it, and its answers by section."""

    number: str
    answers: Mapping[str, Any]
    is_case: bool

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections something can be taken from."""
        return tuple(name for name, each in self.answers.items() if each and name not in NEVER)


def find_source(
    desk: AssistedDesk, who: Position, typed: str, into: Mapping[str, Any]
) -> Source | None:
    """The case or draft of that number in their hall, as far as it answers what ``into`` is asked; None if there is none, or it is another hall's."""
    try:
        if number := read_number(typed):
            assisted, filing = look_up(desk, who, number)
            if not filing.case_no:
                answers = desk.office.form.refilled(filing.entry, into)
                return Source(assisted.number, _without(answers), is_case=False)
            typed = filing.case_no
        case = desk.office.cases.read(compact(typed).upper())
    except (FilingNotFound, CaseNotFound):
        return None
    if not (who.may(Act.FILE, case.hall) and who.may(Act.SEE_CASES, case.hall)):
        return None
    return Source(case.no, _without(desk.office.form.refilled(case.form, into)), is_case=True)


def cases_of(worklist: Worklist, who: Position, typed: str) -> list[Entry]:
    """The cases somebody can be copied from who is found by name, document or telephone; none is opened for that."""
    found = [each for each in find(worklist, who, typed) if who.may(Act.FILE, each.hall)]
    log.info("assisted_source_searched", by=who.login, found=len(found))
    return found


def copy(
    desk: AssistedDesk, who: Position, assisted: AssistedFiling, filing: Filing, source: Source,
    sections: tuple[str, ...], seen: tuple[str, ...],
) -> Filing:  # fmt: skip
    """The form with these sections of the source in the place of its own.

    ``seen`` are the form paths copied: the owner of the case can read who took them, and why. Raises
    ChangedElsewhere if the form was saved or handed in meanwhile.
    """
    taken = tuple(name for name in source.sections if name in sections)
    if source.is_case:
        note_look(desk.office, source.number, who.login, "copy", what=seen)
    kept = keep(desk.office, desk.filings, replace(filing, entry=_with(filing, source, taken)))
    told = Copied(source.number, taken)
    desk.assisted.change(
        assisted.number, lambda found: replace(found, copied=(*found.copied, told))
    )
    log.info("assisted_copied", number=assisted.number, by=who.login, source=source.number)
    return kept


def _with(filing: Filing, source: Source, taken: tuple[str, ...]) -> Mapping[str, Any]:
    own = {
        name: {key: each for key, each in _group(filing.entry.get(name)).items() if key in left}
        for name, left in LEFT_OUT.items()
    }
    return {
        **filing.entry,
        **{name: {**source.answers[name], **own.get(name, {})} for name in taken},
    }


def _without(answers: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        name: {key: one for key, one in _group(each).items() if key not in LEFT_OUT.get(name, ())}
        for name, each in answers.items()
    }


def _group(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
