"""What a department is sent of the materials."""

from collections.abc import Collection, Iterable, Iterator

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import Link
from kaiban.domain.papers.material import Holder, Wanted
from kaiban.orchestrator.office import Office


def wanting(office: Office, case: Case, key: str) -> list[Link]:
    """The links whose departments are sent that material."""
    return [
        link
        for link in case.links
        if office.departments.takes_files(link.name)
        and any(one.key == key for one in brought_for(office, case, link.name))
    ]


def brought_for(office: Office, case: Case, link: str) -> list[Wanted]:
    """What the applicant can bring for a link, whether or not it is there."""
    wanted = office.form.materials(case.form, [link])
    return [one for one in wanted if link in one.departments and not one.produced]


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
