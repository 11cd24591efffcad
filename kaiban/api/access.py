"""Who may call what: every route has a policy, and a token must hold its scope."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, request

from kaiban.api.problems import Problem
from kaiban.api.service import service
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.ports import Token

#: Every scope a token can hold, and what it allows.
SCOPES = {
    "cases:write": "提交、补正、撤回本令牌名下的办件",
    "cases:read": "查询本令牌名下的办件",
    "webhooks": "订阅本令牌名下办件的事件推送（有 cases:all 的，所有办件）",
    "cases:all": "查询和办理所有办件（窗口、运维）",
}

#: Routes anyone may call.
PUBLIC = "public"
#: Routes that check a department's signature themselves.
DEPARTMENT = "department"


@dataclass(frozen=True)
class Route:
    """One route as it is served and described."""

    rule: str
    method: str
    policy: str
    summary: str
    view: Callable[..., Any]
    answers: tuple[int, ...]
    takes: str = ""
    gives: str = "application/json"

    @property
    def endpoint(self) -> str:
        """Its name in Flask."""
        return self.view.__name__


@dataclass
class Routes:
    """The routes of one module, collected by decorator and mounted once."""

    found: list[Route]

    def route(
        self, method: str, rule: str, policy: str, summary: str, **more: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a view with its policy; there is no way to mount one without. Raises ValueError for none."""
        if policy not in {PUBLIC, DEPARTMENT, *SCOPES}:
            raise ValueError(f"{rule}: {policy!r} is no policy")

        def declare(view: Callable[..., Any]) -> Callable[..., Any]:
            answers = tuple(more.pop("answers", (200,)))
            self.found.append(Route(rule, method, policy, summary, view, answers, **more))
            return view

        return declare

    def mount(self, blueprint: Blueprint) -> None:
        """Serve them, each view behind its one policy."""
        views = {each.endpoint: _guarded(each) for each in self.found}
        for each in self.found:
            blueprint.add_url_rule(
                each.rule, each.endpoint, views[each.endpoint], methods=[each.method]
            )


def _guarded(route: Route) -> Callable[..., Any]:
    def view(**values: Any) -> Any:
        if route.policy not in (PUBLIC, DEPARTMENT):
            g.token = _allowed(route.policy)
        return route.view(**values)

    return view


def _allowed(scope: str) -> Token:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token: Token | None = None
    if kind.lower() == "bearer" and secret:
        token = service().accounts.find_token(secret.strip(), service().wall())
    if token is None:
        if secret:
            note(SecurityEvent.TOKEN_REFUSED)
        raise Problem("unauthorized")
    if scope not in token.scopes and "cases:all" not in token.scopes:
        note(SecurityEvent.SCOPE_REFUSED, token=token.name, scope=scope)
        raise Problem("forbidden")
    return token


def note(event: SecurityEvent, **keys: str) -> None:
    """Write down a security event of this request."""
    route = str(request.url_rule or "")
    report(event, request.remote_addr or "", id=g.request_id, route=route, **keys)


def may_see(owner: str) -> bool:
    """Whether the caller may know that a case of this owner exists."""
    token: Token = g.token
    return token.name == owner or "cases:all" in token.scopes
