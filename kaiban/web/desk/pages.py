"""Every page of staff, in one list; a new room of the desk adds its routes here."""

from kaiban.web.desk import accounts, elsewhere, own_account, signing_in
from kaiban.web.desk.by_hand import approvals, by_hand, department, edits
from kaiban.web.desk.complaints import listing as complaints
from kaiban.web.desk.complaints import of_case as case_complaints
from kaiban.web.desk.complaints import one as complaint
from kaiban.web.desk.exit_desk import exit_desk, handing_over
from kaiban.web.desk.notices import composing, overview, papers
from kaiban.web.desk.obligations import listing as obligations
from kaiban.web.desk.obligations import of_case as case_obligations
from kaiban.web.desk.queue import pages as queue
from kaiban.web.desk.tickets import tickets
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    signing_in.routes,
    elsewhere.routes,
    own_account.routes,
    accounts.routes,
    queue.routes,
    composing.routes,
    papers.routes,
    overview.routes,
    by_hand.routes,
    department.routes,
    edits.routes,
    approvals.routes,
    exit_desk.routes,
    handing_over.routes,
    tickets.routes,
    complaints.routes,
    case_complaints.routes,
    complaint.routes,
    obligations.routes,
    case_obligations.routes,
)
