"""Every page of the room."""

from kaiban.web.routes import Routes
from kaiban.web.watch import overview, performance

ROUTES: tuple[Routes, ...] = (overview.routes, performance.routes)
