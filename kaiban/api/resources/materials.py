"""Materials of a case over HTTP: what is to be brought, what is there, and the way to bring it."""

from typing import Final

from flask import Response, g

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import as_json, own
from kaiban.api.request.files import brought, only_theirs
from kaiban.api.routes import Routes
from kaiban.api.schemas.materials import MaterialList
from kaiban.api.schemas.sent import BroughtFiles
from kaiban.api.service import office
from kaiban.domain.cases.case import Case
from kaiban.orchestrator.materials.receiving import open_now, receive
from kaiban.orchestrator.materials.standing import standing
from kaiban.orchestrator.materials.supplying import not_open

routes = Routes([], "cases")

_NO_SUCH_MATERIAL: Final = "没有这项材料，请对照办件的材料清单（GET …/materials 中的 key）。"


@routes.route(
    "GET",
    "/cases/<no>/materials",
    "cases:read",
    "查询需要的材料、已有的和还缺的",
    gives=MaterialList,
    answers=(200, 404),
)
def show_materials(no: str) -> Response:
    """What is to be brought to the case, what is there and what is missing; persons are places of the form."""
    return as_json(standing(office(), own(no)))


@routes.route(
    "POST",
    "/cases/<no>/materials/<key>",
    "cases:write",
    "补交一项材料",
    takes=BroughtFiles,
    gives=MaterialList,
    answers=(200, 404, 409, 422),
    brings_files=True,
)
def bring_material(no: str, key: str) -> Response:
    """Bring files of a material that is missing, promised or asked for by a correction; 409 if nobody waits for it (`may_bring`)."""
    case = own(no)
    if key not in office().form.brought():
        raise Problem("not-found", _NO_SUCH_MATERIAL)
    only_theirs(case)
    # Before the files are looked at, which takes its time; what counts is how it stands afterwards.
    if key not in open_now(office(), case):
        raise Problem("conflict", not_open(key).message)
    outcome = receive(office(), no, key, brought(key), g.token.name)
    if isinstance(outcome, Case):
        return as_json(standing(office(), outcome))
    if outcome[0] == not_open(key):
        raise Problem("conflict", outcome[0].message)
    raise Problem("defects", errors=outcome)
