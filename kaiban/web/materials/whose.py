"""Whose document a file is: people are ticked by a sign of the page, never by their numbers."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from flask import request

from kaiban.domain.papers.material import Person
from kaiban.web.presentation.texts import listed, say
from kaiban.web.routes import the_filing

#: The control of the ticks.
CONTROL: Final = "whose"
TICK: Final = "请勾选文件上是谁的证件，再选择文件上传。"


def ticks(persons: Iterable[Person], of: str = "") -> list[tuple[str, str]]:
    """The people to tick: the sign of each, and the name; ``of``: see `sign`."""
    return [(sign(one.document, of), one.name) for one in persons]


def sign(document: str, of: str = "") -> str:
    """What stands for a person on the pages of this filing, or of the case ``of``; nobody can tell from it who that is."""
    return hashlib.sha256(f"{of or the_filing().id} {document}".encode()).hexdigest()[:16]


def ticked(persons: Sequence[Person], of: str = "") -> tuple[str, ...]:
    """The documents of those that are ticked; of one alone nobody is asked."""
    if len(persons) == 1:
        return (persons[0].document,)
    signs = set(request.form.getlist(CONTROL))
    return tuple(one.document for one in persons if sign(one.document, of) in signs)


def names(persons: Iterable[Person], about: Iterable[str]) -> str:
    """What those are called, who are on a file, as far as the form still names them."""
    known = {one.document: one.name for one in persons}
    return listed(known.get(each, say("表中已经没有的人")) for each in about)
