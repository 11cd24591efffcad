"""The restore drill of docs/operating.md, step by step, on either database."""

import subprocess
import sys
from pathlib import Path

from tests.databases import dump, put_back


class Drill:
    """Saves the database of a city that is played, and brings it back after more has happened."""

    def __init__(self, city):
        self.city = city
        self.copy = city.folder / "copy"

    def save(self):
        if self._is_sqlite:
            self._kaiban("backup", str(self.copy))
        else:
            dump(self.city.url, self.copy)

    def restore(self):
        """Stop everything, bring the copy back, start anew."""
        self.city.kaiban.database.close()
        if self._is_sqlite:
            file = Path(self.city.kaiban.database.url.database)
            for part in (file, *file.parent.glob(f"{file.name}-*")):
                part.rename(part.with_name(f"lost-{part.name}"))
            self._kaiban("restore", str(self.copy))
        else:
            put_back(self.copy, self.city.url)
            self._kaiban("restored")
        self.city.install()

    @property
    def _is_sqlite(self):
        return self.city.kaiban.database.is_sqlite

    def _kaiban(self, *command):
        subprocess.run(
            [sys.executable, "-m", "kaiban.cli", "db", *command],
            check=True, env={"PATH": "", **self.city.environ}, cwd=Path(__file__).parents[2],
        )  # fmt: skip
