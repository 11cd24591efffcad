"""Whole numbers and amounts."""

from decimal import Decimal
from typing import Any

from forms.fields.base import Asked, refuse

#: The lowest and the highest answer nobody has to ask about twice.
Usual = tuple[int, int]
HUNDRED = 100


class Whole(Asked[int]):
    """A whole number between `low` and `high`; true, 1.0 and "1" are not whole numbers.

    usual: an answer outside of it is to be confirmed.
    """

    kind = "integer"

    def __init__(
        self, label: str, *, low: int, high: int, usual: Usual | None = None, **how: Any
    ) -> None:
        super().__init__(label, **how)
        self.low = low
        self.high = high
        self.usual = usual

    def read(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            refuse("type.integer")
        if not self.low <= value <= self.high:
            refuse("number.range", low=self.low, high=self.high)
        return value


class Money(Asked[Decimal]):
    """An amount as a JSON number, int or Decimal, never float: see `forms.jsontext.read`.

    At most 9 digits before and 6 after the point, so that every amount survives a round trip
    through a department's float64. Zero only where `zero` says so.
    usual: an answer outside of it is to be confirmed.
    """

    kind = "money"
    limit = 10**9

    def __init__(
        self,
        label: str,
        *,
        decimals: int = 6,
        zero: bool = False,
        usual: Usual | None = None,
        **how: Any,
    ) -> None:
        super().__init__(label, **{"unit": "万元", "width": "s", **how})
        self.decimals = decimals
        self.zero = zero
        self.usual = usual

    def read(self, value: Any) -> Decimal:
        if isinstance(value, float):
            refuse("money.float")
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            refuse("type.number")
        return self._amount(value)

    def _amount(self, value: int | Decimal) -> Decimal:
        if isinstance(value, Decimal) and not value.is_finite():
            refuse("type.number")
        if value < 0 or (value == 0 and not self.zero):
            refuse("money.positive")
        if value >= self.limit:
            refuse("money.too_large")
        amount = Decimal(value)
        if amount != round(amount, self.decimals):
            refuse("money.decimals", decimals=self.decimals)
        return plain(amount)


class Percent(Money):
    """A share in percent, at most 100; 60 stands for 60 %."""

    def __init__(self, label: str, **how: Any) -> None:
        super().__init__(label, **{"decimals": 4, "unit": "%", **how})

    def _amount(self, value: int | Decimal) -> Decimal:
        amount = super()._amount(value)
        if amount > HUNDRED:
            refuse("percent.range")
        return amount


def plain(amount: Decimal) -> Decimal:
    """Return `amount` (never negative) without trailing zeros, exponent or sign of zero."""
    short = abs(amount).normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short
