"""The appointment for the company's bank account (银行预约开户)."""

from adapters.bank.adapter import BankAdapter

__all__ = ["BankAdapter"]
