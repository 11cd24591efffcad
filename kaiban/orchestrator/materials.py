"""Bring materials (申请材料), promise some for later (容缺), bring them late."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import HELD, Link, LinkState
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import MATERIALS, Defect
from kaiban.domain.papers.material import (
    Holder,
    Material,
    Person,
    Upload,
    Wanted,
    is_there,
    lacking,
    obligations,
    without,
)
from kaiban.domain.papers.obligation import Forward, ForwardState
from kaiban.orchestrator.commitments import check_days, drop_void, note_given
from kaiban.orchestrator.office import Office
from kaiban.ports import Transaction

_NOW = "“{name}”不能容缺，请在提交前上传。"
_NOT_OPEN = "该办件没有待补交的这项材料，无需上传。"
_LACKING = "请上传“{name}”。"
_LACKING_OR_LATER = "请上传“{name}”；暂时没有的，可以承诺 {days} 个工作日内补交（容缺）。"
_TOO_MUCH = "全部材料合计超过 {most} MB，请删除重复的文件，或者降低扫描分辨率后再上传。"
_OWED = "{name}，{due}前补交"
#: Where an application is at a department as it was sent.
SENT_AHEAD = HELD | {LinkState.DONE, LinkState.PRE_REGISTERED}


def bring(
    office: Office, filing: str, key: str, upload: Upload, case_no: str = ""
) -> Material | Defect:
    """Keep a file for a filing that is not handed in yet; a promise of the same material falls away.

    Where each person brings their own (``Wanted.persons``) ``upload.about`` says who is on it; a promise that others follow stays
    until the last has come (``tidied``). With ``case_no``, of the case it has become, the file waits for links that are to join it
    (``joining.add_links``): what the case has counts towards the total.
    """
    if key not in office.form.brought():
        return _unknown(key)
    holder = Holder(filing)
    with office.cases.transaction() as tx:
        if full := _too_much(office, tx, _holders(filing, case_no), upload):
            return full
        if upload.about is None:
            _forget_promise(office, tx, holder, key)
        return _put(office, tx, holder, key, upload)


def tell(office: Office, filing: str, material_id: str, about: tuple[str, ...]) -> None:
    """Write who is on a file of a filing; raises MaterialNotFound, also once it is handed in."""
    with office.cases.transaction() as tx:
        office.materials.tell(tx.connection, Holder(filing), material_id, about)


def bring_again(office: Office, source: Holder, filing: str) -> None:
    """Keep the files of another holder for a filing, too; promises are not brought again."""
    # Opened before the transaction: decrypting takes its time, and nobody else can write meanwhile.
    opened = [
        (one.key, office.materials.get(source, one.id))
        for one in office.materials.listed(source)
        if not one.promised
    ]
    with office.cases.transaction() as tx:
        for key, upload in opened:
            _put(office, tx, Holder(filing), key, upload)


def take_away(office: Office, filing: str, material_id: str) -> None:
    """Drop a file or a promise of a filing; raises MaterialNotFound, also once it is handed in."""
    with office.cases.transaction() as tx:
        office.materials.remove(tx.connection, Holder(filing), material_id)


def defer(office: Office, filing: str, key: str) -> Material | Defect:
    """Write down the promise to bring a material later, in the city's words of today."""
    deferral, name = office.city.materials.deferral, office.form.brought().get(key)
    if name is None:
        return _unknown(key)
    if key not in deferral.keys:
        return _defect(key, "materials.not_deferrable", _NOW.format(name=name))
    holder = Holder(filing)
    with office.cases.transaction() as tx:
        _forget_promise(office, tx, holder, key)
        promise = Material(
            _new_id(), key, office.clock.now(), commitment=deferral.version,
            about=() if key in office.form.of_persons() else None,
        )  # fmt: skip
        office.materials.put(tx.connection, holder, promise)
    return promise


def supply(
    office: Office, no: str, key: str, *uploads: Upload, by: str = "applicant"
) -> Case | Defect:
    """Bring what was promised for the case, all files of it at once; ``by`` is who; raises CaseNotFound."""
    holder = Holder(case_no=no)
    with office.cases.transaction() as tx:
        case = tx.get(no)
        open_keys = {one.key for one in obligations(office.materials.listed(holder))}
        if key not in open_keys:
            return _defect(key, "materials.not_open", _NOT_OPEN)
        found = _kept(office, tx, case, key, _said_whose(office, case, key, uploads), by)
        if isinstance(found, Case):
            _forward(office, tx, case, key)
            if not persons_without(office, case, key):
                _forget_promise(office, tx, holder, key)
        return found


def _said_whose(office: Office, case: Case, key: str, uploads: Sequence[Upload]) -> list[Upload]:
    """The files; where nobody said whose a document of persons is, whoever takes it says that it is of all who were missing."""
    if key not in office.form.of_persons():
        return list(uploads)
    rest = tuple(one.document for one in persons_without(office, case, key))
    return [one if one.about is not None else replace(one, about=rest) for one in uploads]


