"""How the kit drives it: as the bank, with a recording that is not of our stub."""

from importlib.resources.abc import Traversable

from adapters.bank.kit import Kit as BankKit


class Kit(BankKit):
    """The bank's own, but for the recording beside this file."""

    def golden(self) -> Traversable:
        """The bank's messages."""
        return BankKit().golden()
