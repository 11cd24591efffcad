"""Where an answer leads: OpenAPI links from what it says to the operations that ask for it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from marshmallow import Schema

from kaiban.api.routes import Route
from kaiban.api.schemas import cases, materials, notices, public, records

#: What an answer says of the parameters of other operations.
_SAYS: Final[Mapping[type[Schema], Mapping[str, str]]] = {
    cases.Receipt: {"no": "case_no"},
    cases.CaseReport: {"no": "case_no", "name": "links/0/name", "number": "notices/0/number"},
    cases.CaseList: {"no": "cases/0/case_no"},
    cases.CaseChanges: {"no": "cases/0/case_no"},
    materials.MaterialList: {"no": "case_no", "key": "materials/0/key"},
    records.ExchangeList: {"no": "case_no", "number": "exchanges/0/number"},
    records.ComplaintList: {"no": "case_no", "number": "complaints/0/number"},
    notices.ProofOfDelivery: {"no": "case_no", "number": "number"},
    records.WebhookList: {"hook": "webhooks/0/id"},
    records.NewWebhook: {"hook": "id"},
    records.NewSecret: {"hook": "id"},
    public.HallList: {"hall": "halls/0/name"},
    public.DepartmentList: {"department": "departments/0/name"},
}
#: A running number is one of notices, of exchanges or of complaints: by the operation's address.
_NUMBERED: Final[Mapping[type[Schema], str]] = {
    cases.CaseReport: "/notices/", notices.ProofOfDelivery: "/notices/",
    records.ExchangeList: "/exchanges/", records.ComplaintList: "/complaints/",
}  # fmt: skip


def leads(route: Route, others: Sequence[Route]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each link of the route's answer, with its name."""
    if route.gives is None:
        return
    said = _SAYS.get(route.gives, {})
    for other in others:
        names = other.names
        if not names or other.open_ended or not said.keys() >= set(names):
            continue
        if "number" in names and _NUMBERED[route.gives] not in other.rule:
            continue
        parameters = {name: f"$response.body#/{said[name]}" for name in names}
        yield other.endpoint, {"operationId": other.endpoint, "parameters": parameters}
