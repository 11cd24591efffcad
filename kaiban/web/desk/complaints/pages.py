"""Every page of the room."""

from kaiban.web.desk.complaints import listing, of_case, one
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    listing.routes,
    of_case.routes,
    one.routes,
)
