"""Fill in the form over days and devices, then submit it once."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kaiban.domain.assisted import FiledBy
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import IntakeRule
from kaiban.domain.filing import CODE_LENGTH, CODE_LETTERS, Filing, merged
from kaiban.domain.messages.notification import is_quiet
from kaiban.domain.notices.notice import Defect, Twice
from kaiban.domain.papers.material import Holder
from kaiban.orchestrator.applicant.opening import Application, confirming, open_case
from kaiban.orchestrator.materials.bringing import bring_again
from kaiban.orchestrator.office import Office
from kaiban.ports import ChangedElsewhere, Filings, Transaction

Entry = Mapping[str, Any]
NOTHING: Entry = {}


def start(
    office: Office, filings: Filings, lang: str = "zh-CN", phone: str = "", entry: Entry = NOTHING
) -> Filing:
    """Begin a filing with nothing in it but ``entry``; its id (22 URL-safe characters) and its code are random."""
    filing = replace(_empty(office, lang), phone=phone, entry=entry)
    filings.add(filing)
    return filing


def start_again(office: Office, filings: Filings, filing: Filing) -> Filing | None:
    """Begin another filing with the answers and files of one whose case came to nothing.

    Promises and consents are given for one case, and not carried over. None if the case is not that far, or
    came to something; raises CaseNotFound.
    """
    case = office.cases.read(filing.case_no)
    if not case.fruitless:
        return None
    again = replace(
        _empty(office, filing.lang),
        entry=office.form.refilled(case.form),
        links=tuple(link.name for link in case.links),
        phone=filing.phone,
        # Who wants no message of that case gets none of this form before its number is proved anew.
        proved="" if is_quiet(case.events) else filing.proved,
        promise=filing.promise,
    )
    filings.add(again)
    bring_again(office, Holder(case_no=case.no), again.id)
    return again


def _empty(office: Office, lang: str) -> Filing:
    now = office.clock.now()
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return Filing(secrets.token_urlsafe(16), code, started_at=now, saved_at=now, lang=lang)


def keep(
    office: Office, filings: Filings, seen: Filing, part: Mapping[str, Any] | None = None,
    beside: Callable[[Any], object] | None = None,
) -> Filing:  # fmt: skip
    """Save one page's part of the entry, unchecked; the filing one version on.

    ``seen`` is the filing with the version the page was made from, and with whatever else the
    page changes (phone, links, promise, lang) already replaced; ``beside`` writes more in the same
    transaction. Raises ChangedElsewhere if it was saved or submitted since, FilingNotFound.
    """
    entry = merged(seen.entry, part or {})
    return filings.save(replace(seen, entry=entry, saved_at=office.clock.now()), beside)


#: Writes down what is to exist exactly when the form's case does, in its transaction.
Beside = Callable[[Transaction, Filing, Case], None]


def nothing_beside(_tx: Transaction, _filing: Filing, _case: Case) -> None:
    """Of a form that nobody else had in hand."""


@dataclass(frozen=True)
class Help:
    """What staff have to do with a form that is handed in: ``beside`` writes it down with the case.

    ``by`` and ``hall`` where they hand it in themselves: who filed it, and for which hall; ``intake``: by which rule
    theirs took it in for that one.
    """

    beside: Beside = nothing_beside
    by: FiledBy | None = None
    hall: str = ""
    intake: IntakeRule | None = None


def submit(
    office: Office, filings: Filings, filing_id: str, version: int, words: tuple[str, ...] = (),
    assistance: Help = Help(),
) -> Case | list[Defect]:  # fmt: skip
    """Open the filing's one case, or say everything that is wrong with the form.

    A filing becomes one case and no more: submitted again, by a second click or in another tab,
    it gives the case it has become. ``words`` confirm what is strange in it. ``version`` is the one the applicant has looked over; raises
    ChangedElsewhere if the filing has another by now, FilingNotFound. ``assistance`` is staff's, if there was any.
    """
    filing = filings.get(filing_id)
    try:
        _check_version(filing, version)
        found = _opened(office, filings, filing, words, assistance)
        return _its_own(office, filings, filing_id) or found if _is_twice(found) else found
    except ChangedElsewhere as error:
        if not error.current.case_no:
            raise
        return office.cases.read(error.current.case_no)


def _is_twice(found: Case | list[Defect]) -> bool:
    return isinstance(found, list) and isinstance(found[0], Twice)


def _its_own(office: Office, filings: Filings, filing_id: str) -> Case | None:
    """The case the filing has become in the moment it was submitted again."""
    no = filings.get(filing_id).case_no
    return office.cases.read(no) if no else None


def owner_of(filing: Filing) -> str:
    """To whom the filing's case belongs: nobody's name, and the id cannot be told from it."""
    return "filing:" + hashlib.sha256(filing.id.encode()).hexdigest()


def _check_version(filing: Filing, version: int) -> None:
    if filing.case_no or filing.version != version:
        raise ChangedElsewhere(filing)


def _opened(
    office: Office,
    filings: Filings,
    filing: Filing,
    words: tuple[str, ...],
    assistance: Help,
) -> Case | list[Defect]:
    application = Application(
        confirming(filing.entry, words),
        filing.links,
        owner_of(filing),
        hall=assistance.hall,
        promise=filing.promise,
        filing=filing.id,
        filed_by=assistance.by,
        intake=assistance.intake,
    )

    def keep_beside(tx: Transaction, case: Case) -> None:
        filings.bind(tx.connection, filing, case.no)
        assistance.beside(tx, filing, case)

    return open_case(office, application, keep_beside)
