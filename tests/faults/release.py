"""The programs of an earlier release, out of the history of this repository; they run with the packages installed here."""

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from kaiban.storage.migrations import __file__ as migrations
from tests.city import ROOT

#: So many of the last migrations it does not know.
MIGRATIONS = 5
#: So many commits before them may be none that starts.
LOOKED_AT = 20
_FORM = """
import json, sys
from datetime import date
from forms.sample import sample
print(json.dumps(sample(int(sys.argv[1]), date.fromisoformat(sys.argv[2])), ensure_ascii=False))
"""
#: Says which departments are installed, as the release finds them: by its own entry points.
_EGG = "from setuptools import setup; setup(script_args=['-q', 'egg_info'])"
#: Fails where departments and form do not know each other, too.
_WEB = "import os; from kaiban.app import Kaiban; Kaiban(os.environ).web()"


class NoHistoryError(Exception):
    """The clone does not go back so far."""


@dataclass(frozen=True)
class Release:
    """A commit, and the folder with its programs."""

    commit: str
    root: Path

    @classmethod
    def before_the_last_migrations(cls, root: Path, environ: Mapping[str, str]) -> Self:
        """Put the last that starts with those settings into that folder; raises NoHistoryError where the clone is shallow."""
        versions = sorted(Path(migrations).parent.glob("versions/[0-9]*.py"))
        added = _git(
            "log", "--diff-filter=A", "--format=%H", "-1", "--", str(versions[-MIGRATIONS])
        )
        before = _git("rev-list", f"--max-count={LOOKED_AT}", f"{added.decode().strip()}^")
        for commit in before.decode().split():
            release = cls._taken_out(commit, root / commit)
            if release.starts(environ):
                return release
        raise AssertionError(f"none of the {LOOKED_AT} commits before the last migrations starts")

    @classmethod
    def _taken_out(cls, commit: str, root: Path) -> Self:
        root.mkdir(parents=True)
        with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as tree:
            tree.extractall(root, filter="data")
        release = cls(commit, root)
        release.run(None, "-c", _EGG)
        return release

    def starts(self, environ: Mapping[str, str]) -> bool:
        """Whether its programs are all there: of a great change kept in several commits not each can run."""
        try:
            self.run(environ, "-c", _WEB)
        except subprocess.CalledProcessError:
            return False
        return True

    def run(self, environ: Mapping[str, str] | None, *arguments: str) -> str:
        """What its Python says to that."""
        return subprocess.run(
            [sys.executable, *arguments], cwd=self.root, env=environ, check=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip

    def kaiban(self, environ: Mapping[str, str], *arguments: str) -> str:
        """What one of its commands says."""
        return self.run(environ, "-m", "kaiban.cli", *arguments)

    def installed(self, environ: Mapping[str, str]) -> str:
        """Make its tables and keys; a token for the client."""
        self.kaiban(environ, "db", "upgrade")
        return self.kaiban(environ, "token", "add", "client").split()[-1]

    def form(self, seed: int, day: date, links: Sequence[str]) -> dict[str, Any]:
        """A form as it asked it on that day."""
        return {
            **json.loads(self.run(None, "-c", _FORM, str(seed), day.isoformat())),
            "links": list(links),
        }


def _git(*arguments: str) -> bytes:
    try:
        said = subprocess.run(
            ["git", *arguments], cwd=ROOT, check=True, capture_output=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoHistoryError from error
    if not said.strip():
        raise NoHistoryError
    return said
