"""Every page of staff, in one list; a new room of the desk adds its pages here."""

from kaiban.web.desk import (
    accounts,
    case_file,
    case_files,
    elsewhere,
    own_account,
    problems,
    signing_in,
)
from kaiban.web.desk.assisted import pages as assisted
from kaiban.web.desk.by_hand import pages as by_hand
from kaiban.web.desk.cards import pages as cards
from kaiban.web.desk.complaints import pages as complaints
from kaiban.web.desk.cross_region import pages as cross_region
from kaiban.web.desk.exit_desk import pages as exit_desk
from kaiban.web.desk.notices import pages as notices
from kaiban.web.desk.obligations import pages as obligations
from kaiban.web.desk.queue import pages as queue
from kaiban.web.desk.tickets import pages as tickets
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    signing_in.routes,
    elsewhere.routes,
    own_account.routes,
    accounts.routes,
    problems.routes,
    *queue.ROUTES,
    *assisted.ROUTES,
    *notices.ROUTES,
    *by_hand.ROUTES,
    *cross_region.ROUTES,
    *exit_desk.ROUTES,
    *tickets.ROUTES,
    *cards.ROUTES,
    *complaints.ROUTES,
    *obligations.ROUTES,
    case_file.routes,
    case_files.routes,
)
