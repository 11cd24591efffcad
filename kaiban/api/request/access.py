"""Who calls: a token that holds the scope of the route, and has requests left."""

from contextlib import suppress
from datetime import timedelta

from flask import current_app, g, request

from kaiban.api.problems import Problem
from kaiban.api.request.allowances import Allowances
from kaiban.api.service import service
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.ports import RateLimit, Token, Unavailable

#: So many tokens that are none are answered, by network address.
GUESSES = RateLimit("api:guess", 60, timedelta(minutes=1))


def admit(scope: str) -> Token:
    """The caller's token; a problem if it is none, or has not that scope."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token: Token | None = None
    if kind.lower() == "bearer" and secret:
        token = service().accounts.find_token(secret.strip(), service().wall())
    if token is None:
        if secret:
            note(SecurityEvent.TOKEN_REFUSED)
            _count_guess()
        raise Problem("unauthorized")
    _spend(token)
    # Where nothing can be written things can still be read.
    with suppress(Unavailable):
        service().accounts.used(token, service().wall())
    if scope not in token.scopes and "cases:all" not in token.scopes:
        note(SecurityEvent.SCOPE_REFUSED, token=token.name, scope=scope)
        raise Problem("forbidden", f"这个操作需要的权限：{scope}。")
    return token


def _spend(token: Token) -> None:
    """Count the request; a problem if the token has none left."""
    allowances: Allowances = current_app.extensions["kaiban.allowances"]
    g.allowance = allowance = allowances.spend(token.name)
    if not allowance.passes:
        words = f"每分钟最多 {allowance.most} 次请求，请 {allowance.seconds} 秒后再试。"
        raise Problem("too-many", words, again_after=allowance.seconds)


def _count_guess() -> None:
    """Whoever goes on with tokens that are none is told to stop; whose token is right is never counted."""
    now = service().wall()
    if not service().limits.take(GUESSES, request.remote_addr or "", now):
        raise Problem("too-many", "多次使用无效的令牌，请一分钟后再试。")


def note(event: SecurityEvent, **keys: str) -> None:
    """Write down a security event of this request."""
    route = str(request.url_rule or "")
    report(event, request.remote_addr or "", id=g.request_id, route=route, **keys)


def may_see(owner: str) -> bool:
    """Whether the caller may know that a case of this owner exists."""
    token: Token = g.token
    return token.name == owner or "cases:all" in token.scopes
