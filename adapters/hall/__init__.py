"""The stub hall: pretended departments that speak real protocols, for tests and demonstrations."""

from adapters.hall.clock import HallClock, RealClock
from adapters.hall.hall import Hall
from adapters.hall.stub import HallContext, Stub

__all__ = ["Hall", "HallClock", "HallContext", "RealClock", "Stub"]
