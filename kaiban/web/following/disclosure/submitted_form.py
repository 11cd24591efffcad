"""The form as it was handed in, and as corrected since: to look at, and to print."""

from dataclasses import replace
from typing import Any

from flask import render_template, url_for

from kaiban.web.applicant.check_answers import Block, read_back
from kaiban.web.following.progress import the_case
from kaiban.web.presentation.unmasking import is_unmasked, show_unmasked
from kaiban.web.routes import ADDS, OWNER, Routes, the_filing

routes = Routes("submitted_form")


@routes.page("/t/<aid>/form", OWNER)
def show() -> str:
    """Every answer, page by page; nothing can be changed here."""
    case = the_case()
    links = tuple(link.name for link in case.links)
    parts = read_back(replace(the_filing(), entry=case.form, links=links), whole=is_unmasked())
    return render_template(
        "following/form.html",
        filing=the_filing(),
        case=case,
        whole=is_unmasked(),
        parts=[(part.page, [_fixed(block) for block in part.blocks]) for part in parts],
    )


@routes.page("/t/<aid>/form/whole", OWNER, "POST", writes=ADDS)
def whole() -> Any:
    """Every answer, once with what is masked otherwise; noted under who saw what."""
    return show_unmasked(show, url_for("submitted_form.show", aid=the_filing().id))


def _fixed(block: Block) -> Block:
    rows = tuple(replace(row, href="", change_label="") for row in block.rows)
    return replace(block, href="", rows=rows)
