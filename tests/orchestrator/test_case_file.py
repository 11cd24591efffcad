"""A case file has all of a case, and what contradicts itself is refused even under the platform's own signature."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

import pytest

from kaiban.documents.case_file.archive import case_file, check
from kaiban.documents.package.stand_alone import Wrong
from kaiban.domain.cases.document import Document
from kaiban.orchestrator.reporting.case_file import Audited, index, pieces
from kaiban.ports import Done, Ref, Said, in_confidence, overheard
from kaiban.storage.audit.chaining import SqlChain
from kaiban.storage.audit.reading import SqlAuditReader
from kaiban.storage.audit.writing import SqlAudit
from kaiban.storage.cases.cases import SqlCases
from tests.documents import samples
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import KEYRING

GRANTED = Done(
    Ref("key", "N-1"), {"credit_code": "91X"},
)  # fmt: skip
NOW = datetime(2026, 12, 1, tzinfo=UTC)


class Talking(Scripted):
    """Signs in, and says its message on the line."""

    def readable(self, _raw):
        return {}

    def submit(self, prepared):
        with in_confidence():
            overheard(Said("POST /session", b"our secret", 200, b"key"))
        overheard(Said("POST /apply", prepared.body, 200, b"\xc9\xcc"))
        return super().submit(prepared)


@pytest.fixture(scope="module")
def signing():
    return samples.signing()


@pytest.fixture
def ended(drive):
    """The contents of the file of a case that has ended, and what its index says."""
    driver = drive(Talking("registration", GRANTED, steps=REGISTRATION))
    audit = SqlAudit(driver.database, lambda: NOW)
    driver.office = replace(driver.office, cases=SqlCases(driver.database, KEYRING, audit=audit))
    no = driver.open()
    with driver.office.cases.transaction() as tx:
        case = tx.get(no)
        case.documents["registration"] = (Document("l.pdf", "营业执照", "application/pdf", b"%PDF-1"),)  # fmt: skip
        case.note("corrected", driver.clock.now(), "applicant", text="/note")
        case.form = {**case.form, "note": "改"}
        tx.save(case)
    case = driver.finish(no)
    while SqlChain(driver.database).advance(NOW):
        pass
    audited = Audited(SqlAuditReader(driver.database, KEYRING).of_case(no), [])
    found = {each.path: each.content for each in pieces(driver.office, case, audited, driver.clock.now())}  # fmt: skip
    return found, partial(index, case, at=driver.clock.now(), by="cli")


def packed(signing, contents, told):
    return case_file(contents, told, NOW, lambda listed: signing.detached(listed).content)


def test_everything_of_an_ended_case_is_in_it(ended, signing):
    contents, told = ended
    [earlier] = contents["earlier_forms.json"]
    assert contents["form.json"] == {**earlier["form"], "note": "改"}
    assert "note" not in earlier["form"]
    assert contents["events.json"][earlier["events"]]["kind"] == "corrected"
    assert contents["originals/registration-1.pdf"] == b"%PDF-1"
    assert contents["packages/1.pdf"] == b"%PDF-"
    assert contents["hours.json"]["closed"]
    sent = contents["links.json"][0]["steps"][0]["sent"]
    assert sent["key"]
    session, applied = contents["exchanges.json"][0]["bytes"]
    assert contents[applied["received"]["file"]] == b"\xc9\xcc"
    assert applied["received"]["sha256"] == sha256(b"\xc9\xcc").hexdigest()
    assert contents[applied["sent"]["file"]] == sent["body"]
    assert session["sent"] == {"size": len(b"our secret"), "sha256": "", "file": ""}
    assert b"our secret" not in contents.values()
    content = packed(signing, contents, told)
    found = check(content, signing.signer.chain)
    assert found.hours == contents["hours.json"]["said"]
    assert packed(samples.signing(), contents, told) != content


def test_what_does_not_fit_together_is_refused_whoever_signed_it(ended, signing):
    contents, told = ended
    fewer = {**contents["hours.json"]["said"], "working": -1}
    moved = [{**each, "actor": "window:other"} for each in contents["events.json"]]
    audit = contents["audit.json"]
    assert [json.loads(each["line"])["kind"] for each in audit["records"]].count("event") > 2
    for wrong, said in (
        ({"hours.json": {**contents["hours.json"], "said": fewer}}, "do not follow"),
        ({"events.json": moved}, "not as the audit has it"),
        ({"events.json": contents["events.json"][:-1]}, "missing|follow"),
    ):
        with pytest.raises(Wrong, match=said):
            check(packed(signing, {**contents, **wrong}, told), signing.signer.chain)
