"""Bringing, promising and supplying materials."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import (
    Deferral,
    Holder,
    Material,
    MaterialRules,
    Upload,
    UploadLimits,
    Wanted,
)
from kaiban.orchestrator.applicant.joining import add_links
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.materials.bringing import bring, defer, take_away
from kaiban.orchestrator.materials.supplying import supply
from kaiban.orchestrator.reporting.case import report
from kaiban.ports import CaseNotFound, Done, MaterialNotFound, Ref
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import CITY, FORM, PlainForm

FILING = "f" * 22
FILE = Upload("a.pdf", "application/pdf", b"x" * 100, 1)
LATER = Deferral(frozenset({"identity", "lease"}), 10, "2026-11", "承诺")
RULES = MaterialRules(required=True, deferral=LATER)


@pytest.fixture
def office(drive):
    """Return a function: the city's rules -> an office whose registration grants everything."""

    def with_rules(rules=RULES):
        granted = Done(Ref("key", "N-1"), {"credit_code": "91X"})
        driver = drive(
            Scripted("registration", granted, steps=REGISTRATION), Scripted("seal", granted)
        )
        return replace(driver.office, city=replace(CITY, materials=rules))

    return with_rules


def submit(office, entry=FORM, filing=FILING):
    return open_case(office, Application(entry, owner="alice", filing=filing))


def listed(office):
    return [(one.key, one.promised) for one in office.materials.listed(Holder(FILING))]


def test_all_that_is_missing_is_told_at_once_with_the_forms_defects(office):
    found = submit(office(), {**FORM, "seal": {"kind": "BAD"}})
    assert [(d.pointer, d.code) for d in found] == [
        ("/seal/kind", "bad"), ("/materials/identity", "materials.missing"),
        ("/materials/lease", "materials.missing"), ("/materials/permit", "materials.missing"),
    ]  # fmt: skip
    assert "10 个工作日内补交" in found[1].message
    assert "补交" not in found[3].message


@pytest.mark.parametrize("filing", [FILING, ""])
def test_a_city_that_does_not_ask_opens_without_materials(office, filing):
    assert isinstance(submit(office(MaterialRules()), filing=filing), Case)


def test_a_program_without_a_filing_is_asked_like_everybody(office):
    assert {d.code for d in submit(office(), filing="")} == {"materials.missing"}


def test_files_and_promises_open_the_case_and_the_promises_stay_owed(office):
    office = office()
    for key in ("permit", "lease"):
        assert isinstance(bring(office, FILING, key, FILE), Material)
    assert isinstance(defer(office, FILING, "identity"), Material)
    case = submit(office)
    assert isinstance(case, Case)
    [event] = [event for event in case.events if event.kind == "deferred"]
    assert (event.code, dict(event.facts)) == (
        "identity", {"due": "2026-03-18", "commitment": "2026-11", "words": "承诺"},
    )  # fmt: skip
    [owed] = report(office, office.cases.read(case.no))["obligations"]
    assert owed == {
        "key": "identity", "name": "身份证件", "due": "2026-03-18", "overdue": False, "commitment": "2026-11",
        "days_left": 14, "words": "承诺", "accepted_at": "2026-03-04T09:00:00+08:00", "follows": "window", "of": [],
    }  # fmt: skip
    assert len(office.materials.listed(Holder(case_no=case.no))) == 3


def test_what_was_promised_is_brought_once_and_then_not_owed(office):
    office = office(MaterialRules(deferral=LATER))
    defer(office, FILING, "identity")
    case = submit(office)
    wrong = supply(office, case.no, "permit", FILE)
    assert (wrong.pointer, wrong.code) == ("/materials/permit", "materials.not_open")
    supplied = supply(office, case.no, "identity", FILE)
    assert [(e.kind, e.code, e.text) for e in supplied.events][-1] == (
        "material",
        "identity",
        "身份证件",
    )
    assert report(office, office.cases.read(case.no))["obligations"] == []
    assert supply(office, case.no, "identity", FILE).code == "materials.not_open"
    with pytest.raises(CaseNotFound):
        supply(office, "KB0", "identity", FILE)


def test_a_promise_that_was_not_kept_is_overdue_the_day_after(office):
    office = office(MaterialRules(deferral=LATER))
    defer(office, FILING, "lease")
    case = submit(office)
    for days, overdue in ((14, False), (1, True)):
        office.clock.at += timedelta(days=days)
        assert report(office, case)["obligations"][0]["overdue"] is overdue


def test_only_what_the_city_lets_follow_may_be_promised(office):
    office = office()
    refused = defer(office, FILING, "permit")
    assert (refused.code, refused.message) == (
        "materials.not_deferrable",
        "“许可证件”不能容缺，请在提交前上传。",
    )
    assert defer(office, FILING, "moon").code == "materials.unknown"
    assert listed(office) == []


