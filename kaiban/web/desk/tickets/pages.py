"""Every page of the room."""

from kaiban.web.desk.tickets import tickets
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = (tickets.routes,)
