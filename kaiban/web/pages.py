"""Every page there is, and who may open what no module of ours mounts."""

from kaiban.web import kiosk, verifying
from kaiban.web.applicant import choosing, guiding, materials, returning, start, submitting
from kaiban.web.applicant.answering import (
    filling,
    helping,
    listing,
    live_checks,
    naming,
    picking,
    row_pages,
)
from kaiban.web.appointments import booking, my_appointments, numbers, screen
from kaiban.web.desk import pages as desk
from kaiban.web.following import complaining, progress, rating
from kaiban.web.following.changes import (
    applying_again,
    bringing,
    fixing,
    joining,
    supplying,
    withdrawing,
)
from kaiban.web.following.delivery import collecting, delivering, papers
from kaiban.web.following.disclosure import seeing, submitted_form
from kaiban.web.following.messages import notices, telling
from kaiban.web.presentation import preferences
from kaiban.web.responses import undone
from kaiban.web.routes import PUBLIC, Route, Routes
from kaiban.web.watch import pages as watch

ROUTES: tuple[Routes, ...] = (
    start.routes,
    guiding.routes,
    preferences.routes,
    kiosk.routes,
    verifying.routes,
    choosing.routes,
    materials.routes,
    listing.routes,
    naming.routes,
    live_checks.routes,
    filling.routes,
    row_pages.routes,
    picking.routes,
    helping.routes,
    returning.routes,
    submitting.routes,
    progress.routes,
    fixing.routes,
    joining.routes,
    applying_again.routes,
    bringing.routes,
    withdrawing.routes,
    collecting.routes,
    delivering.routes,
    rating.routes,
    complaining.routes,
    seeing.routes,
    submitted_form.routes,
    telling.routes,
    notices.routes,
    supplying.routes,
    papers.routes,
    booking.routes,
    my_appointments.routes,
    numbers.routes,
    screen.routes,
    *desk.ROUTES,
    *watch.ROUTES,
    undone.routes,
)

#: What no ``Routes`` mounts, by blueprint, and who may open it.
OTHERS = {"static": PUBLIC, "gallery": "developers; never in production"}


def routes_of() -> list[Route]:
    """Every declared page, for the agreement tests."""
    return [route for routes in ROUTES for route in routes.found]
