"""What anyone may read or call: the form, the departments, health, callbacks, the description itself."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urljoin

from flask import Response, g, request

from kaiban.api.problems import AGAIN_AFTER, Problem
from kaiban.api.request.access import note
from kaiban.api.request.exchange import as_json
from kaiban.api.routes import DEPARTMENT, PUBLIC, Routes
from kaiban.api.schemas.asked import FormAsked
from kaiban.api.schemas.public import DepartmentList, Health, Index, Readiness
from kaiban.api.service import office, service
from kaiban.domain.cases.plan import LinkSpec
from kaiban.orchestrator.needs import paths_read
from kaiban.orchestrator.reporting.departments import standings
from kaiban.orchestrator.security import SecurityEvent
from kaiban.orchestrator.worker.callbacks import NobodyCalls, hear
from kaiban.ports import Adapter, Forged, RawCallback

routes = Routes([])
#: Served without the /api/v1 prefix.
root_routes = Routes([], "public")
#: Longer than any department's call: it names an application, and brings nothing.
MAX_CALLBACK = 64 * 1024
#: The same for whatever path below it a department calls.
_CALLBACK: Final[Mapping[str, Any]] = {
    "answers": (200, 403, 404, 413), "media_type": "text/plain", "asks": None, "tag": "departments",
}  # fmt: skip
#: What there is to read for whoever has only the API's address, each from where the API stands.
_INDEX: Final[Mapping[str, str]] = {
    "openapi": "openapi.json", "form": "form", "departments": "departments", "problems": "/problems",
}  # fmt: skip
#: What anyone may know of how a department stands.
_PUBLIC = ("state", "title", "reason", "since", "next_probe_at", "resends")


@routes.route("GET", "", PUBLIC, "从哪里看起：接口描述、表单、环节、问题类型", gives=Index)
def show_index() -> Response:
    """Where to begin: the description, the form, the departments, what problems mean."""
    here = request.path.rstrip("/") + "/"
    return as_json({name: urljoin(here, place) for name, place in _INDEX.items()})


@routes.route("GET", "/form", PUBLIC, "表单的全部内容：栏目、字段、代码表", asks=FormAsked)
def show_form() -> Response:
    """The one form as data: sections, fields, labels, code lists; as the named type of applicant is asked it."""
    return as_json(service().form(g.asked["applicant"]))


@routes.route(
    "GET", "/departments", PUBLIC, "本市的办理环节及其先后，部门系统是否正常", gives=DepartmentList
)
def list_departments() -> Response:
    """Every link of this city, what it waits for, what it reads, and whether its system works."""
    departments = office().departments
    found = [
        {**_department(departments[name]), "breaker": _told(standing)}
        for name, standing in standings(office()).items()
    ]
    return as_json({"departments": found})


@root_routes.route("POST", "/callbacks/<department>", DEPARTMENT, "部门回调", **_CALLBACK)
@root_routes.route(
    "POST", "/callbacks/<department>/<path:rest>", DEPARTMENT, "部门回调", **_CALLBACK
)
def hear_callback(department: str, rest: str = "") -> Response:  # noqa: ARG001 - departments choose their own paths
    """A department's call: its signature is checked, its content only makes us look."""
    headers = {name.lower(): value for name, value in request.headers}
    try:
        thanks = hear(office(), department, RawCallback(request.path, headers, _called_with()))
    except NobodyCalls as error:
        raise Problem("not-found") from error
    except Forged as error:
        note(SecurityEvent.CALLBACK_FORGED, department=department)
        raise Problem("forged") from error
    return Response(thanks.body, content_type=thanks.content_type)


@root_routes.route("GET", "/livez", PUBLIC, "进程存活", gives=Health, asks=None)
def live() -> Response:
    """The process answers; nothing else is looked at."""
    return as_json({"status": "ok"})


@root_routes.route(
    "GET",
    "/readyz",
    PUBLIC,
    "可以受理",
    gives=Readiness,
    answers=(200, 503),
    said_with=(503,),
    asks=None,
)
def ready() -> Response:
    """The service can do its work; a department that is down does not change that."""
    missing = list(service().ready())
    answer = as_json({"status": "unavailable" if missing else "ok", "missing": missing})
    if missing:
        answer.status_code = 503
        answer.headers["Retry-After"] = str(AGAIN_AFTER["unavailable"])
    return answer


def _called_with() -> bytes:
    # A body in chunks is silently cut off where it is too long: one byte more tells.
    request.max_content_length = MAX_CALLBACK + 1
    body = request.get_data(cache=False)
    if len(body) > MAX_CALLBACK:
        raise Problem("too-large")
    return body


def _department(adapter: Adapter) -> dict[str, Any]:
    manifest = adapter.manifest
    return {
        "name": manifest.department,
        "title": manifest.title,
        "office": manifest.office,
        "hours": manifest.hours,
        "promise_minutes": int(manifest.promise.total_seconds()) // 60,
        "by_hand": manifest.by_hand,
        "steps": _steps(manifest.spec),
        "reads": sorted(paths_read(adapter.Needs)),
    }


def _told(standing: Mapping[str, Any]) -> dict[str, Any]:
    """What of it is everybody's: not why it fails."""
    return {name: standing[name] for name in _PUBLIC}


def _steps(spec: LinkSpec) -> list[dict[str, Any]]:
    return [
        {
            "name": step.name,
            "requires": [need.fact for need in step.requires],
            "provides": sorted(step.provides),
        }
        for step in spec.steps
    ]
