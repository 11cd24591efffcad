"""The two doors to a form: its owner's pages, and the desk, where staff fill it in for them.

Both lead to the same pages. At the desk they stand under other addresses, found by the desk's number, ask for the
right to file, and put the pages of one department together. Whatever such a page leads to is behind the same door.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import g, request

from kaiban.domain.assisted import AssistedFiling
from kaiban.domain.roles import Act
from kaiban.web.access.admission import Staff
from kaiban.web.routes import OWNER, Routes

FILE = Staff(Act.FILE)
#: Where a form stands at either door.
OWNERS, DESKS = "/a/<aid>", "/desk/new/<desk_no>"
#: What stands before the name of a page's blueprint at the desk.
PREFIX = "desk_"

#: The owner's pages that are others at the desk.
INSTEAD: Mapping[str, str] = {
    "filling.tasks": "assisted.show",
    "submitting.hand_in": "assisted_confirming.show",
    "submitting.done": "assisted_confirming.done",
    "returning.phone": "assisted_beginning.who",
}
#: The blueprints whose pages both doors have.
SHARED = frozenset(
    {
        "choosing", "filling", "listing", "live_checks", "materials", "naming", "picking",
        "row_pages", "submitting",
    }
)  # fmt: skip


def is_at_desk() -> bool:
    """Whether the page that is being answered is one of the desk's."""
    return "assisted" in g


def the_assisted() -> AssistedFiling:
    """What the desk knows of the form the page is about."""
    found: AssistedFiling = g.assisted
    return found


def deciding_hall() -> str:
    """Which hall is to decide the form the page is about; "" for the city's usual one."""
    found: AssistedFiling | None = g.get("assisted")
    return (found.deciding or found.hall) if found else ""


def asker() -> str:
    """Whose share is used up where something is counted: a hall has one network address, and many windows."""
    return f"staff {g.staff.login}" if is_at_desk() else request.remote_addr or ""


def behind_desk(routes: Routes) -> Routes:
    """The same pages for staff, except those that are others at the desk."""
    assert routes.name in SHARED
    shared = [
        replace(each, rule=each.rule.replace(OWNERS, DESKS), policy=FILE)
        for each in routes.found
        if each.policy == OWNER and f"{routes.name}.{each.endpoint}" not in INSTEAD
    ]
    return Routes(PREFIX + routes.name, shared)


def addressed(endpoint: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A page of the form and its values, as they are behind the door one has come in by."""
    if not is_at_desk() or values.get("aid") != the_assisted().filing_id:
        return endpoint, dict(values)
    shared = endpoint.partition(".")[0] in SHARED
    there = INSTEAD.get(endpoint) or (PREFIX + endpoint if shared else "")
    if not there:
        return endpoint, dict(values)
    others = {name: value for name, value in values.items() if name != "aid"}
    return there, {**others, "desk_no": the_assisted().number}
