"""The English catalogue holds every text a page can show, and no other (make texts)."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from adapters.kit.examine import adapter_class, adapter_names
from forms import codes, materials, opening, roster
from forms.applicants import APPLICANT, Applicant, applicants, asked
from forms.defect_table import TABLE
from forms.fields import Term
from forms.rules.ownership import MAKEUPS
from forms.sections import SECTIONS
from forms.structure.pages import GROUPS, blocks, pages
from forms.structure.paths import inner_schema, questions
from forms.values import signs
from kaiban.config import Settings, read_profile

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "kaiban" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
TEMPLATES = ROOT / "kaiban" / "templates"
#: Papers and prints are documents in the official language; the gallery is for developers.
NOT_PAGES = {"papers", "print", "dev"}
#: Modules whose Chinese constants are shown on pages.
SPEAKING = (
    "web/**/*.py", "domain/**/*.py", "orchestrator/**/*.py",
    "documents/uploads/**/*.py", "documents/table_refusals.py",
)  # fmt: skip
SILENT = {"gallery.py"}
#: Too long to translate, and official as they are: shown in Chinese.
LISTS_IN_CHINESE = {
    "regions",
    "scope",
    "industries",
    "bank_branches",
    "forbidden_words",
    "trade_words",
    "engravers",
}
#: Lists of the words names end in, one for each type of applicants.
NAME_FORMS = "_name_forms"
CHINESE = re.compile(r"[\u3400-\u9fff]")


def texts() -> set[str]:
    """Every text that is looked up in a catalogue."""
    found = {*_of_templates(), *_of_modules(), *_of_form(), *_of_codes(), *_of_city()}
    return {text for text in found if CHINESE.search(text)}


def _of_templates() -> Iterator[str]:
    for path in TEMPLATES.rglob("*.html"):
        if path.relative_to(TEMPLATES).parts[0] not in NOT_PAGES:
            with path.open("rb") as source:
                for _, _, message, _ in babel_extract(source, ("_", "say", "t"), (), OPTIONS):
                    # With values the call has further arguments, with a variable no text at all.
                    first = message if isinstance(message, str) else (message or ("",))[0]
                    yield first or ""


OPTIONS = {"encoding": "utf-8", "trim_blocks": "true", "lstrip_blocks": "true"}


def _of_modules() -> Iterator[str]:
    for pattern in SPEAKING:
        for path in (ROOT / "kaiban").glob(pattern):
            if path.name in SILENT:
                continue
            tree = ast.parse(path.read_text("utf-8"))
            silent = {id(each) for node in ast.walk(tree) for each in _unspoken(node)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and id(node) not in silent:
                    yield node.value if isinstance(node.value, str) else ""


def _unspoken(node: ast.AST) -> Iterable[ast.AST]:
    """Docstrings, and the pieces of f-strings: nobody can look those up."""
    if isinstance(node, ast.JoinedStr):
        return ast.walk(node)
    body = getattr(node, "body", None)
    first = body[0] if isinstance(body, list) and body else None
    return [first.value] if isinstance(first, ast.Expr) else []


def _of_form() -> Iterator[str]:
    yield Term.for_good
    for schema in SECTIONS.values():
        yield str(getattr(schema, "title", ""))
        yield from _of_schema(schema())
    for page in (*pages(), *blocks(pages())):
        yield from (page.title, page.hint)
    for applicant in applicants().values():
        yield from _of_applicant(applicant)
    yield from GROUPS
    for entry in TABLE.values():
        yield from (entry.message, entry.rule, *entry.others.values())
    yield from (makeup.need for makeup in MAKEUPS.values())
    yield from (str(word.more["reason"]) for word in codes.FORBIDDEN_WORDS.items)
    yield from roster.SENTENCES
    yield from (*signs.NAMES, *signs.PLACES)
    yield opening.HINT
    yield from (one.name for one in materials.MATERIALS)


def _of_applicant(applicant: Applicant) -> Iterator[str]:
    yield from (applicant.title, applicant.hint, applicant.basis, applicant.remark)
    yield from applicant.words.values()
    whole = asked({APPLICANT: applicant.key})
    yield from (one.condition for one in materials.of_type(applicant.key) if one.fits(whole))
    yield from applicant.without.values()
    yield from applicant.materials.values()
    for schema in applicant.sections.values():
        yield str(getattr(schema, "title", ""))
        yield from _of_schema(schema())
    for page in applicant.pages:
        yield from (page.title, page.hint)


def _of_schema(schema: Any) -> Iterator[str]:
    for field in questions(schema).values():
        yield from (str(field.metadata.get(name, "")) for name in ("label", "help", "unit"))
        listed = getattr(field, "listed", None)
        if listed is not None and not _stays_chinese(listed.name):
            yield from _of_list(listed)
        inner = inner_schema(field)
        if inner is not None:
            yield from _of_schema(inner)


def _stays_chinese(name: str) -> bool:
    return name in LISTS_IN_CHINESE or name.endswith(NAME_FORMS)


def _of_codes() -> Iterator[str]:
    for each in codes.ALL:
        if not _stays_chinese(each.name):
            yield from _of_list(each)


def _of_list(listed: codes.CodeList) -> Iterator[str]:
    for item in listed.items:
        yield from (item.label, *(v for v in item.more.values() if isinstance(v, str)))


def _of_city() -> Iterator[str]:
    for name in adapter_names():
        kind = adapter_class(name)
        yield from (kind.manifest.title, kind.manifest.office)
        yield from (
            str(field.metadata.get("label", "")) for field in kind.Result().fields.values()
        )
    profile = read_profile(Settings.read({}))
    city = profile.city
    yield str(profile.locality.get("foreign_registrar", ""))
    yield city.title
    yield from city.fees.values()
    yield city.complaints.basis
    yield profile.drafts.basis
    yield from (hall.title for hall in city.halls.values())
    for queue in (hall.queue for hall in city.halls.values() if hall.queue):
        yield from (each.title for each in (*queue.business.values(), *queue.windows.values()))
    yield from (promise.title for promise in city.promises.values())
    yield city.materials.deferral.commitment
    for each in city.commitments:
        yield from (each.title, each.text)


def renewed(before: Catalog, wanted: Iterable[str]) -> Catalog:
    """The catalogue with exactly the wanted texts; what was translated stays."""
    found = Catalog(locale="en", fuzzy=False)
    for text in sorted(wanted):
        known = before.get(text)
        found.add(text, known.string if known else "", flags=known.flags if known else ())
    return found


def read() -> Catalog:
    """The catalogue as it is."""
    if not CATALOGUE.exists():
        return Catalog(locale="en")
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="en")


def main() -> None:
    """Bring the catalogue up to date and name what it lacks."""
    catalogue = renewed(read(), texts())
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as target:
        write_po(target, catalogue, omit_header=True, no_location=True, width=0)
    for message in catalogue:
        if message.id and not message.string:
            sys.stdout.write(f"{message.id!r}\n")


if __name__ == "__main__":
    main()
