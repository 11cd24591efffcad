"""Every page of the room."""

from kaiban.web.desk.notices import composing, overview, papers
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    composing.routes,
    overview.routes,
    papers.routes,
)