def test_a_promise_the_city_no_longer_takes_does_not_count(office):
    office = office()
    for key in ("lease", "permit"):
        bring(office, FILING, key, FILE)
    defer(office, FILING, "identity")
    stricter = replace(office, city=replace(CITY, materials=MaterialRules(required=True)))
    assert [d.pointer for d in submit(stricter)] == ["/materials/identity"]


def test_a_file_takes_the_place_of_its_promise_and_promises_do_not_pile_up(office):
    office = office()
    defer(office, FILING, "lease")
    defer(office, FILING, "lease")
    assert listed(office) == [("lease", True)]
    bring(office, FILING, "lease", FILE)
    bring(office, FILING, "lease", FILE)
    assert listed(office) == [("lease", False), ("lease", False)]


def test_a_file_is_taken_away_until_the_case_is_open(office):
    office = office(MaterialRules())
    kept = bring(office, FILING, "lease", FILE)
    with pytest.raises(MaterialNotFound):
        take_away(office, "g" * 22, kept.id)
    take_away(office, FILING, kept.id)
    assert listed(office) == []
    kept = bring(office, FILING, "lease", FILE)
    submit(office)
    with pytest.raises(MaterialNotFound):
        take_away(office, FILING, kept.id)


def test_files_have_a_total(office):
    office = office(MaterialRules(limits=UploadLimits(total_mb=1)))
    half = replace(FILE, content=bytes(600 * 1024))
    assert isinstance(bring(office, FILING, "lease", half), Material)
    full = bring(office, FILING, "lease", half)
    assert isinstance(full, Defect)
    assert (full.code, "1 MB" in full.message) == ("materials.too_large", True)
    assert isinstance(bring(office, "g" * 22, "lease", half), Material)


def test_a_material_nobody_asks_for_is_refused(office):
    assert bring(office(), FILING, "moon", FILE).code == "materials.unknown"


# --- links that join later ------------------------------------------------------------------------

MORE = {"identity": "身份证件", "sample": "印样"}


class SealWantsMore(PlainForm):
    """The seal wants a pattern, which only it reads, and the registrar's identity papers again."""

    def brought(self):
        return MORE

    def materials(self, form, links):
        keys = ["identity", *(["sample"] if "seal" in links else [])]
        return [Wanted(key, MORE[key], links, produced=False) for key in keys]


@pytest.fixture
def begun(office):
    """A city that asks, and a case without the seal that has what the registrar wants."""
    later = Deferral(frozenset({"identity", "sample"}), 10, "2026-11", "承诺")
    strict = replace(office(MaterialRules(required=True, deferral=later)), form=SealWantsMore())
    defer(strict, FILING, "identity")
    case = open_case(strict, Application(FORM, ("registration",), "alice", filing=FILING))
    assert isinstance(case, Case)
    return strict, case.no


def add(office, no, filing=FILING):
    return add_links(office, no, ("seal",), {}, filing)


def test_a_link_does_not_join_without_its_materials_where_the_city_asks(begun):
    office, no = begun
    for filing in (FILING, ""):
        assert [(d.pointer, d.code) for d in add(office, no, filing)] == [
            ("/materials/sample", "materials.missing"),
        ]  # fmt: skip
    relaxed = replace(office, city=replace(CITY, materials=MaterialRules()))
    assert isinstance(add(relaxed, no, ""), Case)


def test_what_was_brought_for_a_link_is_the_cases_when_it_joins(begun):
    office, no = begun
    bring(office, FILING, "sample", FILE, no)
    assert len(office.materials.listed(Holder(case_no=no))) == 1
    joined = add(office, no)
    assert {link.name for link in joined.links} == {"registration", "seal"}
    kept = office.materials.listed(Holder(case_no=no))
    assert {(one.key, one.promised) for one in kept} == {("identity", True), ("sample", False)}
    assert listed(office) == []


def test_a_promise_for_a_link_is_due_from_the_day_it_joins_and_made_once(begun):
    office, no = begun
    office.clock.at += timedelta(days=1)
    defer(office, FILING, "sample")
    defer(office, FILING, "identity")
    joined = add(office, no)
    promised = [(e.code, e.facts["due"]) for e in joined.events if e.kind == "deferred"]
    assert promised == [("identity", "2026-03-18"), ("sample", "2026-03-19")]
    owed = report(office, office.cases.read(no))["obligations"]
    assert [(one["key"], one["due"]) for one in owed] == promised
    assert isinstance(supply(office, no, "sample", FILE), Case)


def test_what_the_case_has_counts_towards_the_total(begun):
    office, no = begun
    rules = replace(office.city.materials, limits=UploadLimits(total_mb=1))
    office = replace(office, city=replace(CITY, materials=rules))
    half = replace(FILE, content=bytes(600 * 1024))
    supply(office, no, "identity", half)
    assert bring(office, FILING, "sample", half, no).code == "materials.too_large"
