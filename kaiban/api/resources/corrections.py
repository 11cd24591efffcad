"""Correct a case over HTTP: what an open notice names, from the version it was read in."""

from collections.abc import Mapping
from typing import Any

from flask import Response

import forms.applicants
from forms.structure.tour import mask, walk
from kaiban.api.problems import Problem
from kaiban.api.request.amending import amendment_of
from kaiban.api.request.exchange import document, own
from kaiban.api.resources.cases import reported
from kaiban.api.routes import Routes
from kaiban.api.schemas.cases import CaseReport
from kaiban.api.schemas.sent import Correction
from kaiban.api.service import office, service
from kaiban.domain.cases.case import Case
from kaiban.domain.notices.answering import version_of
from kaiban.domain.pointer import to_path, value_at, within
from kaiban.orchestrator.applicant.correcting import CHANGED, Amendment, correct

routes = Routes([], "cases")


@routes.route(
    "PATCH",
    "/cases/<no>/form",
    "cases:write",
    "按告知书补正",
    takes=Correction,
    gives=CaseReport,
    answers=(200, 404, 409, 422, 428),
)
def correct_case(no: str) -> Response:
    """Answer the open notice: new values by JSON pointer (null takes a row out), or what is settled otherwise.

    From the ``version`` of the notice it answers; if anything changed since, nothing is written and both sides are told.
    """
    own(no)
    amendment = amendment_of(document())
    outcome = correct(office(), no, amendment)
    if outcome == [CHANGED]:
        raise _stale(office().cases.read(no), amendment)
    return reported(outcome)


def _stale(case: Case, amendment: Amendment) -> Problem:
    """What was sent beside what is asked and stands there now, personal data masked."""
    notice = case.open_notice
    asked = [item.pointer for item in notice.items if item.pointer] if notice else []
    current = {
        "version": version_of(case),
        "notice": notice.number if notice else None,
        "values": {p: _shown(case.form, p) for p in dict.fromkeys([*asked, *amendment.changes])},
    }
    yours = {"version": amendment.version, "values": dict(amendment.changes)}
    return Problem("changed", CHANGED.message, [CHANGED], {"yours": yours, "current": current})


def _shown(form: Mapping[str, Any], pointer: str) -> Any:
    value = value_at(form, to_path(pointer))
    secret = {
        line.pointer for line in walk(form, forms.applicants.asked(form, service().sections))
        if line.sensitive and within(line.pointer, pointer)
    }  # fmt: skip
    return _masked(value, pointer, secret)


def _masked(value: Any, pointer: str, secret: set[str]) -> Any:
    if pointer in secret:
        return mask(str(value))
    if isinstance(value, dict):
        return {key: _masked(each, f"{pointer}/{key}", secret) for key, each in value.items()}
    if isinstance(value, list):
        return [_masked(each, f"{pointer}/{n}", secret) for n, each in enumerate(value)]
    return value
