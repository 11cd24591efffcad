"""One shape of error: problem+json (RFC 9457)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from kaiban.domain.notices.notice import Defect
from kaiban.ports import AGAIN, CaseNotFound, ClaimLostError, Unavailable
from kaiban.processes.frames import frames

log = structlog.get_logger()

#: Every type of problem the API tells of: its status and what it says.
TYPES: dict[str, tuple[int, str]] = {
    "bad-request": (400, "请求格式有误"),
    "bad-json": (400, "正文不是可接受的 JSON"),
    "key-missing": (400, "缺少 Idempotency-Key 请求头"),
    "unauthorized": (401, "需要有效的访问令牌"),
    "forbidden": (403, "令牌没有此项权限"),
    "forged": (403, "回调未通过验证"),
    "not-found": (404, "没有找到"),
    "method-not-allowed": (405, "不支持此请求方法"),
    "not-acceptable": (406, "不能按所要求的格式答复"),
    "in-progress": (409, "同一请求正在处理"),
    "conflict": (409, "办件目前的状态不允许此操作"),
    "changed": (409, "所依据的内容已在别处修改"),
    "twice": (409, "同一申请已经受理"),
    "feed-restarted": (410, "变更流已重新开始，请不带 updated_since 从头读取"),
    "too-large": (413, "正文过大"),
    "unsupported-media-type": (415, "请以 application/json 提交"),
    "precondition-required": (428, "须说明所依据的版本"),
    "too-many": (429, "请求太频繁了"),
    "defects": (422, "申请有需要补正的内容"),
    "key-reused": (422, "Idempotency-Key 已用于另一份内容"),
    "unavailable": (503, "系统暂时不能受理，请稍后以同一 Idempotency-Key 重试"),
    "internal": (500, "系统内部错误"),
}

#: After how many seconds the same request may do better.
AGAIN_AFTER = {"unavailable": int(AGAIN.total_seconds()), "in-progress": 2, "too-many": 60}

_MOST = "正文最多 {most} 字节。"
_BY_STATUS = {
    400: "bad-request",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
}


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem
    """Raise to answer with a problem; ``kind`` is a key of TYPES, ``more`` further members of the body."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        errors: Sequence[Defect] = (),
        more: Mapping[str, Any] | None = None,
        again_after: int = 0,
    ) -> None:
        super().__init__(kind)
        self.kind, self.detail, self.errors, self.more = kind, detail, errors, more or {}
        #: Seconds; 0: there is no saying.
        self.again_after = again_after or AGAIN_AFTER.get(kind, 0)


def install(app: Flask) -> None:
    """Answer every error of the app as problem+json."""
    app.register_error_handler(Problem, _answer)
    app.register_error_handler(CaseNotFound, lambda _: _answer(Problem("not-found")))
    app.register_error_handler(ClaimLostError, lambda _: _answer(Problem("in-progress")))
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(OSError, _file_failed)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def response(problem: Problem) -> Response:
    """The problem as it goes over the wire."""
    status, title = TYPES[problem.kind]
    body: dict[str, Any] = {
        "type": f"/problems/{problem.kind}",
        "title": title,
        "status": status,
        "instance": f"urn:request:{g.get('request_id', '')}",
    }
    if problem.detail:
        body["detail"] = problem.detail
    if problem.errors:
        body["errors"] = [asdict(defect) for defect in problem.errors]
    text = json.dumps({**body, **problem.more}, ensure_ascii=False, default=str)
    return Response(text, status, content_type="application/problem+json")


def _answer(problem: Problem) -> Response:
    answer = response(problem)
    if problem.kind == "unauthorized":
        answer.headers["WWW-Authenticate"] = "Bearer"
    if problem.again_after:
        answer.headers["Retry-After"] = str(problem.again_after)
    return answer


def _http(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    kind = _BY_STATUS.get(status, "bad-request")
    most = request.max_content_length if kind == "too-large" else None
    answer = response(Problem(kind, _MOST.format(most=most) if most else ""))
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _unavailable(error: Unavailable) -> Response:
    log.error("unavailable", reason=error.reason, endpoint=request.endpoint)
    return _answer(Problem("unavailable"))


def _file_failed(error: OSError) -> Response:
    outage = Unavailable.of_file(error)
    return _unavailable(outage) if outage else _unexpected(error)


def _unexpected(error: Exception) -> Response:
    # Only the kind of error is logged: its text may quote what somebody typed.
    log.error(
        "unexpected",
        error=type(error).__name__,
        endpoint=request.endpoint,
        where=frames(error.__traceback__),
    )
    return response(Problem("internal"))
