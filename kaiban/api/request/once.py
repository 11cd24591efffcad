"""Requests that may come several times and have one effect: by the header Idempotency-Key.

Following draft-ietf-httpapi-idempotency-key-header. The key is claimed before a view is called and given back when nothing came of it;
otherwise the answer is kept with the headers its route declares, and given again. A view that stores the answer in the transaction of its effect
(``keep_with``) has it once whatever happens; of any other, a process that dies between the two leaves a key that is claimed
anew, and the repeated request is judged by what it finds.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from flask import Response, g, request, url_for

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import document
from kaiban.api.routes import Keyed, Route
from kaiban.api.service import service
from kaiban.ports import ClaimLostError, Kept, New, Running, Stored, Transaction

MAX_KEY: Final = 255
HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"


def answer_once(route: Route, values: Mapping[str, Any]) -> Response:
    """The view's answer, or the first one again if the request was answered under its key before."""
    key = _key(route)
    if not key:
        unnamed: Response = route.view(**values)
        return unnamed
    keys = service().idempotency
    begun = keys.begin(g.token.name, key, _fingerprint(route), service().wall())
    if isinstance(begun, Stored):
        return _again(begun)
    if not isinstance(begun, New):
        raise Problem("in-progress" if isinstance(begun, Running) else "key-reused")
    g.claim = begun
    try:
        answer: Response = route.view(**values)
    except Exception:
        keys.release(begun)
        raise
    # Somebody who took the key over, as we took so long, has found what we did: our answer is true all the same.
    with suppress(ClaimLostError):
        keys.keep(begun, _kept(answer))
    return answer


def keep_with(tx: Transaction, answer: Response, case_no: str) -> None:
    """Keep the answer in the transaction of its effect; raises ClaimLostError, and then nothing of it may stay."""
    service().idempotency.finish(tx.connection, g.claim, _kept(answer), case_no)


def _kept(answer: Response) -> Kept:
    # Bodies are kept sealed, headers are not: only those are kept of which the route declares what they say.
    names = ("Content-Type", *g.route.sends)
    headers = {name: answer.headers[name] for name in names if name in answer.headers}
    return Kept(answer.status_code, answer.get_data(), headers)


def _again(stored: Stored) -> Response:
    answer = Response(stored.answer.body, stored.answer.status)
    # What the release before kept had no headers.
    headers = stored.answer.headers or {"Content-Type": "application/json; charset=utf-8"}
    for name, value in headers.items():
        answer.headers[name] = value
    if stored.case_no and "Location" not in headers:
        answer.headers["Location"] = url_for("api.show_case", no=stored.case_no)
    answer.headers[REPLAYED] = "true"
    return answer


def _key(route: Route) -> str:
    given = request.headers.get(HEADER)
    key = (given or "").strip().strip('"')
    if not key and (given is not None or route.keyed is Keyed.MUST):
        raise Problem("key-missing", "请为每份申请生成一个唯一值（如 UUID），重试时使用同一个值。")
    if len(key) > MAX_KEY or not key.isascii() or not (key.isprintable() or not key):
        raise Problem("bad-request", f"{HEADER} 应为不超过 {MAX_KEY} 个可见 ASCII 字符。")
    if "," in key:  # two headers arrive as one
        raise Problem("bad-request", f"一个请求只能有一个 {HEADER}，其中不能有逗号。")
    return key


def _fingerprint(route: Route) -> str:
    """What makes the request this one: its body, and where it goes; of a hand-in the body alone, as ever."""
    body = document() if route.takes else request.get_data().hex()
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
    place = "" if route.keyed is Keyed.MUST else f"{request.method} {request.path}\n"
    return hashlib.sha256(f"{place}{text}".encode()).hexdigest()
