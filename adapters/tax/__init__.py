"""Tax registration and invoices: SOAP outside, GBK inside."""

from adapters.tax.adapter import TaxAdapter

__all__ = ["TaxAdapter"]
