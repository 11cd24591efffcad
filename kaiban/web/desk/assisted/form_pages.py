"""The form's own pages, at the desk."""

from kaiban.web.access.doors import behind_desk
from kaiban.web.applicant import choosing, materials, submitting
from kaiban.web.applicant.answering import (
    filling,
    listing,
    live_checks,
    naming,
    picking,
    row_pages,
)
from kaiban.web.routes import Routes

ROUTES: tuple[Routes, ...] = tuple(
    behind_desk(each.routes)
    for each in (
        choosing, materials, listing, naming, live_checks, filling, row_pages, picking, submitting,
    )
)  # fmt: skip
