"""Who may open which page: every route has a policy, there is no way to mount one without.

Addresses are unguessable and never hold personal data. The address alone opens what a parcel's
tracking page would show, except on a machine of the hall; whatever shows or changes the form also needs
the browser that began the filing, or one that returned to it with its resume code (续办码).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Flask, g, session

from kaiban.domain.filing import Filing
from kaiban.ports import FilingNotFound
from kaiban.web.access.admission import Staff, admit
from kaiban.web.access.kiosk_device import is_kiosk
from kaiban.web.access.sessions import is_staff_path, renew
from kaiban.web.responses import stale
from kaiban.web.responses.kept import shown
from kaiban.web.service import service

#: Anyone.
PUBLIC = "public"
#: Whoever knows the address of the filing.
LINK = "link"
#: The browser that began the filing or returned to it.
OWNER = "owner"

POLICIES = (PUBLIC, LINK, OWNER)

#: One of these, or what a page of staff asks for.
Policy = str | Staff

#: What a POST does with what is stored: nothing; adds something of its own, or takes away what it names by its
#: own id; or changes what somebody else may have changed since the page was read. The last is refused then
#: (kaiban.web.responses.stale), which a test tries on every route that says so.
NOTHING = "nothing"
ADDS = "adds"
CHANGES = "changes"

#: So many filings one browser remembers, the latest first.
REMEMBERED = 20


class UndeclaredError(Exception):
    """A page nobody has said of who may open it."""


class NotYoursError(Exception):
    """The browser has not begun this filing, or its session is over; ``filing_id`` as asked for."""

    def __init__(self, filing_id: str) -> None:
        super().__init__("not in this session")
        self.filing_id = filing_id


@dataclass(frozen=True)
class Route:
    """One page as it is served."""

    rule: str
    methods: tuple[str, ...]
    policy: Policy
    view: Callable[..., Any]
    writes: str = NOTHING

    @property
    def endpoint(self) -> str:
        """Its name in Flask."""
        return self.view.__name__


@dataclass
class Routes:
    """The routes of one module, collected by decorator and mounted once."""

    name: str
    found: list[Route] = field(default_factory=list)

    def page(
        self, rule: str, policy: Policy, *methods: str, writes: str = ""
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a view with its policy; GET if no method is named. A POST says what it ``writes``.

        Raises UndeclaredError for a policy that is none, or pages of staff outside their addresses.
        """
        if not (isinstance(policy, Staff) or policy in POLICIES):
            raise UndeclaredError(f"{rule}: {policy!r} is no policy")
        if isinstance(policy, Staff) and not is_staff_path(rule):
            raise UndeclaredError(f"{rule}: no address of staff's pages")
        if bool(writes) != ("POST" in methods):
            raise ValueError(f"{rule}: what does it write?")

        def declare(view: Callable[..., Any]) -> Callable[..., Any]:
            self.found.append(Route(rule, methods or ("GET",), policy, view, writes or NOTHING))
            return view

        return declare

    def blueprint(self) -> Blueprint:
        """The routes, each view behind its policy."""
        made = Blueprint(self.name, __name__)
        for each in self.found:
            made.add_url_rule(each.rule, each.endpoint, _guarded(each), methods=list(each.methods))
        return made


def _guarded(route: Route) -> Callable[..., Any]:
    def view(**values: Any) -> Any:
        if isinstance(route.policy, Staff):
            admit(route.policy, values)
        elif route.policy != PUBLIC:
            g.filing = _allowed(route.policy, values.pop("aid"))
        return shown(lambda: stale.show() if stale.is_stale() else route.view(**values))

    return view


def _allowed(policy: str, filing_id: str) -> Filing:
    # A machine's history holds the addresses of whoever was there before.
    known_by_address = policy == LINK and not is_kiosk()
    if not known_by_address and not is_mine(filing_id):
        raise NotYoursError(filing_id)
    return service().filings.get(filing_id)


def check_declared(app: Flask, routes: Iterable[Routes], others: Mapping[str, str]) -> None:
    """Raise UndeclaredError for a route of the app that has no policy; ``others`` are those of no ``Routes``, by blueprint."""
    known = {f"{each.name}.{route.endpoint}" for each in routes for route in each.found}
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in known and rule.endpoint.partition(".")[0] not in others:
            raise UndeclaredError(f"{rule.rule}: who may open it?")


def is_mine(filing_id: str) -> bool:
    """Whether this browser began the filing or returned to it."""
    return filing_id in session.get("mine", ())


def remember(filing_id: str) -> None:
    """Let this browser open the filing from now on."""
    others = [each for each in session.get("mine", ()) if each != filing_id]
    session["mine"] = [filing_id, *others][:REMEMBERED]
    renew()


def mine() -> list[Filing]:
    """The filings of this browser that are still there, the latest first."""
    found = []
    for filing_id in session.get("mine", ()):
        try:
            found.append(service().filings.get(filing_id))
        except FilingNotFound:
            continue
    return found


def the_filing() -> Filing:
    """The filing the page is about."""
    found: Filing = g.filing
    return found
