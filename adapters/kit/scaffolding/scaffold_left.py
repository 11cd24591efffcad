"""How much of a department is still the scaffold's."""

import re
from collections.abc import Iterator
from importlib.resources.abc import Traversable

from marshmallow import Schema

from adapters.base import AdapterBase
from adapters.kit.scaffolding import scaffold
from adapters.kit.scaffolding.scaffold_styles import STYLES

PAGE = "protocol.md"
#: A page of which so much is the scaffold's, and on which so little else stands, is the scaffold's.
MOST, LITTLE = 0.95, 0.1
#: What the scaffold asks of the form, by path, and what it grants.
NEEDS = {"facts.credit_code", "company.name.full", "people.legal_rep.mobile"}
RESULT = {"registration_no"}
TODO = re.compile(r"(#\s*)?TODO.*")


def left(kind: type[AdapterBase], folder: Traversable) -> Iterator[str]:
    """Yield what is still as ``kaiban adapter new`` made it, whatever has become of the TODOs."""
    if _paths(kind.Needs()) == NEEDS and set(kind.Result().fields) == RESULT:
        yield "Needs and Result are the scaffold's: nothing that this department asks or grants"
    page = folder.joinpath(PAGE)
    if page.is_file() and any(
        _same(page.read_text(encoding="utf-8"), made) for made in _pages(kind)
    ):
        yield f"{PAGE} is the scaffold's: it does not say how this department speaks"


def _paths(needs: Schema) -> set[str]:
    return {str(each.metadata.get("path")) for each in needs.fields.values()}


def _pages(kind: type[AdapterBase]) -> Iterator[str]:
    manifest = kind.manifest
    for style in STYLES:
        wanted = scaffold.Wanted(manifest.title, style, manifest.department)
        yield scaffold.page(wanted)


def _same(page: str, made: str) -> bool:
    ours, theirs = _lines(page), _lines(made)
    kept = [each for each in theirs if each in ours]
    new = [each for each in ours if each not in theirs]
    return len(kept) >= MOST * len(theirs) and len(new) <= LITTLE * len(theirs)


def _lines(text: str) -> list[str]:
    lines = (TODO.sub("", line).strip() for line in text.splitlines())
    return [line for line in lines if line]
