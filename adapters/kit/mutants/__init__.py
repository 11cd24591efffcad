"""Adapters broken on purpose: whatever the kit is to catch, it must catch here."""

from adapters.kit.mutants import answering, believing, exchange, line, preparing
from adapters.kit.mutants.mutant import Equivalent, Mutant

MUTANTS: tuple[Mutant, ...] = (
    *line.MUTANTS,
    *exchange.MUTANTS,
    *preparing.MUTANTS,
    *answering.MUTANTS,
    *believing.MUTANTS,
)
EQUIVALENT: tuple[Equivalent, ...] = believing.EQUIVALENT
