"""Kaiban's six departments over one plain JSON protocol: one POST each, decided at once.

``install`` lets a process find them by their names, as if they came in a package of their own.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from marshmallow import Schema, fields

from adapters.base import AdapterBase, Verdict
from kaiban.ports import (
    Done,
    Health,
    Key,
    Manifest,
    NotFound,
    Outcome,
    Prepared,
    Ref,
    Requirement,
    StepSpec,
    Unknown,
)

JSON: Final = "application/json; charset=utf-8"
_CODE: Final = "91990100MA0000015X"
_SEAL: Final = "9901020000017"


def install(folder: Path) -> None:
    """Write what a package would bring into a folder of the Python path: its entry points."""
    here = folder / "plain_adapters-1.0.dist-info"
    here.mkdir(parents=True)
    (here / "METADATA").write_text("Metadata-Version: 2.1\nName: plain-adapters\nVersion: 1.0\n")
    lines = (f"{name}.plain = {__name__}:{kind.__name__}" for name, kind in DEPARTMENTS.items())
    (here / "entry_points.txt").write_text("\n".join(["[kaiban.adapters]", *lines, ""]))


def _text(path: str, *, sensitive: bool = False) -> fields.String:
    return fields.String(required=True, metadata={"path": path, "sensitive": sensitive})


class _Plain(AdapterBase):
    """One POST says it, its answer is the decision; GET asks again."""

    CODES: ClassVar[Mapping[str, Verdict]] = {"0000": Verdict.DONE}

    def prepare(self, needs: Mapping[str, Any], key: Key, _step: str) -> Prepared:
        """The message."""
        body = json.dumps({"serial": key.text, **needs}, ensure_ascii=False).encode()
        return Prepared(key.text, body, Ref(key.text), JSON)

    def send(self, prepared: Prepared) -> Outcome:
        """Say it."""
        return self._said("POST", "", prepared.ref, prepared.body)

    def look(self, ref: Ref) -> Outcome:
        """Ask again."""
        return self._said("GET", f"/{ref.key}", ref)

    def ping(self) -> Health:
        """Always well."""
        return Health(ok=True)

    def _said(self, method: str, more: str, ref: Ref, body: bytes = b"") -> Outcome:
        headers = {"Content-Type": JSON, "Idempotency-Key": ref.key}
        path = f"/{self.manifest.department}{more}"
        told = json.loads(self.http.exchange(method, path, body, headers).body)
        if told.get("serial") != ref.key:
            raise Unknown("the answer belongs to another application")
        if told["state"] != "granted":
            return NotFound()
        return Done(Ref(ref.key, told["number"]), self.result(told["result"]))


def _department(
    name: str, needs: Mapping[str, fields.Field], requires: tuple[str, ...], **provides: str
) -> type[_Plain]:
    company = _text("company.name.full")
    result = {
        fact: fields.String(required=True, metadata={"label": fact})
        for fact in ("number", *provides)
    }
    manifest = Manifest(
        name=f"{name}.plain", department=name, title=name, office=f"示范市 {name}", version="1.0.0",
        protocol="plain/1", steps=(StepSpec("main", tuple(map(Requirement, requires)), provides),),
        idempotency="key", lookup="by-key", finish=("sync",), owner="bench",
    )  # fmt: skip
    return type(
        name,
        (_Plain,),
        {
            "__module__": __name__,
            "manifest": manifest,
            "Needs": Schema.from_dict({"name": company, **needs}, name=f"Needs_{name}"),
            "Result": Schema.from_dict(result, name=f"Result_{name}"),
        },
    )


def _code() -> fields.String:
    return _text("facts.credit_code")


def _mobile() -> fields.String:
    return _text("people.legal_rep.mobile", sensitive=True)


registration = _department(
    "registration",
    {
        "premises": _text("premises.detail"),
        "legal_rep": _text("people.legal_rep.name", sensitive=True),
        "cert_no": _text("people.legal_rep.cert.no", sensitive=True),
    },
    (),
    credit_code=_CODE,
)
seal = _department(
    "seal", {"credit_code": _code(), "engraver": _text("seal.engraver")}, ("credit_code",),
    seal_no=_SEAL,
)  # fmt: skip
tax = _department(
    "tax", {"credit_code": _code(), "kind": _text("tax.taxpayer_kind")}, ("credit_code",)
)
bank = _department(
    "bank",
    {
        "credit_code": _code(),
        "seal_no": _text("facts.seal_no"),
        "branch": _text("bank.branch_cnaps"),
    },
    ("credit_code", "seal_no"),
)
social_insurance = _department(
    "social_insurance", {"credit_code": _code(), "mobile": _mobile()}, ("credit_code",)
)
housing_fund = _department(
    "housing_fund", {"credit_code": _code(), "mobile": _mobile()}, ("credit_code",)
)
DEPARTMENTS: Final[Mapping[str, type[_Plain]]] = {
    each.__name__: each for each in (registration, seal, tax, bank, social_insurance, housing_fund)
}
