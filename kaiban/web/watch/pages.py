"""Every page of the room."""

from kaiban.web.routes import Routes
from kaiban.web.watch import (
    cards,
    comparison,
    exports,
    handovers,
    hours,
    overview,
    performance,
    send_backs,
    what_if,
)

ROUTES: tuple[Routes, ...] = (
    overview.routes,
    cards.routes,
    send_backs.routes,
    handovers.routes,
    hours.routes,
    what_if.routes,
    comparison.routes,
    exports.routes,
    performance.routes,
)
