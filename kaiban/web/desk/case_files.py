"""A file that lies with a case, opened by staff; that it was shown is written down for its owner."""

from typing import Any

from flask import abort

from kaiban.domain.cases.case import Case
from kaiban.domain.papers.material import Holder
from kaiban.domain.roles import Act
from kaiban.orchestrator.staff.looking import look_at
from kaiban.web.access.admission import the_staff
from kaiban.web.materials.files import shown
from kaiban.web.service import office


def files_of(case: Case) -> list[tuple[str, str, str]]:
    """(Key of the material, id of the file, its name) of every file."""
    listed = office().materials.listed(Holder(case_no=case.no))
    return [(each.key, each.id, each.name) for each in listed if not each.promised]


def open_file(case: Case, ident: str, *, intake: bool = False) -> Any:
    """The file of that id, or "not found"; ``intake``: also for the hall that took the case in."""
    found = next((key for key, each, _ in files_of(case) if each == ident), None)
    if found is None:
        abort(404)
    path = (f"materials.{found}",)
    look_at(office(), the_staff().position, case.no, Act.UNMASK, path, intake=intake)
    upload = office().materials.get(Holder(case_no=case.no), ident)
    return shown(upload.content, upload.media_type, upload.name)
