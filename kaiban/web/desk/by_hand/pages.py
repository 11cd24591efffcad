"""Every page of the room."""

from kaiban.web.desk.by_hand import approvals, by_hand, department, edits
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    approvals.routes,
    by_hand.routes,
    department.routes,
    edits.routes,
)
