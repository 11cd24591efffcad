"""Adapters broken on purpose: whatever the kit is to catch, it must catch here."""

from adapters.kit.mutants import (
    answering,
    believing,
    exchange,
    lasting,
    line,
    names,
    passing_on,
    preparing,
    signing,
    wording,
)
from adapters.kit.mutants.mutant import Equivalent, Mutant

MUTANTS: tuple[Mutant, ...] = (
    *line.MUTANTS,
    *exchange.MUTANTS,
    *preparing.MUTANTS,
    *answering.MUTANTS,
    *believing.MUTANTS,
    *signing.MUTANTS,
    *names.MUTANTS,
    *wording.MUTANTS,
    *passing_on.MUTANTS,
    *lasting.MUTANTS,
)
EQUIVALENT: tuple[Equivalent, ...] = believing.EQUIVALENT
