"""设立登记: the market regulator's registration system (REST, JSON, SM2, callback)."""

from adapters.registration.adapter import RegistrationAdapter

__all__ = ["RegistrationAdapter"]
