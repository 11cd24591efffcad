"""A filing while it is filled in: its pages, and saving one of them beside the others."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import abort

from forms import jsontext
from forms.pages import Page
from kaiban.domain.filing import Filing
from kaiban.orchestrator.applicant.filing import keep
from kaiban.ports import ChangedElsewhere
from kaiban.web.applicant.completeness import pages_of
from kaiban.web.form.answers import taken
from kaiban.web.service import office, service

#: So often a save is tried again when another page of the same filing was saved in between.
TRIES = 5


def page_of(filing: Filing, name: str) -> Page:
    """The filing's page of that name; there is none once the filing is handed in."""
    found = next((each for each in pages_of(filing) if each.name == name), None)
    if found is None or filing.case_no:
        abort(404)
    return found


def version_of(filing: Filing, page: Page) -> str:
    """What tells one state of a page's answers from another: a page carries it while it is filled in."""
    return hashlib.sha256(jsontext.write(taken(filing.entry, page)).encode()).hexdigest()[:16]


def saved(filing: Filing, change: Callable[[Filing], Mapping[str, Any]]) -> Filing:
    """The filing with its entry changed and saved.

    When another page was saved meanwhile the change is made anew, from what is stored then. It raises
    ChangedElsewhere itself if its own page is not what it was; so does this, if the filing was handed in.
    """
    for _ in range(TRIES):
        entry = change(filing)
        if entry == filing.entry:
            return filing
        try:
            return keep(office(), service().filings, replace(filing, entry=dict(entry)))
        except ChangedElsewhere as error:
            if error.current.case_no:
                raise
            filing = error.current
    raise ChangedElsewhere(filing)
