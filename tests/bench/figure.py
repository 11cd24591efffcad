"""What a measurement is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value and its bound: the most it may be, or with ``at_least`` the least."""

    value: float
    unit: str
    target: float
    at_least: bool = False

    @property
    def ok(self) -> bool:
        """Whether the target is met."""
        return self.value >= self.target if self.at_least else self.value <= self.target

    @property
    def bound(self) -> str:
        """The target as it is compared."""
        return f"{'>=' if self.at_least else '<='} {self.target:g}"
