"""The API as a Flask app: routes mounted, limits set, every error a problem."""

import json
import uuid
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import structlog
from flask import Blueprint, Flask, Response, g, request
from marshmallow import Schema

from kaiban.api import problems
from kaiban.api.description.openapi import describe
from kaiban.api.request import sizes
from kaiban.api.request.allowances import Allowances
from kaiban.api.request.mounting import mount
from kaiban.api.request.sizes import MAX_BODY
from kaiban.api.resources import (
    aftercare,
    case_lists,
    cases,
    complaints,
    corrections,
    counter,
    exchanges,
    halls,
    materials,
    notices,
    packages,
    problem_pages,
    public,
    statistics,
    webhooks,
)
from kaiban.api.routes import PUBLIC, Route, Routes
from kaiban.api.service import Service
from kaiban.domain.city import City
from kaiban.domain.papers.material import UploadLimits

log = structlog.get_logger()

PREFIX = "/api/v1"


def create_api(service: Service) -> Flask:
    """The app for that service."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.extensions["kaiban"] = service
    app.extensions["kaiban.allowances"] = Allowances(
        service.limits, service.office.city.rates, service.wall
    )
    problems.install(app)
    # Described when first asked for: most processes never are, and it takes longer than the rest of the app.
    text = cache(partial(openapi_text, service.sections, service.office.city))
    for prefix, routes in _described(text).items():
        _mount(app, "api" if prefix else "root", prefix, routes)
    app.before_request(_begin)
    app.after_request(_finish)
    return app


def openapi_text(sections: Mapping[str, type[Schema]], city: City) -> str:
    """The OpenAPI description of the API with these sections of the form, as it is served."""
    return json.dumps(
        describe(_described(str), sections, f"开办 · {city.title}"), ensure_ascii=False
    )


def _described(text: Callable[[], str]) -> dict[str, list[Route]]:
    """Every route by prefix, with the one that shows the text."""
    description = Routes([])

    @description.route("GET", "/openapi.json", PUBLIC, "本接口的 OpenAPI 描述", asks=None)
    def show_openapi() -> Response:
        return Response(text(), content_type="application/json; charset=utf-8")

    declared = routes_of()
    return {**declared, PREFIX: [*declared[PREFIX], *description.found]}


def routes_of() -> dict[str, list[Route]]:
    """Every declared route by prefix, for the agreement tests."""
    rooms = (
        cases,
        case_lists,
        packages,
        materials,
        corrections,
        exchanges,
        aftercare,
        complaints,
        counter,
        notices,
        webhooks,
        halls,
        public,
        statistics,
    )
    return {
        PREFIX: [route for room in rooms for route in room.routes.found],
        "": [*public.root_routes.found, *problem_pages.root_routes.found],
    }


def most_taken(limits: UploadLimits) -> int:
    """The most bytes any request of a program may have."""
    return sizes.most_taken((each for found in routes_of().values() for each in found), limits)


def _mount(app: Flask, name: str, prefix: str, routes: list[Route]) -> None:
    blueprint = Blueprint(name, __name__, url_prefix=prefix or None)
    mount(routes, blueprint)
    app.register_blueprint(blueprint)


def _begin() -> None:
    g.request_id = uuid.uuid4().hex


def _finish(answer: Response) -> Any:
    answer.headers["X-Request-Id"] = g.request_id
    if "route" in g and g.route.leaving:
        answer.headers.update(g.route.leaving.headers)
    if "allowance" in g:
        answer.headers.update(g.allowance.headers)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    answer.headers.setdefault("Cache-Control", "no-store")
    # The route's rule is logged, never the address: addresses name cases.
    log.info(
        "request", id=g.request_id, method=request.method,
        route=str(request.url_rule or ""), status=answer.status_code,
    )  # fmt: skip
    return answer
