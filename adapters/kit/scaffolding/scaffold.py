"""``kaiban adapter new``: a department, whole from the first day but for its TODOs."""

import hashlib
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path

from adapters.kit.scaffolding.scaffold_styles import STYLES, listed
from adapters.kit.scaffolding.scaffold_tree import Ground, GroundError, InTree, OwnPackage

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LATIN = re.compile(r"[a-z0-9]+")
CHINESE = re.compile("[\u4e00-\u9fff]{2,}")
#: The title stands in a company's name of the samples, in fields of fixed width.
LONGEST_TITLE = 16
#: The name stands in our key of an application, of which 64 bytes are left to it.
LONGEST_NAME = 32
TAKEN_BY = ("kaiban.adapters", "kaiban.stubs")
#: The hall's own departments have the ports before these.
FIRST_PORT, PORTS = 7110, 80
#: First-party imports in one block: where they sort depends on the department's name.
IMPORTS = re.compile(
    r"(?:^from (?:adapters|kaiban)[\w.]* import (?:\([^)]*\)|[^\n(]+)\n)+", re.MULTILINE
)
IMPORT = re.compile(r"^from ([\w.]+) import (?:\([^)]*\)|[^\n(]+)\n", re.MULTILINE)
#: A word of the templates that nothing was put in the place of.
LEFT = re.compile(rb"__[A-Z]+(?:_[A-Z]+)*__")


class ScaffoldError(ValueError):
    """It cannot be made; the message says why, and what to do."""


@dataclass(frozen=True)
class Wanted:
    """A department to be made; without a ``name`` it is taken from the title's Latin letters."""

    title: str
    style: str
    name: str = ""
    into: Path = Path()
    in_tree: bool = False


def make(wanted: Wanted) -> Path:
    """Make the department's folder and return it; nothing is written if anything stands in the way."""
    name = _checked(wanted)
    ground: Ground = (InTree if wanted.in_tree else OwnPackage)(wanted.into, name)
    try:
        ground.check()
    except GroundError as wrong:
        raise ScaffoldError(str(wrong)) from wrong
    templates = _templates(wanted.style)
    words = _words(wanted, name, ground.package, templates)
    for template, text in templates.items():
        place = ground.place(template)
        if place:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(_filled(text, words))
    ground.announce(words)
    return ground.folder


def page(wanted: Wanted) -> str:
    """Return the protocol page as it is made for a department; nothing is written or checked."""
    templates = _templates(wanted.style)
    words = _words(wanted, wanted.name, wanted.name, templates)
    return _filled(templates["protocol.md"], words).decode()


def _checked(wanted: Wanted) -> str:
    """Return the department's name; raises ScaffoldError for anything that cannot be made."""
    if wanted.style not in STYLES:
        raise ScaffoldError(f"no style {wanted.style!r}; there are\n{listed()}")
    title = wanted.title
    if not CHINESE.search(title) or not title.isprintable() or set(title) & set("\"'\\|{}<>&"):
        raise ScaffoldError(f"{title!r} is not a Chinese title: 医保登记")
    if len(title) > LONGEST_TITLE:
        raise ScaffoldError(f"{title!r} is longer than {LONGEST_TITLE} characters")
    name = wanted.name or "_".join(LATIN.findall(title.lower()))
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME or keyword.iskeyword(name):
        whose = f"--name {wanted.name!r}" if wanted.name else f"{title!r} gives no name"
        raise ScaffoldError(
            f"{whose}: say --name with small letters, digits and single underscores, at most "
            f"{LONGEST_NAME}, and no word of Python's: --name medical_insurance"
        )
    if name in _taken():
        raise ScaffoldError(f"the name {name!r} is taken by an installed department")
    return name


def _taken() -> set[str]:
    points = (point for group in TAKEN_BY for point in entry_points(group=group))
    return {point.name.partition(".")[0] for point in points}


def _words(
    wanted: Wanted, name: str, package: str, templates: Mapping[str, bytes]
) -> dict[str, str]:
    """Return what the words in the templates stand for."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    return {
        **STYLES[wanted.style].words,
        "__WIRE__": templates["wire.md"].decode().strip(),
        "__GOLDEN__": next(each for each in templates if each.startswith("apply.")),
        "__TITLE__": wanted.title,
        "__NAME__": name,
        "__DASHED__": name.replace("_", "-"),
        "__PACKAGE__": package,
        "__CLASS__": "".join(part.capitalize() for part in name.split("_")),
        "__STYLE__": wanted.style,
        "__PORT__": str(FIRST_PORT + number % PORTS),
    }


def _templates(style: str) -> dict[str, bytes]:
    root = files("adapters.kit").joinpath("templates")
    return {
        each.name.removesuffix(".txt"): each.read_bytes()
        for folder in ("common", style)
        for each in root.joinpath(folder).iterdir()
        if each.name.endswith(".txt")
    }


def _filled(text: bytes, words: Mapping[str, str]) -> bytes:
    for word, value in words.items():
        text = text.replace(word.encode(), value.encode())
    try:
        return IMPORTS.sub(_sorted, text.decode()).encode()
    except UnicodeDecodeError:
        return text  # a sample message in another encoding


def _sorted(block: re.Match[str]) -> str:
    lines = [(found[1], found[0]) for found in IMPORT.finditer(block[0])]
    return "".join(line for _, line in sorted(lines))
