"""The adapter is a good one: what has drifted is the stub behind it."""

from adapters.bank import BankAdapter


class SpeaksOtherwise(BankAdapter):
    """The recorded bank takes an application with 2001, the stub with 2005."""
