"""Routes as Flask serves them: each view behind its one policy, its query read, changes made once."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, g, request

from kaiban.api.request.access import admit
from kaiban.api.request.asking import asked
from kaiban.api.request.once import answer_once
from kaiban.api.request.sizes import largest, room_for
from kaiban.api.routes import DEPARTMENT, PUBLIC, Keyed, Route
from kaiban.api.service import office


def mount(routes: Iterable[Route], blueprint: Blueprint) -> None:
    """Serve them; a view that has several addresses is called alike at each."""
    found = list(routes)
    views = {each.endpoint: _guarded(each) for each in found}
    for each in found:
        # The API's own address is typed with and without a last stroke; every other has one spelling.
        blueprint.add_url_rule(
            each.rule, each.endpoint, views[each.endpoint], methods=[each.method],
            strict_slashes=bool(each.rule),
        )  # fmt: skip


def _guarded(route: Route) -> Callable[..., Any]:
    def view(**values: Any) -> Any:
        g.route = route
        if route.policy not in (PUBLIC, DEPARTMENT):
            g.token = admit(route.policy)
        g.asked = asked(route.asks)
        request.max_content_length = largest(route, office().city.materials.limits)
        with room_for(min(request.content_length or 0, request.max_content_length)):
            return route.view(**values) if route.keyed is Keyed.NOT else answer_once(route, values)

    return view
