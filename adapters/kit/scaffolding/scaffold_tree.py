"""Where a new department goes: a package of its own, or a folder among the others of a checkout."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

SETUP = "setup.cfg"
#: Template -> place in the department's own folder; every style brings one sample message more.
FOLDER = {
    "init.py": "__init__.py",
    "adapter.py": "adapter.py",
    "words.py": "words.py",
    "line.py": "line.py",
    "stub.py": "stub.py",
    "stub_desk.py": "stub_desk.py",
    "kit.py": "kit.py",
    "protocol.md": "protocol.md",
    "quality.json": "quality.json",
    "needs.json": "golden/needs.json",
}
#: What only a package of its own has.
AROUND = ("setup.cfg", "pyproject.toml", "README.md")
TEST = "test.py"
#: What stands in another template.
PART = "wire.md"


class GroundError(ValueError):
    """Nothing can be built there; the message says why."""


class Ground(Protocol):
    """Where a department is built."""

    package: str
    folder: Path

    def check(self) -> None:
        """Raise GroundError if something stands in the way."""

    def place(self, template: str) -> Path | None:
        """Return where a template's text goes; None if it is of no use there."""

    def announce(self, words: Mapping[str, str]) -> None:
        """Make the department known."""


class OwnPackage:
    """``kaiban-NAME`` with a set-up of its own, to be installed beside Kaiban."""

    def __init__(self, into: Path, name: str) -> None:
        self.package = f"kaiban_{name}"
        self.folder = into / f"kaiban-{name.replace('_', '-')}"
        self._tests = self.folder / "tests" / f"test_{name}.py"

    def check(self) -> None:
        """An empty folder is no obstacle."""
        _demand_empty(self.folder)

    def place(self, template: str) -> Path | None:
        """Return where a template's text goes."""
        if template in AROUND:
            return self.folder / template
        return _place(template, self.folder / self.package, self._tests)

    def announce(self, words: Mapping[str, str]) -> None:
        """Its own setup.cfg does that."""


class InTree:
    """``adapters/NAME`` in a checkout of Kaiban, declared in its setup.cfg."""

    def __init__(self, into: Path, name: str) -> None:
        self.package = f"adapters.{name}"
        self.folder = into / "adapters" / name
        self._tests = into / "tests" / "adapters" / name / "test_conformance.py"
        self._setup = into / SETUP
        self._name = name

    def check(self) -> None:
        """It must be a checkout, and the name free there."""
        if not (self._setup.is_file() and (self.folder.parent / "base.py").is_file()):
            raise GroundError(
                f"{self._setup.parent.resolve()} is no checkout of Kaiban: --into says where it is"
            )
        if self.folder.with_suffix(".py").exists():
            raise GroundError(f"the name {self._name!r} is taken: {self.folder}.py")
        for folder in (self.folder, self._tests.parent):
            _demand_empty(folder)
        declared(self._setup.read_text(encoding="utf-8"), self._name, "", "")

    def place(self, template: str) -> Path | None:
        """Return where a template's text goes."""
        if template in AROUND:
            return None
        return _place(template, self.folder, self._tests)

    def announce(self, words: Mapping[str, str]) -> None:
        """Declare adapter and stub, and the folder as one of the departments."""
        adapter = f"{self._name}.{words['__STYLE__']} = {self.package}:{words['__CLASS__']}Adapter"
        stub = f"{self._name} = {self.package}.stub:{words['__CLASS__']}Stub"
        text = self._setup.read_text(encoding="utf-8")
        self._setup.write_text(declared(text, self._name, adapter, stub), encoding="utf-8")


def declared(setup: str, name: str, adapter: str, stub: str) -> str:
    """Return a setup.cfg with two entry points and one department more; GroundError if it has no room."""
    for pattern, added in (
        (r"^kaiban\.adapters =\n(?:[ ]+.*\n)+", f"    {adapter}\n"),
        (r"^kaiban\.stubs =\n(?:[ ]+.*\n)+", f"    {stub}\n"),
        (r"^layers =\n    kit\n    .+(?=\n)", f" | {name}"),
    ):
        found = re.search(pattern, setup, re.MULTILINE)
        if found is None:
            raise GroundError(
                f"{SETUP} has no {pattern.partition(' =')[0].strip('^')!r} to add to"
            )
        setup = setup[: found.end()] + added + setup[found.end() :]
    return setup


def _place(template: str, folder: Path, tests: Path) -> Path | None:
    if template == PART:
        return None
    return tests if template == TEST else folder / FOLDER.get(template, f"golden/{template}")


def _demand_empty(folder: Path) -> None:
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise GroundError(f"{folder} is there already, and not empty")
