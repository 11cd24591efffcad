"""Every page of the room, under one name."""

from kaiban.web.desk.queue import case, holder, listing
from kaiban.web.routes import Routes

routes = Routes("queue", [*listing.routes.found, *case.routes.found, *holder.routes.found])
