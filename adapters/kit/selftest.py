"""``kaiban adapter selftest``: a check that catches nothing proves nothing.

Every planted fault must be caught by each of the checks named for it, the good adapters must pass
these same checks, and a check without a fault of its own is listed as not yet proved.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from adapters.base import AdapterBase
from adapters.kit import pool
from adapters.kit.check import Verdict
from adapters.kit.checks import CHECKS, find
from adapters.kit.mutants import EQUIVALENT, MUTANTS
from adapters.kit.reporting.quality import exemptions_of
from adapters.kit.rig.site import STUB


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


def run(only: str = "", tell: Callable[[str], None] = lambda _: None, at_once: int = 1) -> Result:
    """Let the checks loose on the faults whose names contain ``only``, so many at once."""
    result = Result(whole=not only)
    mutants = [each for each in MUTANTS if only.lower() in each.name.lower()]
    planted: list[pool.Asked] = [
        (find(name)[0], mutant.adapter) for mutant in mutants for name in mutant.caught_by
    ]
    # Each good adapter takes each of these checks once.
    good = list(dict.fromkeys((check, good_adapter(broken)) for check, broken in planted))
    findings = pool.carried_out([*planted, *good], STUB, at_once)
    for (check, broken), finding in zip(planted, findings, strict=False):
        into = result.caught if finding.verdict is Verdict.FAILED else result.survived
        into.append((broken.__name__, check.id))
        tell(f"{broken.__name__}: {check.id} {finding.verdict.value} {finding.seconds:.1f} s")
    for (check, adapter), finding in zip(good, findings, strict=True):
        # A good adapter may be exempt from what its target cannot prove, as in any run of the kit.
        verdict = exemptions_of(adapter).applied(finding).verdict
        if verdict not in (Verdict.PASSED, Verdict.EXEMPT):
            result.control.append(f"{check.id} on the good {adapter.__name__}: {finding.reason}")
    return result


def good_adapter(broken: type[AdapterBase]) -> type[AdapterBase]:
    """Return the adapter a mutant was made from."""
    return next(each for each in broken.__mro__ if not each.__module__.startswith("adapters.kit"))
