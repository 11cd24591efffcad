"""An order of seals as the gateway reads it (protocol.md, section 3)."""

from collections.abc import Mapping
from typing import Any

from adapters.seal.words import CERT_TYPES, MATERIALS, OTHER_CERT, PAYERS, SEAL_TYPES
from kaiban.ports import Key

#: What our power of attorney allows an agent to do.
AUTHORITY = "代办印章刻制备案"


def order(values: Mapping[str, Any], key: Key) -> dict[str, Any]:
    """Return the body of GY0101 for all seals of a company."""
    return {
        "clientNo": key.text,
        "uscc": values.get("credit_code", ""),
        "unitName": values["name"],
        "regionCode": values["region"],
        "legalRep": {
            "name": values["rep_name"],
            "certType": CERT_TYPES.get(values["rep_cert_type"], OTHER_CERT),
            "certNo": values["rep_cert_no"],
            "mobile": values["rep_mobile"],
        },
        **_agent(values),
        "shopCode": values["engraver"],
        "electronicSeal": "1" if values["electronic"] else "0",
        "correctsOrder": key.corrects.number if key.corrects else "",
        "seals": [_seal(seal, values) for seal in values["seals"]],
    }


def _agent(values: Mapping[str, Any]) -> dict[str, Any]:
    if not values.get("agent_name"):
        return {}
    agent = {"name": values["agent_name"], "certNo": values.get("agent_cert_no", "")}
    return {"agent": agent | {"authority": AUTHORITY}}


def _seal(seal: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    code, title = SEAL_TYPES[seal["kind"]]
    texts = {"official": values["name"], "legal_rep": values["rep_name"]}
    return {
        "sealType": code,
        "text": texts.get(seal["kind"], values["name"] + title),
        "material": MATERIALS[seal["material"]],
        "qty": seal["qty"],
        "payer": PAYERS[seal["paid_by"]],
    }
