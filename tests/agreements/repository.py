"""The repository as the agreement tests read it."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def text(path: str) -> str:
    """Return the text of one file, named from the top of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def texts(pattern: str = "*") -> dict[str, str]:
    """Return all text files that are tracked or about to be, by path; binary files are left out."""
    # In a container the files may belong to another account than the one that runs the tests.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others"]
    listing = subprocess.run(
        [*command, "--exclude-standard", "--", pattern], cwd=ROOT, check=True, capture_output=True
    )
    paths = [path for path in listing.stdout.decode().split("\0") if (ROOT / path).is_file()]
    contents = {path: (ROOT / path).read_bytes() for path in paths}
    # Departments' sample messages are text in other character sets; their ASCII is readable all the same.
    return {
        path: raw.decode("utf-8", "replace") for path, raw in contents.items() if b"\0" not in raw
    }
