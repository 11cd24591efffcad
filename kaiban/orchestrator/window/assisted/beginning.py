"""Begin a form for somebody, and say anew who they are."""

import secrets
from dataclasses import replace
from typing import Any

from kaiban.domain.assisted import NUMBER_LENGTH, Actor, AssistedFiling, Filer, check, read_number
from kaiban.domain.filing import FilingNews, read_phone
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Position
from kaiban.orchestrator.applicant import filing as drafts
from kaiban.orchestrator.window.assisted.desk import AssistedDesk, log
from kaiban.ports import ChangedElsewhere, FilingNotFound

NOT_FOR_THAT_HALL = Defect(
    "/deciding", "filer.deciding",
    "按本市现在的规定，本大厅不能替这个大厅收件，请选本大厅，或者请申请人到那个大厅。",
)  # fmt: skip
NOT_BY_TELEPHONE = Defect(
    "/deciding", "filer.deciding_by_telephone",
    "跨域收件要当面核验原件，电话申报的请选本大厅办理。",
)  # fmt: skip
WRONG_PHONE = Defect("/phone", "filer.phone", "请填写 11 位手机号码，或者留空。")


def new_number() -> str:
    """A number for the page on which a form is begun: a second click comes with the same."""
    return "".join(secrets.choice("0123456789") for _ in range(NUMBER_LENGTH))


def begin(
    desk: AssistedDesk, who: Position, filer: Filer, phone: str, number: str = "",
    deciding: str = "", applicant: str = "",
) -> AssistedFiling | list[Defect]:  # fmt: skip
    """An empty form of their hall, in their hands, or everything that is wrong; ``phone`` is the applicant's, or "".

    ``deciding`` is another hall for which it is taken in (跨域通办), "" for their own; ``applicant`` the type it is for, "" for the usual one.

    Begun already by them under that ``number`` for the same person, it is the one there is: a second click.
    """
    if wrong := [*_wrong(filer, phone), *wrong_hall(desk, who.hall, filer, deciding)]:
        return wrong
    wished = read_number(number) or new_number()
    if known := _begun(desk, who, filer, wished, deciding):
        return known
    entry = desk.office.form.begun_for(applicant)
    filing = drafts.start(desk.office, desk.filings, phone=read_phone(phone), entry=entry)
    assisted = AssistedFiling(
        wished, filing.id, who.hall, filer, filing.started_at, (who.login,), who.login,
        deciding=deciding, own=False,
    )  # fmt: skip
    while not desk.assisted.add(assisted):
        if known := _begun(desk, who, filer, wished, deciding):
            return (
                known  # the other click was faster; the empty form nobody knows is dropped in time
            )
        assisted = replace(assisted, number=new_number())
    log.info("assisted_begun", number=assisted.number, by=who.login, actor=filer.actor.value)
    return assisted


def _begun(
    desk: AssistedDesk, who: Position, filer: Filer, number: str, deciding: str
) -> AssistedFiling | None:
    try:
        found = desk.assisted.get(number)
    except FilingNotFound:
        return None
    mine = (found.staff, found.hall, found.filer, found.deciding)
    return found if mine == ((who.login,), who.hall, filer, deciding) else None


def correct(
    desk: AssistedDesk, who: Position, assisted: AssistedFiling, filer: Filer, phone: str,
    deciding: str = "",
) -> AssistedFiling | list[Defect]:  # fmt: skip
    """Who they are, their phone, which hall decides, as it is known now; what was read back before is to be read back anew."""
    if wrong := [*_wrong(filer, phone), *wrong_hall(desk, assisted.hall, filer, deciding)]:
        return wrong
    _keep_phone(desk, who, assisted, read_phone(phone))

    def change(found: AssistedFiling) -> AssistedFiling:
        if (found.filer, found.deciding) == (filer, deciding):
            return found
        return replace(found, filer=filer, deciding=deciding, printed=0, confirmation=None)

    log.info("assisted_corrected", number=assisted.number, by=who.login, actor=filer.actor.value)
    return desk.assisted.change(assisted.number, change)


def wrong_hall(desk: AssistedDesk, intake: str, filer: Filer, deciding: str) -> list[Defect]:
    """Why a form of that hall cannot be taken in for that other one; empty if it can, or is for its own."""
    if not deciding:
        return []
    today = desk.office.clock.now().astimezone(HALL_TIME).date()
    checks = {
        NOT_FOR_THAT_HALL: desk.office.city.intake_rule(intake, deciding, today),
        NOT_BY_TELEPHONE: filer.actor is not Actor.TELEPHONE,
    }
    return [defect for defect, fits in checks.items() if not fits]


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
