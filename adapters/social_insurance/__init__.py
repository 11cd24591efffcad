"""员工参保登记: the social insurance office (protocol.md)."""

from adapters.social_insurance.adapter import SocialInsuranceAdapter

__all__ = ["SocialInsuranceAdapter"]
