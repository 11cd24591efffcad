"""Help while typing: suggestions from the form's own lists."""

from typing import Any

from flask import Response, abort, jsonify, request

from kaiban.web.form.kinds import listing
from kaiban.web.form.places import field_at
from kaiban.web.form.questions import suggestions
from kaiban.web.routes import PUBLIC, Routes
from kaiban.web.service import service

routes = Routes("helping")

#: Longer than any entry of a list.
LONGEST = 60


@routes.page("/suggest/<path:place>", PUBLIC)
def suggest(place: str) -> Response:
    """Entries of the list behind a question that fit what was typed; nothing personal is asked."""
    listed = listing(_field(place.replace("/", ".")))
    if listed is None:
        abort(404)
    found = suggestions(listed, request.args.get("q", "")[:LONGEST])
    answer = jsonify(
        [{"value": item.label, "text": item.label, "hint": _hint(item.more)} for item in found]
    )
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


#: What an entry's attributes mean for the applicant.
_CLASSES = {
    "licensed": "许可项目：取得许可证后才能经营",
    "pre_approval": "前置许可：登记前须先取得批准文件",
    "general": "一般项目：凭营业执照即可经营",
}


def _hint(more: Any) -> str:
    kind = _CLASSES.get(more.get("class", ""), "")
    industry = more.get("industry", "")
    return "，".join(part for part in (kind, f"行业代码 {industry}" if industry else "") if part)


def _field(path: str) -> Any:
    try:
        return field_at(service().sections, path)
    except (KeyError, IndexError):
        abort(404)
