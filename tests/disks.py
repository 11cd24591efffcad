"""A small disk of its own that can be filled to the last byte, and freed again."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

#: What is written at once; the last bytes go one page at a time.
CHUNK, PAGE = 1 << 20, 1 << 12


class NoMountError(RuntimeError):
    """Nobody may mount anything here."""


@dataclass(frozen=True)
class SmallDisk:
    """A file system of a few megabytes in memory."""

    folder: Path

    def fill(self) -> None:
        """Take all the room there is."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            for size in (CHUNK, PAGE):
                with suppress(OSError):
                    while ballast.write(b"\0" * size) == size:
                        pass

    def free(self) -> None:
        """Give the room back."""
        (self.folder / "ballast").unlink(missing_ok=True)

    @property
    def room(self) -> int:
        """Bytes that are free."""
        return shutil.disk_usage(self.folder).free


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount a small disk at the folder, which is made; raises NoMountError where that is not allowed."""
    folder.mkdir(parents=True)
    options = f"size={megabytes}m,mode=0700"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        raise NoMountError(mounted.stderr.decode())
    try:
        yield SmallDisk(folder)
    finally:
        # Lazily: a process that was killed a moment ago may still hold a file.
        subprocess.run(["umount", "--lazy", folder], check=True)