def _kept(
    office: Office, tx: Transaction, case: Case, key: str, uploads: Sequence[Upload],
    by: str = "applicant",
) -> Case | Defect:  # fmt: skip
    holder = Holder(case_no=case.no)
    if full := _too_much(office, tx, [holder], *uploads):
        return full
    for upload in uploads:
        _put(office, tx, holder, key, upload)
    name = office.form.brought().get(key, key)
    case.note("material", office.clock.now(), by, code=key, text=name)
    office.go_on(tx, case)
    return case


def wanting(office: Office, case: Case, key: str) -> list[Link]:
    """The links whose departments are sent that material."""
    return [
        link
        for link in case.links
        if office.departments.takes_files(link.name)
        and any(one.key == key for one in brought_for(office, case, link.name))
    ]


def _forward(office: Office, tx: Transaction, case: Case, key: str) -> None:
    """Send it after every application that left without it; one that has not left yet takes it along."""
    for link in wanting(office, case, key):
        if link.state not in SENT_AHEAD or not _goes_to(office, case, link, key):
            continue
        adapter = office.departments.holder(link)
        takes = adapter is not None and adapter.manifest.late_materials
        state = ForwardState.WAITING if takes else ForwardState.BY_HAND
        now = office.clock.now()
        office.materials.forward(tx.connection, Forward(case.no, key, link.name, state, now))


def _goes_to(office: Office, case: Case, link: Link, key: str) -> bool:
    return any(one["key"] == key for one in enclosed(office, case, link.name))


def brought_for(office: Office, case: Case, link: str) -> list[Wanted]:
    """What the applicant can bring for a link, whether or not it is there."""
    wanted = office.form.materials(case.form, [link])
    return [one for one in wanted if link in one.departments and not one.produced]


def add(office: Office, no: str, key: str, *uploads: Upload) -> Case | Defect:
    """Bring more of a material while a department waits for a correction; raises CaseNotFound.

    What was brought before stays: the department sees both.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if key not in asked_for(office, case):
            return _defect(key, "materials.not_open", _NOT_OPEN)
        return _kept(office, tx, case, key, uploads)


def asked_for(office: Office, case: Case) -> dict[str, str]:
    """What may be brought now, by key: for a link that waits for a correction, or because the open notice names it."""
    waiting = [link for link in case.links if link.state is LinkState.NEEDS_CORRECTION]
    found = {one.key: one.name for link in waiting for one in brought_for(office, case, link.name)}
    items = case.open_notice.items if case.open_notice else ()
    named = [
        each.pointer.removeprefix(MATERIALS)
        for each in items
        if each.pointer.startswith(MATERIALS)
    ]
    names = office.form.brought()
    return found | {key: names[key] for key in named if key in names}


def persons_asked(office: Office, case: Case, key: str) -> list[Person]:
    """Whose document of that kind may be brought now: theirs whom the correction names, else of everybody it is asked of."""
    every = _whose(office, case, key)
    pointers = [each.pointer for each in (case.open_notice.items if case.open_notice else ())]
    named = [one for one in every if any(map(one.stands_at, pointers))]
    return named or every


def persons_without(office: Office, case: Case, key: str) -> list[Person]:
    """The persons of whom nothing of that kind has come."""
    wanted = Wanted(key, "", (), produced=False, persons=tuple(_whose(office, case, key)))
    return without(wanted, office.materials.listed(Holder(case_no=case.no)))


def _whose(office: Office, case: Case, key: str) -> list[Person]:
    wanted = office.form.materials(case.form, [link.name for link in case.links])
    return [each for one in wanted if one.key == key for each in one.persons or ()]


def to_be_brought(office: Office, case: Case) -> dict[str, str]:
    """The published list for this case: what its form calls for and the applicant brings, by key."""
    wanted = office.form.materials(case.form, [link.name for link in case.links])
    return {one.key: one.name for one in wanted if not one.produced}


# --- at submission -------------------------------------------------------------------------------


def missing(
    office: Office, form: Mapping[str, Any], links: Sequence[str], filing: str, case_no: str = ""
) -> list[Defect]:
    """What the city wants at once and is neither there nor promised; nothing where it does not ask.

    For links that are to join a case (``case_no``), what the case has already counts as well.
    """
    rules = office.city.materials
    if not rules.required:
        return []
    holders = _holders(filing, case_no)
    present = [one for holder in holders for one in office.materials.listed(holder)]
    return [
        _missing(one.key, one.name, office)
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


def owed(office: Office, case: Case) -> list[dict[str, Any]]:
    """The case's promises not yet kept, the most urgent first, as programs and people see them."""
    names, today = office.form.brought(), office.clock.now().astimezone(HALL_TIME).date()
    deferral = office.city.materials.deferral
    open_ones = obligations(office.materials.listed(Holder(case_no=case.no)))
    return [
        {
            "key": one.key,
            "name": names.get(one.key, one.key),
            "due": one.deferred_until and one.deferred_until.isoformat(),
            "overdue": _is_past(one.deferred_until, today),
            "days_left": one.deferred_until and (one.deferred_until - today).days,
            "commitment": one.commitment,
            "words": words_of(office, case, one),
            "accepted_at": one.at.astimezone(HALL_TIME).isoformat(timespec="seconds"),
            "follows": deferral.follows(one.key).value,
            "of": [each.places[0] for each in persons_without(office, case, one.key)],
        }
        for one in sorted(open_ones, key=lambda one: (one.deferred_until or date.max, one.key))
    ]


