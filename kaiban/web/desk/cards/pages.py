"""Every page of the room."""

from kaiban.web.desk.cards import listing, of_case
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = (listing.routes, of_case.routes)
