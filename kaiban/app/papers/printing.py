"""Certificate packages are laid out in child processes: what the layout keeps in memory never becomes the worker's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from kaiban.processes.limits import Limits
from kaiban.processes.places import spare_cores
from kaiban.processes.pool import JobFailed, JobStopped, Pool

if TYPE_CHECKING:
    from kaiban.documents.layout.printing import Resource

#: Packages one worker makes at once.
AT_ONCE: Final = 2
#: A package takes 1 to 4 s of a processor and 300 MB, also with 500 employees. A child does not give way to its worker,
#: which gives way to pages itself; the clock ends what hangs, and not what a busy machine lets wait.
LIMITS: Final = Limits(cpu_seconds=60, seconds=300, niceness=0, jobs=50)
#: So long a package waits in line for a child (seconds); then others are about to be told to make it.
PATIENCE: Final = 60.0


def printers() -> Pool:
    """The children; none before they are needed, and no more than there are processors to be had for them."""
    return Pool(min(AT_ONCE, spare_cores()), AT_ONCE, LIMITS, patience=PATIENCE)


class ChildPrinting:
    """Prints in a child, which is given the page and nothing else (kaiban.documents.package.packages.Printing).

    Raises PoolFull, JobStopped and JobFailed: nothing was printed, and the same may be tried again.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def __call__(
        self, html: str, resources: "Mapping[str, Resource]", attachment: bytes, at: datetime
    ) -> bytes:
        """The same bytes as ``print_pdf``."""
        pdf: bytes = self._pool.run(
            "kaiban.documents.layout.printing:print_pdf", html, resources, attachment, at
        )
        return pdf


class ChildLooking:
    """Looks into originals in a child, for they are what a department sent (kaiban.documents.package.packages.Looking).

    An original that ends the child is none that can be told of: the package is made without a word about fonts.
    Raises PoolFull: nothing was looked at, and the same may be tried again.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def __call__(self, contents: Sequence[bytes]) -> Sequence[bool]:
        """The same as ``lacking_fonts``."""
        try:
            found: Sequence[bool] = self._pool.run(
                "kaiban.documents.package.fonts_of_originals:lacking_fonts", tuple(contents)
            )
        except (JobStopped, JobFailed):
            return [False] * len(contents)
        return found
