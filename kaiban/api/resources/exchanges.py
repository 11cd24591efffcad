"""What was said to departments about a case, for those who look after all cases."""

from flask import Response, g

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import as_json, natural, own
from kaiban.api.routes import Routes
from kaiban.api.schemas.asked import ExchangesAsked
from kaiban.api.schemas.records import Exchange, ExchangeList
from kaiban.api.service import service
from kaiban.orchestrator.reporting.records import exchange_in_full, exchange_line

routes = Routes([], "staff")

PAGE = 100


@routes.route(
    "GET", "/cases/<no>/exchanges", "cases:all", "与部门的往来（已脱敏），一页一百条",
    gives=ExchangeList, asks=ExchangesAsked, answers=(200, 404),
)  # fmt: skip
def list_exchanges(no: str) -> Response:
    """In order; ``after`` is the last number of the page before."""
    own(no)
    found = service().cases.exchanges(no, int(g.asked["after"]), PAGE)
    return as_json({"case_no": no, "exchanges": [exchange_line(each) for each in found]})


@routes.route(
    "GET", "/cases/<no>/exchanges/<number>", "cases:all", "一次往来的全部内容（已脱敏）",
    gives=Exchange, answers=(200, 404),
)  # fmt: skip
def show_exchange(no: str, number: str) -> Response:
    """Every message of one exchange, by field name."""
    own(no)
    found = service().cases.exchange(no, natural(number))
    if found is None:
        raise Problem("not-found", "没有这一次往来，或已过保存期。")
    return as_json(exchange_in_full(found))
