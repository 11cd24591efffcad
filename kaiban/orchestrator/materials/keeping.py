"""A material is put where it belongs, within the limits of the city."""

import secrets
from collections.abc import Iterable, Sequence

from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Holder, Material, Upload
from kaiban.orchestrator.office import Office
from kaiban.ports import Transaction

_TOO_MUCH = "全部材料合计超过 {most} MB，请删除重复的文件，或者降低扫描分辨率后再上传。"


def put(office: Office, tx: Transaction, holder: Holder, key: str, upload: Upload) -> Material:
    """Keep a file as that material; answers what is kept of it."""
    material = noted(office, key, upload)
    office.materials.put(tx.connection, holder, material, upload)
    return material


def noted(office: Office, key: str, upload: Upload) -> Material:
    """What is known of a file, were it kept now."""
    return Material(
        new_id(), key, office.clock.now(), upload.name, upload.media_type,
        upload.pages, len(upload.content), upload.digest, about=upload.about,
    )  # fmt: skip


def forget_promise(office: Office, tx: Transaction, holder: Holder, key: str) -> None:
    """Take away what was promised of that material."""
    for one in office.materials.listed(holder):
        if one.promised and one.key == key:
            office.materials.remove(tx.connection, holder, one.id)


def holders_of(filing: str, case_no: str) -> list[Holder]:
    """A filing and the case it has become, whose materials count together; either may be "" for none."""
    every = (Holder(filing), Holder(case_no=case_no))
    return [each for each in every if each != Holder()]


def materials_of(office: Office, filing: str, case_no: str) -> list[Material]:
    """What a filing and the case it has become, or joins, have together; either may be "" for none."""
    return [one for each in holders_of(filing, case_no) for one in office.materials.listed(each)]


def too_much(
    office: Office, tx: Transaction, holders: Sequence[Holder], *uploads: Upload
) -> Defect | None:
    """What to say where the files with these would be more than a case may have; None while they are not."""
    before = sum(office.materials.total(tx.connection, each) for each in holders)
    return too_large(office, uploads, before)


def too_large(office: Office, uploads: Iterable[Upload], before: int = 0) -> Defect | None:
    """The same for files, beside so many bytes that are kept."""
    limits = office.city.materials.limits
    if before + sum(len(upload.content) for upload in uploads) <= limits.total_bytes:
        return None
    return defect("", "materials.too_large", _TOO_MUCH.format(most=limits.total_mb))


def defect(key: str, code: str, message: str) -> Defect:
    """What is wrong with a material, or with all of them together (``key`` "")."""
    return Defect(f"/materials/{key}" if key else "/materials", code, message)


def new_id() -> str:
    """An id nobody can guess."""
    return secrets.token_urlsafe(16)
