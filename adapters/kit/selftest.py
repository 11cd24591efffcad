"""``kaiban adapter selftest``: a check that catches nothing proves nothing.

Every planted fault must be caught by each of the checks named for it, the good adapters must pass
these same checks, and a check without a fault of its own is listed as not yet proved.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from adapters.kit.check import Verdict, carry_out
from adapters.kit.checks import CHECKS, find
from adapters.kit.mutants import EQUIVALENT, MUTANTS
from adapters.kit.mutants.mutant import Mutant


@dataclass
class Result:
    """What came of it."""

    caught: list[tuple[str, str]] = field(default_factory=list)
    survived: list[tuple[str, str]] = field(default_factory=list)
    control: list[str] = field(default_factory=list)
    whole: bool = True

    @property
    def good(self) -> bool:
        """Whether everything was caught and no good adapter was blamed."""
        return not self.survived and not self.control and bool(self.caught)

    @property
    def unproved(self) -> list[str]:
        """Checks that have caught nothing."""
        proved = {check for _, check in self.caught}
        return [check.id for check in CHECKS if check.id not in proved] if self.whole else []

    def lines(self) -> Iterator[str]:
        """Lines for a terminal."""
        for mutant, check in self.survived:
            yield f"✗ {check} let {mutant} pass"
        for line in self.control:
            yield f"✗ {line}"
        mutants = {mutant for mutant, _ in (*self.caught, *self.survived)}
        alive = {mutant for mutant, _ in self.survived}
        proved = len({check for _, check in self.caught})
        yield f"{len(mutants) - len(alive)} of {len(mutants)} faults caught; {proved} checks proved"
        if self.unproved:
            yield f"not yet proved: {', '.join(self.unproved)}"
        for each in EQUIVALENT:
            yield f"not to be seen from outside: {each.name} ({each.reason})"


def run(only: str = "", tell: Callable[[str], None] = lambda _: None) -> Result:
    """Let the checks loose on the faults whose names contain ``only``."""
    result = Result(whole=not only)
    controlled: set[tuple[type, str]] = set()
    for mutant in MUTANTS:
        if only.lower() not in mutant.name.lower():
            continue
        for name in mutant.caught_by:
            _try(mutant, name, result)
            _control(mutant, name, result, controlled)
        tell(f"{mutant.name}: {', '.join(mutant.caught_by)}")
    return result


def good_adapter(mutant: Mutant) -> type:
    """Return the adapter a mutant was made from."""
    return next(
        each for each in mutant.adapter.__mro__ if not each.__module__.startswith("adapters.kit")
    )


def _try(mutant: Mutant, name: str, result: Result) -> None:
    (check,) = find(name)
    finding = carry_out(check, mutant.adapter)
    into = result.caught if finding.verdict is Verdict.FAILED else result.survived
    into.append((mutant.name, name))


def _control(mutant: Mutant, name: str, result: Result, controlled: set[tuple[type, str]]) -> None:
    """Let the good adapter take the same check, once."""
    good = good_adapter(mutant)
    if (good, name) in controlled:
        return
    controlled.add((good, name))
    (check,) = find(name)
    finding = carry_out(check, good)
    if finding.verdict is not Verdict.PASSED:
        result.control.append(f"{name} on the good {good.__name__}: {finding.reason}")
