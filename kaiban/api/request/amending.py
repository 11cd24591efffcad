"""A correction as it is written in JSON: in a body that is sent, and in a file the command line reads."""

from collections.abc import Mapping
from typing import Any

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import basis, link_names
from kaiban.orchestrator.applicant.correcting import Amendment


def amendment_of(body: Mapping[str, Any]) -> Amendment:
    """What it answers, and from which version of the notice; a problem if it is not of that shape or does not say."""
    changes, explanations = body.get("changes", {}), body.get("explanations", {})
    if not isinstance(changes, dict) or not all(p.startswith("/") for p in changes):
        raise Problem("bad-request", "changes 应为“JSON 指针: 新值”的对象。")
    if not isinstance(explanations, dict) or not all(map(_is_text, explanations.values())):
        raise Problem("bad-request", "explanations 应为“环节: 说明”的对象。")
    words = body.get("confirm", [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Problem("bad-request", "confirm 应为确认词的列表。")
    version = basis(body, "version")
    if not isinstance(version, str):
        raise Problem("bad-request", "version 应为告知书中的 version。")
    return Amendment(
        changes,
        link_names(body.get("confirmed", []), "confirmed"),
        tuple(words),
        version,
        explanations,
        link_names(body.get("left_out", []), "left_out"),
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
