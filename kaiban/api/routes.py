"""The routes of the API as they are declared: each with its policy, what it takes and gives, and what is promised of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from marshmallow import Schema

from kaiban.api.leaving import Leaving
from kaiban.api.schemas.asked import Nothing

#: Every scope a token can hold, and what it allows.
SCOPES = {
    "cases:write": "提交、补正、撤回本令牌名下的办件",
    "cases:read": "查询本令牌名下的办件",
    "statistics:read": "查询全市和各大厅的数字，没有人名、企业名和证件号",
    "webhooks": "订阅本令牌名下办件的事件推送（有 cases:all 的，所有办件）",
    "cases:all": "查询和办理所有办件（窗口、运维）",
}

#: Routes anyone may call.
PUBLIC = "public"
#: Routes that check a department's signature themselves.
DEPARTMENT = "department"

_PARAMETER = re.compile(r"<(?:path:)?(\w+)>")


class Keyed(Enum):
    """Whether a request may or must name itself, so that it has one effect however often it comes (request/once.py)."""

    NOT = "not"
    MAY = "may"
    MUST = "must"


@dataclass(frozen=True)
class Route:
    """One route as it is served and described.

    ``takes`` is the body, ``gives`` what every answer of ``answers`` below 400 says (and those in ``said_with``), ``asks`` the
    query: None is any. ``sends`` are headers of such an answer, ``headers`` those a request may or must have.
    ``keyed`` is NOT for what changes nothing; ``largest`` is how many bytes a body may have, if that is another number than elsewhere, ``brings_files``
    that it has files, as large as the city takes them (request/sizes.py);
    ``leaving`` says that it will be gone one day.
    """

    rule: str
    method: str
    policy: str
    summary: str
    view: Callable[..., Any]
    answers: tuple[int, ...]
    takes: type[Schema] | None = None
    gives: type[Schema] | None = None
    media_type: str = "application/json"
    said_with: tuple[int, ...] = ()
    asks: type[Schema] | None = Nothing
    sends: tuple[str, ...] = ()
    headers: tuple[Mapping[str, Any], ...] = ()
    tag: str = ""
    keyed: Keyed = Keyed.NOT
    largest: int = 0
    brings_files: bool = False
    leaving: Leaving | None = None

    @property
    def names(self) -> list[str]:
        """The parameters of its address, in order."""
        return _PARAMETER.findall(self.rule)

    @property
    def path(self) -> str:
        """Its address as a template of OpenAPI."""
        return _PARAMETER.sub(r"{\1}", self.rule)

    @property
    def open_ended(self) -> bool:
        """Whether others choose how its address goes on."""
        return "<path:" in self.rule

    @property
    def endpoint(self) -> str:
        """Its name in Flask."""
        return self.view.__name__


@dataclass
class Routes:
    """The routes of one module, collected by decorator and mounted once; ``tag`` is what they are about."""

    found: list[Route]
    tag: str = "public"

    def route(
        self, method: str, rule: str, policy: str, summary: str, **more: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a view with its policy; there is no way to mount one without. Raises ValueError for none."""
        if policy not in {PUBLIC, DEPARTMENT, *SCOPES}:
            raise ValueError(f"{rule}: {policy!r} is no policy")

        def declare(view: Callable[..., Any]) -> Callable[..., Any]:
            answers = tuple(more.pop("answers", (200,)))
            more.setdefault("tag", self.tag)
            changes = method != "GET" and policy in SCOPES
            more.setdefault("keyed", Keyed.MAY if changes else Keyed.NOT)
            self.found.append(Route(rule, method, policy, summary, view, answers, **more))
            return view

        return declare
