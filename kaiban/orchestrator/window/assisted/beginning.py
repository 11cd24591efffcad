"""Begin a form for somebody, and say anew who they are."""

import secrets
from dataclasses import replace
from typing import Any

from kaiban.domain.assisted import NUMBER_LENGTH, AssistedFiling, Filer, check, read_number
from kaiban.domain.filing import FilingNews, read_phone
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Position
from kaiban.orchestrator.applicant import filing as drafts
from kaiban.orchestrator.window.assisted.desk import AssistedDesk, log
from kaiban.ports import ChangedElsewhere, FilingNotFound

WRONG_PHONE = Defect("/phone", "filer.phone", "请填写 11 位手机号码，或者留空。")


def new_number() -> str:
    """A number for the page on which a form is begun: a second click comes with the same."""
    return "".join(secrets.choice("0123456789") for _ in range(NUMBER_LENGTH))


def begin(
    desk: AssistedDesk, who: Position, filer: Filer, phone: str, number: str = ""
) -> AssistedFiling | list[Defect]:
    """An empty form of their hall, in their hands, or everything that is wrong; ``phone`` is the applicant's, or "".

    Begun already by them under that ``number`` for the same person, it is the one there is: a second click.
    """
    if wrong := _wrong(filer, phone):
        return wrong
    wished = read_number(number) or new_number()
    if known := _begun(desk, who, filer, wished):
        return known
    filing = drafts.start(desk.office, desk.filings, phone=read_phone(phone))
    assisted = AssistedFiling(
        wished, filing.id, who.hall, filer, filing.started_at, (who.login,), who.login,
        own=False,
    )  # fmt: skip
    while not desk.assisted.add(assisted):
        if known := _begun(desk, who, filer, wished):
            return (
                known  # the other click was faster; the empty form nobody knows is dropped in time
            )
        assisted = replace(assisted, number=new_number())
    log.info("assisted_begun", number=assisted.number, by=who.login, actor=filer.actor.value)
    return assisted


def _begun(desk: AssistedDesk, who: Position, filer: Filer, number: str) -> AssistedFiling | None:
    try:
        found = desk.assisted.get(number)
    except FilingNotFound:
        return None
    same = (found.staff, found.hall, found.filer) == ((who.login,), who.hall, filer)
    return found if same else None


def correct(
    desk: AssistedDesk, who: Position, assisted: AssistedFiling, filer: Filer, phone: str
) -> AssistedFiling | list[Defect]:
    """Who they are, and their phone, as it is known now; what was read back before is to be read back anew."""
    if wrong := _wrong(filer, phone):
        return wrong
    _keep_phone(desk, who, assisted, read_phone(phone))

    def change(found: AssistedFiling) -> AssistedFiling:
        same = found.filer == filer
        return found if same else replace(found, filer=filer, printed=0, confirmation=None)

    log.info("assisted_corrected", number=assisted.number, by=who.login, actor=filer.actor.value)
    return desk.assisted.change(assisted.number, change)


def _wrong(filer: Filer, phone: str) -> list[Defect]:
    return [*check(filer), *([WRONG_PHONE] if phone.strip() and not read_phone(phone) else [])]


def _keep_phone(desk: AssistedDesk, who: Position, assisted: AssistedFiling, phone: str) -> None:
    """Let that be the applicant's telephone. Who changed it is written down; of a form they began, the old one is told."""
    filing, now = desk.filings.get(assisted.filing_id), desk.office.clock.now()
    if filing.phone == phone:
        return

    def beside(connection: Any) -> None:
        def change(found: AssistedFiling) -> AssistedFiling:
            return found.rephoned_by(who.login, now)

        desk.assisted.change_in(connection, assisted.number, change)
        # Of a form begun at the desk the number that stood there may be one that was mistyped.
        if assisted.own is not False:
            desk.announcer.tell(connection, filing, FilingNews.PHONE_CHANGED)

    try:
        drafts.keep(desk.office, desk.filings, replace(filing, phone=phone), beside=beside)
    except ChangedElsewhere as error:
        if error.current.case_no:
            raise
        _keep_phone(desk, who, assisted, phone)
    else:
        log.info("assisted_phone_changed", number=assisted.number, by=who.login)
