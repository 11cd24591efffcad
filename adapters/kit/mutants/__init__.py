"""Adapters broken on purpose: whatever the kit is to catch, it must catch here."""

from adapters.kit.mutants import answering, preparing, transport
from adapters.kit.mutants.mutant import Equivalent, Mutant

MUTANTS: tuple[Mutant, ...] = (*transport.MUTANTS, *preparing.MUTANTS, *answering.MUTANTS)
EQUIVALENT: tuple[Equivalent, ...] = answering.EQUIVALENT
