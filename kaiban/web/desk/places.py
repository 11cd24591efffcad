"""Where in a case's form something can be put right, to be chosen from."""

from collections.abc import Iterator, Sequence

from forms.structure.tour import walk
from kaiban.domain.cases.case import Case
from kaiban.web.presentation.texts import say
from kaiban.web.service import asked_by, office


def places_read(case: Case, links: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(Pointer, what it is called) of every answer that one of these links reads."""
    for line in walk(case.form, asked_by(case.form)):
        if office().departments.reader_of(line.pointer, links, office().form.asked_for):
            yield line.pointer, " · ".join(map(say, (line.section, *line.trail, line.label)))
