"""The certificate package in hand: look, download, print."""

import hashlib
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from kaiban.domain.package import Package
from kaiban.web.following.progress import the_case
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import service

routes = Routes("collecting")

#: What can be downloaded: media type, and the part of the package.
KINDS = {
    "pdf": ("application/pdf", "pdf"),
    "zip": ("application/zip", "archive"),
    "json": ("application/json", "summary"),
}


@routes.page("/t/<aid>/package", OWNER)
def show() -> Any:
    """What the package holds and the ways to take it home."""
    case = the_case()
    package = service().cases.get_package(case.no)
    if package is None:
        return redirect(url_for("progress.show", aid=the_filing().id))
    return render_template(
        "following/package.html", filing=the_filing(), case=case, package=package
    )


@routes.page("/t/<aid>/package.<kind>", OWNER)
def download(kind: str) -> Response:
    """The latest package as one file."""
    case = the_case()
    package = service().cases.get_package(case.no) if kind in KINDS else None
    if package is None:
        abort(404)
    return _file(package, kind, case.no)


def _file(package: Package, kind: str, no: str) -> Response:
    media_type, part = KINDS[kind]
    answer = Response(getattr(package, part), content_type=media_type)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{no}-v{package.version}.{kind}"'
    )
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest())
    answer.make_conditional(request)
    return answer
