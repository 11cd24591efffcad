"""Every page of the room."""

from kaiban.web.desk.assisted import beginning, confirming, copying, form_pages, joining, overview
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    beginning.routes,
    confirming.routes,
    copying.routes,
    joining.routes,
    overview.routes,
    *form_pages.ROUTES,
)
