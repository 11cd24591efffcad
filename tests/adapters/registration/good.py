"""Needs of a company that is registered without a question, and ways to change them."""

import copy
from typing import Any


def person(name: str, number: str) -> dict[str, Any]:
    return {"name": name, "cerType": "id_card", "cerNo": number, "cerTo": "2040-05-01"}


HEAD = person("林青", "990102199003070010") | {"mobile": "14000000001"}
PARTNER = person("周禾", "990103198811120025")
WATCH = person("吴云", "990104199201010031")
CLERK = person("郑安", "990102198507150044") | {"mobile": "14000000002", "email": "a@example.com"}

GOOD: dict[str, Any] = {
    "entName": "示范市青禾云软件有限公司",
    "nameParts": {
        "region": "示范市",
        "tradeName": "青禾云",
        "industry": "软件",
        "orgForm": "有限公司",
    },
    "entType": "1130",
    "regCap": "100",
    "regCapCur": "CNY",
    "capDue": "2031-02-28",
    "opTerm": "长期",
    "opScope": "一般项目：软件开发（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）。",
    "scopeItems": [{"code": "G101", "text": "软件开发"}],
    "industryCo": "I6513",
    "dom": {
        "region": "990102",
        "detail": "青云路 18 号 3 栋 502 室",
        "tenure": "lease",
        "usage": "office",
        "lease": {
            "owner": "示范市开元置业有限公司",
            "dateFrom": "2026-01-01",
            "dateTo": "2029-01-01",
        },
    },
    "tel": "0999-8800001",
    "copyNum": 1,
    "paperLicence": True,
    "legalRep": HEAD | {"residence": "示范市开元区示范路 1 号 2 栋 301 室"},
    "investors": [
        person("林青", "990102199003070010")
        | {
            "invType": "natural_person",
            "subConAm": "60",
            "acConAm": "0",
            "conForm": "money",
            "conDate": "2031-02-28",
        },
        PARTNER
        | {
            "invType": "natural_person",
            "subConAm": "40",
            "acConAm": "10.5",
            "conForm": "goods",
            "conDate": "2031-02-28",
        },
    ],
    "directors": [person("林青", "990102199003070010") | {"position": "sole_director"}],
    "supervisors": [WATCH],
    "financeOfficer": CLERK,
    "liaison": dict(CLERK),
}


def good(**changes: Any) -> dict[str, Any]:
    """Return the good needs with changes; ``dom__detail=...`` changes something inside."""
    changed = copy.deepcopy(GOOD)
    for path, value in changes.items():
        *above, last = path.split("__")
        place: Any = changed
        for name in above:
            place = place[int(name)] if name.isdigit() else place[name]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return changed


def named(trade_name: str, industry: str = "软件", **more: Any) -> dict[str, Any]:
    """Return the good needs under another name."""
    full = f"示范市{trade_name}{industry}有限公司"
    return good(
        entName=full, nameParts__tradeName=trade_name, nameParts__industry=industry, **more
    )
