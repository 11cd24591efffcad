"""公积金缴存登记: the housing fund centre (protocol.md)."""

from adapters.housing_fund.adapter import HousingFundAdapter

__all__ = ["HousingFundAdapter"]
