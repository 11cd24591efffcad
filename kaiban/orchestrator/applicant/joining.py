"""Add links that were left out when the case was opened (分时分项办理)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.applicant.aftercare.delivering import SECTION
from kaiban.orchestrator.applicant.opening import (
    CONFIRM,
    check,
    confirming,
    no_such_link,
    questioned,
    with_materials,
)
from kaiban.orchestrator.commitments import outdated
from kaiban.orchestrator.materials.receiving import keep
from kaiban.orchestrator.materials.sent import Sent
from kaiban.orchestrator.materials.submission import hand_over
from kaiban.orchestrator.office import Office

_PRESENT = "环节“{name}”已在本办件中，无需重复选择。"


def add_links(
    office: Office, no: str, names: tuple[str, ...], sections: Mapping[str, Any], filing: str = "",
    sent: Sequence[Sent] = (),
) -> Case | list[Defect]:  # fmt: skip
    """Let further links join the case, with the sections of the form and the materials they need.

    A section that a link of the case already reads cannot be changed this way. ``filing`` holds the
    materials brought for them, if there is one, and ``sent`` are those of the program the case is of; a city that asks for materials at once asks for
    theirs too, as far as the case has not got them. Returns every defect if anything is wrong; then
    nothing has changed. ``sections`` may hold the list `confirm` too.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        present = tuple(link.name for link in case.links)
        refused = _refused(office, case, present, names, sections)
        if refused:
            return refused
        entry = confirming({**case.form, **sections}, case.form.get(CONFIRM, ()))
        checked = check(office, entry, present + names, case.accepted_at)
        asked = questioned(checked.defects, case.form, checked.form)
        joining = replace(checked, links=names, defects=asked)
        whole = with_materials(office, joining, sent, filing, no)
        if defects := [*whole.defects, *outdated(office, checked.form, names, filing)]:
            return defects
        now = office.clock.now()
        case.form = checked.form
        case.add_links(office.departments.specs(names), now)
        if filing:
            hand_over(office, tx, case, filing, now)
        for link in case.links:
            link.adapter = link.adapter or office.departments[link.name].manifest.label
        for key in dict.fromkeys(key for key, _ in whole.files):
            files = [upload for each, upload in whole.files if each == key]
            keep(office, tx, case, key, files, case.owner)
        office.go_on(tx, case)
    return case


def _refused(
    office: Office, case: Case, present: tuple[str, ...], names: tuple[str, ...],
    sections: Mapping[str, Any],
) -> list[Defect]:  # fmt: skip
    if not names:
        return [Defect("/links", "links.none", "请至少选择一个要增加的环节。")]
    if case.withdrawing:
        return [Defect("/links", "links.withdrawn", "办件已撤回，请重新申请。")]
    twice = [
        Defect("/links", "links.present", _PRESENT.format(name=link.title), link.name)
        for link in case.links
        if link.name in names
    ]
    unknown = [no_such_link(name) for name in names if name not in office.departments]
    # How the package comes has a rule of its own, which nobody gets around this way.
    frozen = office.departments.sections(present) | {SECTION}
    touched = [
        Defect(f"/{name}", "links.section_in_use", "该部分已用于在办环节，不能在此修改。")
        for name in sections
        if name in frozen and sections[name] != case.form.get(name)
    ]
    return twice + unknown + touched
