"""``kaiban adapter new``: a department as a package of its own, whole from the first day but for its TODOs."""

import re
from importlib.resources import files
from pathlib import Path

#: Style -> files of its templates beside those every department has; the rest of each name is the same.
STYLES = ("rest-json", "fixed-gbk")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
CHINESE = re.compile("[\u4e00-\u9fff]{2,}")
LONGEST = 32
#: Template -> where it goes; the package is named after the department.
PLACES = {
    "adapter.py": "{package}/adapter.py",
    "stub.py": "{package}/stub.py",
    "kit.py": "{package}/kit.py",
    "protocol.md": "{package}/protocol.md",
    "needs.json": "{package}/golden/needs.json",
    "apply.json": "{package}/golden/apply.json",
    "apply.bin": "{package}/golden/apply.bin",
    "init.py": "{package}/__init__.py",
    "quality.json": "{package}/quality.json",
    "test.py": "tests/test_{name}.py",
    "setup.cfg": "setup.cfg",
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
}


class ScaffoldError(ValueError):
    """It cannot be made; the message says why."""


def make(title: str, name: str, style: str, into: Path) -> Path:
    """Make the department's folder and return it; nothing is written if anything stands in the way."""
    if style not in STYLES:
        raise ScaffoldError(f"no style {style!r}; there are {', '.join(STYLES)}")
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise ScaffoldError(
            f"--name {name!r}: small letters, digits and single underscores, at most 32"
        )
    if not CHINESE.search(title) or not title.isprintable() or '"' in title:
        raise ScaffoldError(f"{title!r} is not a Chinese title: 医保登记")
    folder = into / f"kaiban-{name.replace('_', '-')}"
    if folder.exists():
        raise ScaffoldError(f"{folder} is there already")
    package = f"kaiban_{name}"
    words = {
        "__TITLE__": title,
        "__NAME__": name,
        "__PACKAGE__": package,
        "__CLASS__": "".join(part.capitalize() for part in name.split("_")),
        "__STYLE__": style,
    }
    for template, text in _templates(style):
        place = folder / PLACES[template].format(package=package, name=name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(_filled(text, words))
    return folder


def _templates(style: str) -> list[tuple[str, bytes]]:
    root = files("adapters.kit").joinpath("templates")
    return [
        (each.name.removesuffix(".txt"), each.read_bytes())
        for folder in ("common", style)
        for each in sorted(root.joinpath(folder).iterdir(), key=lambda one: one.name)
        if each.name.endswith(".txt")
    ]


def _filled(text: bytes, words: dict[str, str]) -> bytes:
    for word, value in words.items():
        text = text.replace(word.encode(), value.encode())
    return text
