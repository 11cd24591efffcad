"""At submission: what is still missing, and how materials become those of the case."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Holder, Material, lacking, obligations, without
from kaiban.orchestrator.commitments import check_days, drop_void, note_given
from kaiban.orchestrator.materials.keeping import defect
from kaiban.orchestrator.office import Office
from kaiban.ports import Transaction

#: By whether it was handed in by a page, and may follow later: to promise that is a matter of pages, where its words are shown.
_LACKING: Final[Mapping[tuple[bool, bool], str]] = {
    (True, False): "请上传“{name}”。",
    (True, True): "请上传“{name}”；暂时没有的，可以承诺 {days} 个工作日内补交（容缺）。",
    (False, False): "请在 materials.{key} 中提交“{name}”的文件。",
    (
        False,
        True,
    ): "请在 materials.{key} 中提交“{name}”的文件；暂时没有、要承诺 {days} 个工作日内补交（容缺）的，请申请人在网页上或者到窗口提交申请。",
}
_OWED = "{name}，{due}前补交"


def to_be_brought(office: Office, case: Case) -> dict[str, str]:
    """The published list for this case: what its form calls for and the applicant brings, by key."""
    wanted = office.form.materials(case.form, [link.name for link in case.links])
    return {one.key: one.name for one in wanted if not one.produced}


def missing(
    office: Office,
    form: Mapping[str, Any],
    links: Sequence[str],
    present: Sequence[Material],
    *,
    by_page: bool,
) -> list[Defect]:
    """What the city wants at once and is neither ``present`` nor promised; nothing where it does not ask.

    ``by_page``: people bring it on a page; otherwise a program does.
    """
    rules = office.city.materials
    if not rules.required:
        return []
    return [
        _missing(one.key, one.name, office, by_page=by_page)
        for one in lacking(office.form.materials(form, links), present, rules.deferral)
    ]


def hand_over(office: Office, tx: Transaction, case: Case, filing: str, at: datetime) -> None:
    """Let the filing's materials be the case's from then on, and write down what is owed and by when.

    What the case has, or has promised, is not promised a second time. Commitments (告知承诺) come with them.
    """
    before = office.materials.listed(Holder(case_no=case.no))
    wanted = office.form.materials(case.form, [link.name for link in case.links])
    # What has come of some persons only may be promised of the others.
    half = {one.key for one in wanted if without(one, before)} - {
        one.key for one in before if one.promised
    }
    known = {one.key for one in before} - half
    brought = office.materials.listed(Holder(filing))
    for one in brought:
        if one.promised and one.key in known:
            office.materials.remove(tx.connection, Holder(filing), one.id)
    due = office.city.materials.deferral.due(at, office.city.hall_of(case).hours)
    drop_void(office, tx, case, filing)
    checks = check_days(office, case, at)
    bound = office.materials.bind(tx.connection, filing, case.no, due, checks)
    for one in obligations(bound):
        if one.key not in known:
            _note_promise(office, case, one, due, at)
    note_given(office, case, bound, at)


def _note_promise(office: Office, case: Case, promise: Material, due: date, at: datetime) -> None:
    name = office.form.brought().get(promise.key, promise.key)
    facts = {"due": due.isoformat(), "commitment": promise.commitment}
    # The words as they were promised, whatever becomes of the profile.
    facts |= {"words": office.city.materials.deferral.words(promise.commitment)}
    text = _OWED.format(name=name, due=due.isoformat())
    case.note("deferred", at, "applicant", code=promise.key, text=text, facts=facts)


def _missing(key: str, name: str, office: Office, *, by_page: bool) -> Defect:
    deferral = office.city.materials.deferral
    sentence = _LACKING[by_page, key in deferral.keys]
    told = sentence.format(key=key, name=name, days=deferral.working_days)
    return defect(key, "materials.missing", told)
