"""Before submission: bring materials, say whose they are, take them away, promise some for later (容缺)."""

from collections.abc import Iterable

from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Holder, Material, Upload, Wanted, is_there
from kaiban.orchestrator.materials.keeping import (
    defect,
    forget_promise,
    holders_of,
    new_id,
    put,
    too_much,
)
from kaiban.orchestrator.office import Office

_NOW = "“{name}”不能容缺，请在提交前上传。"


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
        if full := too_much(office, tx, holders_of(filing, case_no), upload):
            return full
        if upload.about is None:
            forget_promise(office, tx, holder, key)
        return put(office, tx, holder, key, upload)


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
            put(office, tx, Holder(filing), key, upload)


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
        return defect(key, "materials.not_deferrable", _NOW.format(name=name))
    holder = Holder(filing)
    with office.cases.transaction() as tx:
        forget_promise(office, tx, holder, key)
        promise = Material(
            new_id(), key, office.clock.now(), commitment=deferral.version,
            about=() if key in office.form.of_persons() else None,
        )  # fmt: skip
        office.materials.put(tx.connection, holder, promise)
    return promise


def tidied(office: Office, filing: str, wanted: Iterable[Wanted]) -> None:
    """Take away the promises of a filing that have become void: what they are of has come of every person."""
    holder = Holder(filing)
    listed = office.materials.listed(holder)
    done = {one.key for one in wanted if is_there(one, listed)}
    if any(one.promised and one.key in done for one in listed):
        with office.cases.transaction() as tx:
            for key in done:
                forget_promise(office, tx, holder, key)


def _unknown(key: str) -> Defect:
    return defect(key, "materials.unknown", "不需要这项材料，请从材料清单中选择。")
