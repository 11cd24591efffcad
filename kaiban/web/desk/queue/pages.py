"""Every page of the room, under one name: what it leads to is called by it."""

from kaiban.web.desk.queue import case, holder, listing
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    Routes("queue", [*listing.routes.found, *case.routes.found, *holder.routes.found]),
)