def words_of(office: Office, case: Case, promise: Material) -> str:
    """What was promised, word for word; from the profile if an earlier release wrote it down."""
    noted = (
        e.facts.get("words", "")
        for e in case.events
        if (e.kind, e.code) == ("deferred", promise.key)
    )
    return next(filter(None, noted), "") or office.city.materials.deferral.words(
        promise.commitment
    )


# --- to the departments --------------------------------------------------------------------------


def enclosed(office: Office, case: Case, link: str) -> list[dict[str, str]]:
    """What the applicant brought for the link's department, without opening it.

    Each with ``key``, ``name`` (of the material; the file's own name is personal), ``media_type`` and
    ``digest`` (SHA-256, hex).
    """
    wanted = {one.key: one for one in brought_for(office, case, link)}
    if not wanted:
        return []
    listed = office.materials.listed(Holder(case_no=case.no))
    elsewhere = _asked_elsewhere(office, case, wanted.values())
    return [
        {
            "key": one.key,
            "name": wanted[one.key].name,
            "media_type": one.media_type,
            "digest": one.digest,
        }
        for one in listed
        if not one.promised and one.key in wanted and not elsewhere.issuperset(one.about or {""})
    ]


def _asked_elsewhere(office: Office, case: Case, wanted: Iterable[Wanted]) -> set[str]:
    """The persons whose documents other departments ask for, and this one does not."""
    ours = {each.document for one in wanted for each in one.persons or ()}
    every = office.form.materials(case.form, [link.name for link in case.links])
    return {each.document for one in every for each in one.persons or ()} - ours


def contents(office: Office, no: str, digests: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The case's files of these digests, opened one at a time, each once."""
    holder = Holder(case_no=no)
    found = {one.digest: one.id for one in office.materials.listed(holder)}
    for digest in dict.fromkeys(digests):
        if digest in found:
            yield digest, office.materials.get(holder, found[digest]).content


# --- private -------------------------------------------------------------------------------------


def _note_promise(office: Office, case: Case, promise: Material, due: date, at: datetime) -> None:
    name = office.form.brought().get(promise.key, promise.key)
    facts = {"due": due.isoformat(), "commitment": promise.commitment}
    # The words as they were promised, whatever becomes of the profile.
    facts |= {"words": office.city.materials.deferral.words(promise.commitment)}
    text = _OWED.format(name=name, due=due.isoformat())
    case.note("deferred", at, "applicant", code=promise.key, text=text, facts=facts)


def _put(office: Office, tx: Transaction, holder: Holder, key: str, upload: Upload) -> Material:
    material = Material(
        _new_id(), key, office.clock.now(), upload.name, upload.media_type,
        upload.pages, len(upload.content), upload.digest, about=upload.about,
    )  # fmt: skip
    office.materials.put(tx.connection, holder, material, upload)
    return material


def tidied(office: Office, filing: str, wanted: Iterable[Wanted]) -> None:
    """Take away the promises of a filing that have become void: what they are of has come of every person."""
    holder = Holder(filing)
    listed = office.materials.listed(holder)
    done = {one.key for one in wanted if is_there(one, listed)}
    if any(one.promised and one.key in done for one in listed):
        with office.cases.transaction() as tx:
            for key in done:
                _forget_promise(office, tx, holder, key)


def _forget_promise(office: Office, tx: Transaction, holder: Holder, key: str) -> None:
    for one in office.materials.listed(holder):
        if one.promised and one.key == key:
            office.materials.remove(tx.connection, holder, one.id)


def _holders(filing: str, case_no: str) -> list[Holder]:
    """A filing and the case it has become, whose materials count together; either may be "" for none."""
    every = (Holder(filing), Holder(case_no=case_no))
    return [each for each in every if each != Holder()]


def _too_much(
    office: Office, tx: Transaction, holders: Sequence[Holder], *uploads: Upload
) -> Defect | None:
    limits = office.city.materials.limits
    total = sum(office.materials.total(tx.connection, each) for each in holders)
    total += sum(len(upload.content) for upload in uploads)
    if total <= limits.total_bytes:
        return None
    return _defect("", "materials.too_large", _TOO_MUCH.format(most=limits.total_mb))


def _missing(key: str, name: str, office: Office) -> Defect:
    deferral = office.city.materials.deferral
    sentence = _LACKING_OR_LATER if key in deferral.keys else _LACKING
    return _defect(
        key, "materials.missing", sentence.format(name=name, days=deferral.working_days)
    )


def _unknown(key: str) -> Defect:
    return _defect(key, "materials.unknown", "不需要这项材料，请从材料清单中选择。")


def _defect(key: str, code: str, message: str) -> Defect:
    return Defect(f"/materials/{key}" if key else "/materials", code, message)


def _is_past(due: date | None, today: date) -> bool:
    return due is not None and due < today


def _new_id() -> str:
    return secrets.token_urlsafe(16)
