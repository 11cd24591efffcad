"""How the kit drives it: as the housing fund, with one number for two answers."""

import copy
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import Any

from adapters.housing_fund.kit import Kit as HousingFundKit


class Kit(HousingFundKit):
    """The housing fund's own, but for the needs of the sample message."""

    @cached_property
    def samples(self) -> dict[str, Any]:
        """Both ratios are the same."""
        found = copy.deepcopy(super().samples)
        for sample in found["golden"].values():
            sample["needs"]["personal_ratio"] = sample["needs"]["unit_ratio"]
        return found

    def golden(self) -> Traversable:
        """The housing fund's messages."""
        return HousingFundKit().golden()
