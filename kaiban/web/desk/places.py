"""Where in a case's form something can be put right, to be chosen from."""

from collections.abc import Iterator, Mapping, Sequence

from forms.structure.tour import walk
from kaiban.domain.cases.case import Case
from kaiban.web.presentation.texts import say
from kaiban.web.service import asked_by, office

#: A pointer, and what it is called.
Place = tuple[str, str]


def places_read(case: Case, links: Sequence[str]) -> Iterator[Place]:
    """Every answer that one of these links reads, with the whole of what it is called."""
    for section, pointer, name in _read(case, links):
        yield pointer, f"{section} · {name}"


def places_by_section(case: Case, links: Sequence[str]) -> Mapping[str, Sequence[Place]]:
    """The same by the form's sections, in its order; called what it is called there."""
    found: dict[str, list[Place]] = {}
    for section, pointer, name in _read(case, links):
        found.setdefault(section, []).append((pointer, name))
    return found


def _read(case: Case, links: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for line in walk(case.form, asked_by(case.form)):
        if office().departments.reader_of(line.pointer, links, office().form.asked_for):
            yield say(line.section), line.pointer, " · ".join(map(say, (*line.trail, line.label)))
