"""The form's own pages, at the desk."""

from kaiban.web.access.doors import behind_desk
from kaiban.web.applicant import (
    choosing,
    filling,
    listing,
    live_checks,
    materials,
    naming,
    picking,
    row_pages,
    submitting,
)
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = tuple(
    behind_desk(each.routes)
    for each in (
        choosing, materials, listing, naming, live_checks, filling, row_pages, picking, submitting,
    )
)  # fmt: skip
