"""The adapter is a good one: what is blurred is the sample it is held against."""

from adapters.housing_fund import HousingFundAdapter


class BothRatiosAreEight(HousingFundAdapter):
    """In the sample the unit pays what its people pay: swapped or not, the message is the same."""
