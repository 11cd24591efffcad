"""Carry a case: work a step, take what comes of it, spare a failing department, hear callbacks, keep and forget."""
