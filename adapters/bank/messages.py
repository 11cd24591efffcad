"""The bank's messages (``protocol.md``): layouts, code lists, and the mapping from the needs."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from adapters.wire.fixed import Field, Layout

HEADER = Layout(
    Field("length", 8, "9"),
    Field("code", 6),
    Field("serial", 20, "9"),
    Field("rc", 4),
    Field("date", 8),
    Field("mac", 16),
)
RESERVE = Layout(
    Field("ORIG_SERIAL", 20),
    Field("CREDIT_CODE", 18),
    Field("NAME", 120),
    Field("REGION", 6),
    Field("ADDRESS", 240),
    Field("TENURE", 1),
    Field("LR_NAME", 80),
    Field("LR_CERT_TYPE", 2),
    Field("LR_CERT_NO", 32),
    Field("LR_CERT_UNTIL", 8),
    Field("LR_MOBILE", 11),
    Field("ACCOUNT_KIND", 1),
    Field("DEPOSITOR", 2),
    Field("BRANCH", 12),
    Field("VISIT_DATE", 8),
    Field("VISIT_PART", 1),
    Field("VISIT_MODE", 1),
    Field("PRODUCTS", 4),
    Field("OWNERS_EXEMPT", 1),
    Field("OWNERS", 2, "9"),
)
OWNER = Layout(Field("NAME", 80), Field("CERT_TYPE", 2), Field("CERT_NO", 32), Field("SHARE", 6))
ANSWER = Layout(
    Field("STATE", 2),
    Field("RESERVATION", 16),
    Field("ACCOUNT", 25),
    Field("BRANCH", 12),
    Field("BRANCH_NAME", 80, "T"),
    Field("VISIT_DATE", 8),
    Field("VISIT_TIME", 11),
    Field("CONTACT", 20, "T"),
    Field("BRING", 200, "T"),
    Field("REASON", 3),
    Field("FIELD", 20),
    Field("TEXT", 200, "T"),
    Field("REOPENS", 14),
)

CERT_TYPES = {
    "id_card": "10",
    "residence_permit": "11",
    "hk_macao_pass": "12",
    "taiwan_pass": "13",
    "foreign_permanent": "14",
    "passport": "20",
    "cn_passport": "21",
    "military": "30",
}
TENURES = {"own": "1", "lease": "2", "free": "3", "cluster": "4", "other": "9"}
ACCOUNT_KINDS = {"basic": "1", "general": "2", "special": "3", "temporary": "4"}
DEPOSITORS = {
    "legal_person": "01",
    "unincorporated": "02",
    "household": "03",
    "branch": "04",
    "cooperative": "05",
}
PERIODS = {"morning": "A", "afternoon": "P"}
MODES = {"visit": "1", "video": "2", "door": "3"}
PRODUCTS = ("ebank", "receipt_card", "settlement_card", "payroll")

#: Their field names, and the needs they come from.
NEEDS = {
    "CREDIT_CODE": "credit_code",
    "NAME": "company_name",
    "REGION": "region_code",
    "ADDRESS": "address",
    "TENURE": "tenure",
    "LR_NAME": "legal_rep_name",
    "LR_CERT_TYPE": "legal_rep_cert_type",
    "LR_CERT_NO": "legal_rep_cert_no",
    "LR_CERT_UNTIL": "legal_rep_cert_until",
    "LR_MOBILE": "legal_rep_mobile",
    "ACCOUNT_KIND": "account_kind",
    "DEPOSITOR": "depositor_kind",
    "BRANCH": "branch",
    "VISIT_DATE": "visit_date",
    "VISIT_PART": "visit_period",
    "VISIT_MODE": "visit_mode",
    "PRODUCTS": "products",
    "OWNERS": "owners",
}


def reserve_body(needs: Mapping[str, Any], corrects: str) -> bytes:
    """Return the body of KH0001; KeyError or ValueError for what a checked form cannot hold."""
    fixed = {
        **{field: needs.get(name, "") for field, name in NEEDS.items()},
        "ORIG_SERIAL": corrects,
        "TENURE": TENURES[needs["tenure"]],
        "LR_CERT_TYPE": CERT_TYPES[needs["legal_rep_cert_type"]],
        "LR_CERT_UNTIL": _day(needs.get("legal_rep_cert_until")),
        "ACCOUNT_KIND": ACCOUNT_KINDS[needs["account_kind"]],
        "DEPOSITOR": DEPOSITORS[needs["depositor_kind"]],
        "VISIT_DATE": _day(needs.get("booked_date") or needs.get("visit_date")),
        "VISIT_PART": PERIODS[needs.get("booked_period") or needs["visit_period"]],
        "VISIT_MODE": MODES[needs["visit_mode"]],
        "PRODUCTS": "".join(str(int(each in needs["products"])) for each in PRODUCTS),
        "OWNERS_EXEMPT": "Y" if needs["owners_exempt"] else "N",
        "OWNERS": len(needs["owners"]),
    }
    return RESERVE.pack(fixed) + b"".join(map(_owner, needs["owners"]))


def fields(raw: bytes) -> dict[str, str]:
    """Return every field of a message of either side by name, the header's as ``head.code``.

    A message that is being prepared has no header yet. ValueError for anything else.
    """
    if raw[:8].isdigit() and int(raw[:8]) == len(raw):
        head, body = HEADER.unpack(raw[: HEADER.width]), raw[HEADER.width :]
    else:
        head, body = {}, raw
    told = {f"head.{name}": text for name, text in head.items()}
    if not body:
        return told
    if len(body) == ANSWER.width:
        return told | ANSWER.unpack(body)
    return told | _reserved(body)


def _reserved(body: bytes) -> dict[str, str]:
    told, rest = RESERVE.unpack(body[: RESERVE.width]), body[RESERVE.width :]
    for n, at in enumerate(range(0, len(rest), OWNER.width)):
        owner = OWNER.unpack(rest[at : at + OWNER.width])
        told |= {f"OWNERS.{n}.{name}": text for name, text in owner.items()}
    return told


def result(answer: Mapping[str, str]) -> dict[str, str]:
    """Return what the receipt says, in the words of BankResult."""
    day = answer["VISIT_DATE"]
    return {
        "reservation_no": answer["RESERVATION"],
        "account_no": answer["ACCOUNT"],
        "branch_cnaps": answer["BRANCH"],
        "branch_name": answer["BRANCH_NAME"],
        "visit_date": f"{day[:4]}-{day[4:6]}-{day[6:]}",
        "visit_time": answer["VISIT_TIME"],
        "contact": answer["CONTACT"],
        "bring": answer["BRING"],
    }


def _owner(owner: Mapping[str, Any]) -> bytes:
    return OWNER.pack(
        {
            "NAME": owner["name"],
            "CERT_TYPE": CERT_TYPES[owner["cert_type"]],
            "CERT_NO": owner["cert_no"],
            "SHARE": _hundredths(owner.get("share_pct")),
        }
    )


def _day(day: Any) -> str:
    return f"{day:%Y%m%d}" if day else ""


def _hundredths(share: Decimal | None) -> str:
    return "" if share is None else f"{int(share * 100):06}"
