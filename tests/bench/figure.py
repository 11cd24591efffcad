"""What a measurement is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value and the most it may be."""

    value: float
    unit: str
    target: float

    @property
    def ok(self) -> bool:
        """Whether the target is met."""
        return self.value <= self.target
