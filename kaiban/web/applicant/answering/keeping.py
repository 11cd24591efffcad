"""A filing while it is filled in: its pages, and saving one of them beside the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import abort

from forms.fields import Rows
from forms.structure.pages import Page
from kaiban.domain.filing import Filing
from kaiban.orchestrator.applicant.filing import keep
from kaiban.ports import ChangedElsewhere
from kaiban.web.applicant.completeness import pages_of
from kaiban.web.form.answers import taken
from kaiban.web.form.kinds import kind_of
from kaiban.web.form.places import asked_of_any, child
from kaiban.web.responses.stale import fingerprint
from kaiban.web.service import office, service

#: So often a save is tried again when another page of the same filing was saved in between.
TRIES = 5


class HandedIn(Exception):  # noqa: N818 - says what has happened, and is no fault
    """The form is a case by now: nothing of it is filled in any more, and nothing that was sent was kept."""

    def __init__(self, filing: Filing) -> None:
        super().__init__()
        self.filing = filing


def unsent(filing: Filing) -> Filing:
    """The filing, as long as it can be filled in; raises HandedIn."""
    if filing.case_no:
        raise HandedIn(filing)
    return filing


def page_of(filing: Filing, name: str) -> Page:
    """The filing's page of that name; raises HandedIn."""
    found = next((each for each in pages_of(unsent(filing)) if each.name == name), None)
    if found is None:
        abort(404)
    return found


def version_of(filing: Filing, page: Page) -> str:
    """What tells one state of a page's answers from another: a page carries it while it is filled in.

    A list whose rows have pages of their own is no part of it: the page does not write it.
    """
    return fingerprint(own(filing.entry, page))


def own(entry: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """What the entry holds for a page and the page itself writes, by dotted path."""
    found = taken(entry, page)
    return {path: _without_rosters(path, value) for path, value in found.items()}


def _without_rosters(path: str, value: Any) -> Any:
    if isinstance(value, list):
        return None if _is_roster(path) else value
    if not isinstance(value, Mapping):
        return value
    return {key: _without_rosters(f"{path}.{key}", each) for key, each in value.items()}


def _is_roster(path: str) -> bool:
    try:
        question = asked_of_any(path)
    except KeyError:
        return False
    return isinstance(question, Rows) and kind_of(question) == "roster"


# --- rows with pages of their own: known by what is in them, wherever they stand ----------------------


#: The version of a row that is not there yet: it is added at the end, and overwrites nothing.
NEW = "new"


def rows_at(entry: Mapping[str, Any], path: str) -> list[Any]:
    """The rows of the list at a dotted path."""
    found: Any = entry
    for part in path.split("."):
        found = child(found, part)
    return list(found) if isinstance(found, list) else []


def row_version(rows: Sequence[Any], number: int) -> str:
    """What tells one state of a row from another, and one row from the others."""
    return fingerprint(rows[number]) if number < len(rows) else NEW


def row_place(rows: Sequence[Any], number: int, version: str) -> int | None:
    """Where the row stands by now that stood at that number; None if it was changed or taken out."""
    if version == NEW:
        return len(rows)
    same = [place for place, each in enumerate(rows) if fingerprint(each) == version]
    if number in same:
        return number
    return same[0] if len(same) == 1 else None


def saved(filing: Filing, change: Callable[[Filing], Mapping[str, Any]]) -> Filing:
    """The filing with its entry changed and saved; see `settled`."""
    return settled(filing, lambda current: replace(current, entry=dict(change(current))))


def settled(filing: Filing, change: Callable[[Filing], Filing]) -> Filing:
    """The filing changed and saved.

    When another page was saved meanwhile the change is made anew, from what is stored then. It raises
    ChangedElsewhere itself if its own page is not what it was; so does this, if the filing was handed in.
    """
    for _ in range(TRIES):
        changed = change(filing)
        if changed == filing:
            return filing
        try:
            return keep(office(), service().filings, changed)
        except ChangedElsewhere as error:
            if error.current.case_no:
                raise
            filing = error.current
    raise ChangedElsewhere(filing)
