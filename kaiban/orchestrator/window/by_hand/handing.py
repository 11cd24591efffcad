"""Hand over by hand (人工送件): the sheet (办件单) window staff print and carry to a department."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import Schema

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import HELD, Link
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.applicant.correcting import explanations
from kaiban.orchestrator.materials.enclosing import enclosed
from kaiban.orchestrator.office import Office, message_of
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.window.by_hand.entering import wrong_name
from kaiban.orchestrator.worker.disclosing import note_sheet
from kaiban.ports import Manifest, Prepared


@dataclass(frozen=True)
class Sheet:
    """What is printed for one application: only what its own department needs, and that in full.

    ``key`` names the application on the bar code. ``answers`` is the part of the form it needs,
    ``facts`` are (title, value) of what other departments granted. ``result`` is what has to be
    brought back, ``corrects`` the department's number of the application this one corrects,
    ``enclosed`` the names of the files the applicant brought for this department, one each.
    ``explained`` is what the applicant answered to a demand; ``applicant`` is their type, by whose words it is printed. ``copy`` counts how often it was printed.
    """

    case_no: str
    key: str
    company: str
    manifest: Manifest
    step: str
    revision: int
    corrects: str
    answers: Mapping[str, Any]
    facts: tuple[tuple[str, str], ...]
    enclosed: tuple[str, ...]
    result: Schema
    hall: str
    printed_at: datetime
    printed_by: str
    copy: int
    explained: tuple[str, ...] = ()
    applicant: str = ""


def hand_over(office: Office, no: str, link_name: str, by: str) -> Sheet | list[Defect]:
    """The sheet as it was written down, or why there is none.

    That it was printed becomes an event, and the case's owner can read what was on it. Raises CaseNotFound, and KeyError
    for a link the case does not have.
    """
    if wrong := wrong_name(by, link_name):
        return wrong
    with office.cases.transaction() as tx:
        case = tx.get(no)
        link = case.link(link_name)
        message = _written(office, link)
        if message is None:
            text = "该环节没有待送交的办件单：尚未轮到，已经办结，或已由系统接口发送。"
            return [Defect("", "sheet.none", text, link_name)]
        now, step = office.clock.now(), link.current.name
        case.note("sheet", now, f"window:{by}", link=link_name, step=step, code=message.key)
        note_sheet(office, tx, case, link)
        tx.save(case)
    return _sheet(office, case, link, message, by)


def has_sheet(office: Office, link: Link) -> bool:
    """Whether there is one to be carried now."""
    return _written(office, link) is not None


def _written(office: Office, link: Link) -> Prepared | None:
    """What was written down for people to carry; nothing if a system was told instead."""
    holder = office.departments.holder(link)
    is_paper = holder is not None and holder.manifest.by_hand
    return message_of(link.current) if is_paper and link.current.state in HELD else None


def _sheet(office: Office, case: Case, link: Link, message: Prepared, by: str) -> Sheet:
    said = json.loads(message.body, parse_float=Decimal)
    adapter = office.departments[link.name]
    facts = said["answers"].pop("facts", {})
    return Sheet(
        case_no=case.no,
        key=message.key,
        company=company(case),
        manifest=adapter.manifest,
        step=link.current.name,
        revision=link.current.revision,
        corrects=said["corrects"],
        answers=said["answers"],
        facts=tuple((office.departments.fact_title(name), text) for name, text in facts.items()),
        enclosed=tuple(one["name"] for one in enclosed(office, case, link.name)),
        explained=explanations(case, link.name),
        applicant=str(case.form.get("applicant", "")),
        result=adapter.Result(),
        hall=office.city.hall_of(case).title,
        printed_at=office.clock.now(),
        printed_by=by,
        copy=sum(event.kind == "sheet" and event.code == message.key for event in case.events),
    )
