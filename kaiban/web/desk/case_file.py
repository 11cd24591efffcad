"""The case file (电子案卷): asked for at the desk, made and signed by a worker, fetched once it is there."""

from typing import Any

from flask import Response, redirect, render_template, url_for

from kaiban.domain.roles import Act
from kaiban.orchestrator.worker.disclosing import note_look
from kaiban.ports.cases.files import Order
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.presentation.texts import clock
from kaiban.web.routes import ADDS, Routes
from kaiban.web.service import office, service

routes = Routes("case_file")


@routes.page("/desk/cases/<no>/file", Staff(Act.CASE_FILE))
def show() -> str:
    """What it is, and how the one asked for stands."""
    found = the_case()
    order = service().case_files.standing(found.no)
    made_at = clock(order.made_at) if order and order.made_at else ""
    return render_template("desk/case_file.html", case=found, order=order, made_at=made_at)


@routes.page("/desk/cases/<no>/file", Staff(Act.CASE_FILE), "POST", writes=ADDS)
def ask() -> Any:
    """Let one be made; that it was asked for is written down for the owner of the case."""
    found, ours = the_case(), service()
    _note()
    with office().cases.transaction() as tx:
        ours.case_files.ask(tx.connection, Order(found.no, the_staff().login, ours.wall()))
    return redirect(url_for("case_file.show", no=found.no), 303)


@routes.page("/desk/cases/<no>/file/download", Staff(Act.CASE_FILE))
def download() -> Any:
    """The file; that it was fetched is written down as well. As long as there is none, the page says so."""
    found = the_case()
    content = service().case_files.content(found.no)
    if content is None:
        return redirect(url_for("case_file.show", no=found.no), 303)
    _note()
    answer = Response(content, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.no}-case-file.zip"'
    return answer


def _note() -> None:
    found = the_case()
    note_look(office(), found.no, the_staff().login, "file", what=tuple(found.form))
