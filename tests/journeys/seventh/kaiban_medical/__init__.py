"""医保登记: a seventh department that Kaiban has never heard of."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from marshmallow import Schema, fields

from adapters.base import AdapterBase, BaseSettings, Verdict
from kaiban.ports import (
    Done,
    Health,
    Key,
    Manifest,
    NeedsCorrection,
    Outcome,
    Prepared,
    Ref,
    Requirement,
    StepSpec,
)


class Needs(Schema):
    """What it reads: three fields of the form, one fact, and its own section."""

    credit_code = fields.String(load_default="", metadata={"path": "facts.credit_code"})
    name = fields.String(required=True, metadata={"path": "company.name.full"})
    scheme = fields.String(required=True, metadata={"path": "medical_insurance.scheme"})


class Result(Schema):
    """What it grants."""

    unit_no = fields.String(required=True, metadata={"label": "医保单位编号"})
    scheme = fields.String(required=True, metadata={"label": "参保类别"})


class MedicalAdapter(AdapterBase):
    """Registers the company with the medical insurance."""

    manifest = Manifest(
        name="medical_insurance.rest",
        department="medical_insurance",
        title="医保登记",
        office="示范市医疗保障局",
        version="1.0.0",
        protocol="MI/1",
        steps=(StepSpec("main", requires=(Requirement("credit_code"),)),),
        idempotency="key",
        lookup="by-key",
        finish=("sync",),
        owner="医保接口组",
        promise=timedelta(minutes=30),
    )
    Settings = BaseSettings
    Needs = Needs
    Result = Result
    CODES: ClassVar[Mapping[str, Verdict]] = {"ok": Verdict.DONE, "none": Verdict.NOT_FOUND}

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:
        """Write JSON."""
        body = json.dumps({"key": key.text, "step": step, **needs}, ensure_ascii=False).encode()
        return Prepared(key.text, body, Ref(key.text), "application/json")

    def send(self, prepared: Prepared) -> Outcome:
        """Register."""
        return self._said("POST", "/units", prepared.ref, prepared.body)

    def look(self, ref: Ref) -> Outcome:
        """Ask by our key."""
        return self._said("GET", f"/units/{ref.key}", ref, b"")

    def ping(self) -> Health:
        """Ask for a unit nobody has."""
        self.http.exchange("GET", "/units/none")
        return Health(ok=True)

    def _said(self, method: str, path: str, ref: Ref, body: bytes) -> Outcome:
        answer = json.loads(self.http.exchange(method, path, body).body)
        if self.verdict(answer["code"]) is not Verdict.DONE:
            return self.plain(answer["code"], "", ref)
        unit = answer["unit"]
        return Done(Ref(ref.key, unit["unit_no"]), self.result(unit))
