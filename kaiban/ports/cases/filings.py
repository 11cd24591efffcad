"""Forms while they are filled in: how they are kept, found again and reached, and the files brought with them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from kaiban.domain.filing import Filing
from kaiban.domain.lapsing import DraftTerm, Told
from kaiban.domain.messages.notification import Message
from kaiban.domain.papers.material import Holder, Material, Upload
from kaiban.domain.papers.obligation import Forward


class FilingNotFound(Exception):  # noqa: N818 - named for what it tells, as LookupError is
    """No filing of that id: never there, or expired."""


class ChangedElsewhere(Exception):  # noqa: N818 - named for what it tells
    """Another tab or device was faster; ``current`` is how the filing stands now."""

    def __init__(self, current: Filing) -> None:
        super().__init__("the filing was changed elsewhere")
        self.current = current


class Filings(Protocol):
    """Where filings are kept until they are cases, and how their owners find back to them."""

    def add(self, filing: Filing) -> None:
        """Write a new filing."""

    def get(self, filing_id: str) -> Filing:
        """The filing as last saved; raises FilingNotFound."""

    def save(self, filing: Filing, beside: Callable[[Any], object] | None = None) -> Filing:
        """Write it if its version is the stored one; what was written, one version on.

        ``beside`` writes more in the same transaction, given its connection. Raises ChangedElsewhere if somebody saved or submitted it meanwhile, FilingNotFound.
        """

    def find(self, code: str, phone: str) -> Filing | None:
        """The filing with that code and that number; None for any other pair, or without number."""

    def language(self, code: str, phone: str) -> str | None:
        """The language of the filing with that code and that number; None where `find` gives none.

        Opens nothing, so that it takes as long for a filing as for none.
        """

    def of_case(self, no: str) -> Filing | None:
        """The filing that became the case."""

    def language_of(self, connection: Any, no: str) -> str | None:
        """The language of the filing that became the case, as the transaction sees it; None without one."""

    def bind(self, connection: Any, filing: Filing, case_no: str) -> None:
        """Let it be the case, in the transaction that opens the case; its entry is dropped.

        Raises ChangedElsewhere if its version is no longer the stored one, FilingNotFound.
        """

    def reach(self, filing_id: str, phone: str) -> None:
        """Let the number be the one to return with, submitted or not; the version stays.

        Raises FilingNotFound.
        """

    def proved(self, filing: Filing) -> None:
        """Write down that digits sent to its number came back, if that is still the one to return with; the version stays."""

    def prune(self, before: datetime) -> int:
        """Drop the filings last saved before then that never became a case; how many there were."""


class FilingOutbox(Protocol):
    """Messages about forms; one exists exactly when the transaction that caused it committed."""

    def add(self, connection: Any, filing_id: str, message: Message, at: datetime) -> None:
        """Write a message in the caller's transaction; it is due then (real time)."""

    def of_filing(self, filing_id: str) -> list[Message]:
        """What was told of the form, in order."""


class DraftOutbox(Protocol):
    """What owners are told of forms before they are dropped; a reminder of a form exists once."""

    def remind(self, term: DraftTerm, now: datetime, at: datetime, limit: int) -> int:
        """Write down every reminder that is due at that instant (of business) and is not there, to be sent at ``at`` (real time); how many.

        So many forms are looked at in one transaction.
        """

    def of_filing(self, filing_id: str) -> list[Told]:
        """What was told of the form, in order."""


class Texts(Protocol):
    """Sends short messages (短信)."""

    def send(self, phone: str, text: str, message_id: str = "") -> None:
        """Hand the text over to be sent; raises AdapterError if that surely or maybe failed.

        Under the same ``message_id`` (32 hex digits) it is the same message, however often it comes: a
        gateway that knows our ids sends it once. "": a message of its own. Raises Unprocessable for what it
        will never take.
        """


class MaterialNotFound(Exception):  # noqa: N818 - named for what it tells, as LookupError is
    """No file of that id with that holder."""


class Materials(Protocol):
    """Where the files of filings and cases are kept; writing happens in the caller's transaction."""

    def put(
        self, connection: Any, holder: Holder, material: Material, upload: Upload | None = None
    ) -> None:
        """Keep a file, or a promise (no upload)."""

    def remove(self, connection: Any, holder: Holder, material_id: str) -> None:
        """Drop one; raises MaterialNotFound."""

    def tell(
        self, connection: Any, holder: Holder, material_id: str, about: tuple[str, ...]
    ) -> None:
        """Write who is on a file; raises MaterialNotFound."""

    def total(self, connection: Any, holder: Holder) -> int:
        """How many bytes the holder's files have together."""

    def bind(
        self,
        connection: Any,
        filing: str,
        case_no: str,
        due: date,
        others: Mapping[str, date] = ...,
    ) -> list[Material]:
        """Let all of a filing be the case's; every promise is due that day, ``others`` by key. Gives what there is."""

    def forward(self, connection: Any, forward: Forward) -> None:
        """Let a late material be on its way to a department (kaiban.ports.Obligations), in the place of what was before."""

    def listed(self, holder: Holder) -> list[Material]:
        """What the holder has, the oldest first, unopened."""

    def get(self, holder: Holder, material_id: str) -> Upload:
        """One file; raises MaterialNotFound."""
