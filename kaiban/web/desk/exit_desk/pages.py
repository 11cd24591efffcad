"""Every page of the room."""

from kaiban.web.desk.exit_desk import exit_desk, handing_over
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    exit_desk.routes,
    handing_over.routes,
)
