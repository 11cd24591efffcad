"""Whose documents a material is of, and of whom one is still wanted."""

from kaiban.domain.cases.case import Case
from kaiban.domain.papers.material import Holder, Material, Person, Wanted, without
from kaiban.orchestrator.office import Office


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


def names_on(office: Office, case: Case, file: Material) -> str:
    """Who is on a file, by name, as far as the form still names them; "" where nobody was ticked."""
    known = {one.document: one.name for one in _whose(office, case, file.key)}
    return "、".join(known[each] for each in file.about or () if each in known)


def _whose(office: Office, case: Case, key: str) -> list[Person]:
    wanted = office.form.materials(case.form, [link.name for link in case.links])
    return [each for one in wanted if one.key == key for each in one.persons or ()]
