"""Every page of the room."""

from kaiban.web.desk.cross_region import passing
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = (passing.routes,)
