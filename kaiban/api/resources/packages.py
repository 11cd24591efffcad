"""The certificate package over HTTP: take it home as PDF, ZIP or JSON."""

import re
from collections.abc import Callable
from typing import Any

from flask import Response, g

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import IF_NONE_MATCH, own, tagged
from kaiban.api.routes import Routes
from kaiban.api.schemas.asked import VERSION, VersionAsked
from kaiban.api.service import service

routes = Routes([], "cases")

PACKAGE_TYPES = {
    "pdf": ("application/pdf", "pdf"),
    "zip": ("application/zip", "archive"),
    "json": ("application/json", "summary"),
}


def _package_route(kind: str, summary: str) -> Callable[..., Any]:
    return routes.route(
        "GET", f"/cases/<no>/package.{kind}", "cases:read", summary,
        media_type=PACKAGE_TYPES[kind][0], asks=VersionAsked,
        answers=(200, 304, 404), sends=("ETag",), headers=(IF_NONE_MATCH,),
    )  # fmt: skip


@_package_route("pdf", "下载证照包（PDF）")
def get_package_pdf(no: str) -> Response:
    """The certificate package as one signed PDF; ``version`` asks for an earlier one."""
    return _package(no, "pdf")


@_package_route("zip", "下载证照包（ZIP，含部门原件和清单）")
def get_package_zip(no: str) -> Response:
    """The certificate package with the departments' originals and the signed manifest."""
    return _package(no, "zip")


@_package_route("json", "下载证照包的内容（JSON）")
def get_package_json(no: str) -> Response:
    """What the certificate package says, for programs: the file ``package.json`` inside of it."""
    return _package(no, "json")


def _package(no: str, kind: str) -> Response:
    own(no, why="download")
    package = service().cases.get_package(no, _version())
    if package is None:
        raise Problem("not-found", "证照包尚未生成，或没有这一版本。")
    media_type, part = PACKAGE_TYPES[kind]
    answer = Response(getattr(package, part), content_type=media_type)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{no}-v{package.version}.{kind}"'
    )
    return tagged(answer)


def _version() -> int | None:
    text = g.asked.get("version")
    if text is None:
        return None
    if not re.fullmatch(VERSION, text):
        raise Problem("not-found", "没有这一版本。")
    return int(text)
