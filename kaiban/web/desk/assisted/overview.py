"""One form that staff fill in for somebody: how far it is, who has it, and laying it aside."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, url_for

from forms.structure.pages import Page
from kaiban.domain.assisted import ACTORS, AssistedFiling
from kaiban.orchestrator.window.assisted import desk
from kaiban.web.access.admission import the_staff
from kaiban.web.access.doors import FILE, the_assisted
from kaiban.web.applicant.completeness import pages_of, standing
from kaiban.web.applicant.lapsing import dropped_on
from kaiban.web.desk.assisted.copying import titles
from kaiban.web.materials.material_list import missing, shelves
from kaiban.web.presentation.texts import company_of, say
from kaiban.web.responses.stale import Stale, seen
from kaiban.web.routes import CHANGES, Routes, the_filing
from kaiban.web.service import assisted_desk, chosen_links

routes = Routes("assisted")


@routes.page("/desk/new/<desk_no>/", FILE)
def show() -> Any:
    """Its pages with what they still want, and everything else that can be done with it."""
    filing = the_filing()
    if filing.case_no:
        return redirect(url_for("assisted_confirming.done", desk_no=the_assisted().number))
    return render_template(
        "desk/assisted/overview.html",
        filing=filing,
        found=standing(filing),
        links=chosen_links(filing),
        company=company_of(filing),
        dropped=dropped_on(filing),
        lacking=len(missing(shelves(filing))),
        actor=say(ACTORS[the_assisted().filer.actor]),
        version=the_assisted().tenure,
        is_mine=the_assisted().held_by == the_staff().login,
        sections=_titles(),
    )


@routes.page("/desk/new/<desk_no>/first", FILE)
def first() -> Any:
    """The first page of the form that still wants something."""
    found = standing(the_filing())
    page: Page = next(
        (each for each in found.pages if found.state(each) in ("todo", "mend")),
        pages_of(the_filing())[0],
    )
    return redirect(url_for("desk_filling.show", desk_no=the_assisted().number, page=page.name))


@routes.page("/desk/new/<desk_no>/take", FILE, "POST", writes=CHANGES)
def take() -> Any:
    """Take it in hand: after a break, or instead of a colleague."""
    return _handed(desk.take, url_for("assisted.show", desk_no=the_assisted().number))


@routes.page("/desk/new/<desk_no>/park", FILE, "POST", writes=CHANGES)
def park() -> Any:
    """Lay it aside until somebody comes with its number."""
    return _handed(desk.park, url_for("assisted_beginning.new"))


def _handed(move: Callable[..., AssistedFiling], to: str) -> Any:
    who, number = the_staff().position, the_assisted().number
    try:
        move(assisted_desk(), who, number, seen())
    except desk.HandedElsewhere as error:
        row = (say("现在由谁办理"), who.login, error.current.held_by)
        raise Stale([row], url_for("assisted.show", desk_no=number)) from error
    return redirect(to, 303)


def _titles() -> list[tuple[str, str]]:
    """What was copied from where, in words."""
    return [(each.source, titles(each.sections)) for each in the_assisted().copied]
