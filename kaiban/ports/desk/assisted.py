"""Where it is kept what the desk knows of the forms staff fill in for somebody."""

from collections.abc import Callable
from typing import Any, Protocol

from kaiban.domain.assisted import AssistedFiling


class AssistedFilings(Protocol):
    """Beside the forms themselves (`Filings`), which know nothing of it."""

    def add(self, assisted: AssistedFiling) -> bool:
        """Write a new one; False, and nothing is written, if its number is another's."""

    def get(self, number: str) -> AssistedFiling:
        """The one of that number; raises FilingNotFound."""

    def of_filing(self, filing_id: str) -> AssistedFiling | None:
        """The one of that form; None if nobody at a desk has it."""

    def look(self, connection: Any, filing_id: str) -> AssistedFiling | None:
        """The same, as the transaction sees it; nobody changes it before that ends."""

    def change(
        self, number: str, change: Callable[[AssistedFiling], AssistedFiling]
    ) -> AssistedFiling:
        """Write what becomes of it, with nobody in between; raises FilingNotFound."""

    def change_in(
        self, connection: Any, number: str, change: Callable[[AssistedFiling], AssistedFiling]
    ) -> AssistedFiling:
        """The same in the caller's transaction."""

    def unfinished(self, hall: str, limit: int = 100) -> list[AssistedFiling]:
        """Those of a hall whose form is no case yet, the latest first; "" for every hall."""
