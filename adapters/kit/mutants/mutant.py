"""What a planted fault is."""

from dataclasses import dataclass

from adapters.base import AdapterBase


@dataclass(frozen=True)
class Mutant:
    """A broken adapter, and the checks each of which must catch it.

    The adapter is a class of a module, so that another process can import it, too.
    """

    adapter: type[AdapterBase]
    caught_by: tuple[str, ...]

    @property
    def name(self) -> str:
        """The class says what is wrong."""
        return self.adapter.__name__


@dataclass(frozen=True)
class Equivalent:
    """A fault that cannot be seen from outside, because another barrier holds; named, not chased."""

    name: str
    reason: str
