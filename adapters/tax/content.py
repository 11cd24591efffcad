"""The bureau's inner documents: what we apply for and what it granted (protocol.md, section 3)."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from adapters.tax import words
from adapters.wire import xml
from kaiban.domain.cases.document import Document
from kaiban.ports import Key

CHARSET = "gbk"

_Values = Mapping[str, Any]


def application(values: _Values, key: Key) -> bytes:
    """Return ``ywbw``: the confirmation, and the invoices if any are asked for."""
    parts = [xml.element("djxxqr", *_confirmation(values, key))]
    if values["kinds"]:
        parts.append(xml.element("pzhd", *_invoices(values)))
    return xml.written(xml.element("ywbw", *parts), CHARSET)


def question(name: str, **asked: str) -> bytes:
    """Return a short document: ``question("cx", sqlsh="…")``."""
    return xml.written(xml.element(name, *_leaves(asked)), CHARSET)


def granted(answer: etree._Element) -> dict[str, Any]:
    """Return what a ``jg`` grants, as the Result schema reads it."""
    found = {
        "taxpayer_no": xml.text(answer, "nsrsbh"),
        "authority": xml.text(answer, "zgswjg"),
        "agent": xml.text(answer, "bsy"),
        "tax_kinds": [
            {"name": xml.text(kind, "mc"), "period": xml.text(kind, "zq")}
            for kind in xml.children(answer, "sfzrd/sfz")
        ],
        "invoice_kinds": [_invoice_kind(kind) for kind in xml.children(answer, "pzhd/fp")],
    }
    total = xml.text(answer, "pzhd/zed")
    return found | ({"credit_total": total} if total else {})


def papers(answer: etree._Element) -> Iterator[Document]:
    """Yield the originals that come with a ``jg``; ValueError if one is not base64."""
    for number, paper in enumerate(xml.children(answer, "wj"), 1):
        content = base64.b64decode(xml.text(paper, "nr"), validate=True)
        yield Document(f"tax-{number}.pdf", xml.text(paper, "mc"), "application/pdf", content)


def errors(answer: etree._Element) -> Iterator[tuple[str, str, str]]:
    """Yield each error of a ``cwxx``: code, XPath, text."""
    for error in xml.children(answer, "cw"):
        yield xml.text(error, "dm"), xml.text(error, "xpath"), xml.text(error, "ms")


def _confirmation(values: _Values, key: Key) -> Iterator[etree._Element]:
    yield from _leaves(
        {
            "nsrsbh": values.get("credit_code", ""),
            "nsrmc": values["name"],
            "zcdz": values["address"],
            "lxdh": values["phone"],
        }
    )
    yield _person("fddbr", values, "rep")
    officer = "rep" if values.get("entity_type") in words.OWN_BOOKS else "officer"
    yield _person("cwfzr", values, officer)
    # The form says: whoever is not named here, the finance officer does it.
    yield _person("bsy", values, "agent" if values.get("agent_name") else officer)
    yield from _leaves(
        {
            "nsrlx": words.TAXPAYERS[values["taxpayer_kind"]],
            "ybnsrqsy": values.get("general_from"),
            "hsfs": words.METHODS[values["method"]],
            "kjzd": words.STANDARDS[values["standard"]],
            "yblsh": key.corrects.extra.get("id") if key.corrects else None,
        }
    )


def _invoices(values: _Values) -> Iterator[etree._Element]:
    for wanted in values["kinds"]:
        fields = {"fpzl": words.INVOICES[wanted["kind"]], "mycyl": wanted.get("monthly_qty")}
        yield xml.element("fp", *_leaves(fields))
    yield from _leaves({"zgkpxe": values.get("limit")})
    if values.get("buyer_name"):
        buyer = {"xm": values["buyer_name"], "sfzjhm": values.get("buyer_cert_no")}
        yield xml.element("lpr", *_leaves(buyer))
    yield from _leaves({"fpzyzym": values.get("impression")})


def _person(name: str, values: _Values, who: str) -> etree._Element:
    fields = {
        "xm": values.get(f"{who}_name", ""),
        "sfzjlx": words.CERT_TYPES.get(values.get(f"{who}_cert_type", ""), ""),
        "sfzjhm": values.get(f"{who}_cert_no", ""),
        "yddh": values.get(f"{who}_mobile", ""),
    }
    return xml.element(name, *_leaves(fields))


def _leaves(values: Mapping[str, Any]) -> Iterator[etree._Element]:
    """Yield an element for each value that is there."""
    for name, value in values.items():
        if value is not None:
            yield xml.element(name, value=str(value))


def _invoice_kind(kind: etree._Element) -> dict[str, str]:
    found = {"kind": xml.text(kind, "mc"), "limit": xml.text(kind, "xe")}
    quantity = xml.text(kind, "sl")
    return found | ({"monthly_qty": quantity} if quantity else {})
