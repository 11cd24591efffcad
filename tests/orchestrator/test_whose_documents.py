"""Where each person brings their own document: one serves for nobody else, before submission and after."""

from dataclasses import replace
from datetime import date

import pytest

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect, Item
from kaiban.domain.papers.material import (
    Deferral,
    Holder,
    MaterialRules,
    Person,
    Upload,
    Wanted,
)
from kaiban.domain.papers.obligation import still_owed
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.materials.bringing import bring, defer, tell, tidied
from kaiban.orchestrator.materials.enclosing import enclosed
from kaiban.orchestrator.materials.persons import persons_asked
from kaiban.orchestrator.materials.supplying import supply
from kaiban.orchestrator.reporting.case import report
from kaiban.ports import Done, MaterialNotFound, Ref
from kaiban.storage.cases.records.obligations import SqlObligations
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import CITY, FORM, PlainForm

FILING = "f" * 22
ZHANG = Person("id_card 1", "张一", ("/people/legal_rep", "/people/directors/0"))
LI = Person("id_card 2", "李二", ("/people/liaison",))
WANG = Person("id_card 3", "王三", ("/people/tax_agent",))
#: Whose identity each department asks for.
ASKED = {"registration": (ZHANG, LI), "seal": (ZHANG, WANG)}
LATER = Deferral(frozenset({"identity"}), 10, "2026-11", "承诺")


class PersonsForm(PlainForm):
    def materials(self, form, links):
        persons = dict.fromkeys(each for link in links for each in ASKED.get(link, ()))
        departments = tuple(ASKED)
        return [
            Wanted("identity", "身份证件", departments, produced=False, persons=tuple(persons))
        ]

    def of_persons(self):
        return frozenset({"identity"})


@pytest.fixture
def driver(drive):
    granted = Done(Ref("key", "N-1"), {"credit_code": "91X"})
    return drive(Scripted("registration", granted, steps=REGISTRATION), Scripted("seal", granted))


@pytest.fixture
def office(driver):
    rules = MaterialRules(required=True, deferral=LATER)
    return replace(driver.office, form=PersonsForm(), city=replace(CITY, materials=rules))


def scan(name, *persons):
    about = tuple(one.document for one in persons)
    return Upload(f"{name}.pdf", "application/pdf", name.encode() * 40, 1, about)


def submit(office):
    return open_case(office, Application(FORM, owner="alice", filing=FILING))


def of_case(office, case):
    return office.materials.listed(Holder(case_no=case.no))


def wanted(office):
    return office.form.materials(FORM, ["registration", "seal"])


def test_one_persons_document_does_not_stand_for_the_others(office):
    bring(office, FILING, "identity", scan("a", ZHANG))
    assert [each.code for each in submit(office)] == ["materials.missing"]
    bring(office, FILING, "identity", scan("b", LI, WANG))
    assert isinstance(submit(office), Case)


def test_a_file_of_an_earlier_release_stands_for_all_as_it_did(office):
    bring(office, FILING, "identity", replace(scan("a"), about=None))
    assert isinstance(submit(office), Case)


def test_whose_it_is_may_be_said_afterwards_until_it_is_handed_in(office):
    file = bring(office, FILING, "identity", scan("a"))
    assert isinstance(submit(office), list)
    tell(office, FILING, file.id, tuple(one.document for one in (ZHANG, LI, WANG)))
    case = submit(office)
    assert isinstance(case, Case)
    assert office.materials.get(Holder(case_no=case.no), file.id).about == (
        "id_card 1", "id_card 2", "id_card 3",
    )  # fmt: skip
    with pytest.raises(MaterialNotFound):
        tell(office, FILING, file.id, ())


def test_a_promise_stays_until_the_last_persons_document_has_come(office, driver):
    bring(office, FILING, "identity", scan("a", ZHANG))
    defer(office, FILING, "identity")
    tidied(office, FILING, wanted(office))
    case = submit(office)
    assert isinstance(case, Case)

    def owed():
        found = report(office, office.cases.read(case.no))["obligations"]
        queue = SqlObligations(driver.database).owing(date(2099, 1, 1))
        assert [each.key for each in queue] == [each["key"] for each in found]
        return [each["of"] for each in found]

    assert owed() == [["/people/liaison", "/people/tax_agent"]]
    supply(office, case.no, "identity", scan("b", LI))
    assert owed() == [["/people/tax_agent"]]
    assert [each.key for each in still_owed(office.cases.read(case.no).events)] == ["identity"]
    supply(office, case.no, "identity", scan("c", WANG))
    assert owed() == []
    assert still_owed(office.cases.read(case.no).events) == [], "the events tell the same"
    late = supply(office, case.no, "identity", scan("d", WANG))
    assert isinstance(late, Defect)
    assert late.code == "materials.not_open"


def test_what_nobody_said_whose_it_is_stands_for_nobody_whoever_took_it(office):
    defer(office, FILING, "identity")
    case = submit(office)
    supply(office, case.no, "identity", replace(scan("a"), about=None), by="wang")
    assert [one.about for one in of_case(office, case) if not one.promised] == [()]
    [owed] = report(office, office.cases.read(case.no))["obligations"]
    assert len(owed["of"]) == 3


def test_a_promise_falls_away_once_everybodys_document_is_there(office):
    defer(office, FILING, "identity")
    bring(office, FILING, "identity", scan("a", ZHANG, LI))
    tidied(office, FILING, wanted(office))
    assert sorted(one.promised for one in office.materials.listed(Holder(FILING))) == [False, True]
    bring(office, FILING, "identity", scan("b", WANG))
    tidied(office, FILING, wanted(office))
    assert [one.promised for one in office.materials.listed(Holder(FILING))] == [False, False]


def test_a_department_is_sent_nobodys_document_whom_it_does_not_ask_for(office):
    files = {"a": (ZHANG,), "b": (WANG,), "c": (LI, WANG), "d": ()}
    for name, persons in files.items():
        bring(office, FILING, "identity", scan(name, *persons))
    case = submit(office)
    sent = {one["digest"] for one in enclosed(office, case, "registration")}
    assert sent == {scan(name).digest for name in ("a", "c", "d")}


@pytest.mark.parametrize(
    ("pointers", "expected"),
    [
        (["/people/liaison/cert/no"], [LI]),
        (["/people/directors/0/name", "/people/tax_agent"], [ZHANG, WANG]),
        (["/people/directors/01/name"], [ZHANG, LI, WANG]),
        (["/company/capital"], [ZHANG, LI, WANG]),
    ],
)
def test_a_correction_about_one_person_asks_for_theirs_alone(office, pointers, expected):
    for each in ASKED.values():
        bring(office, FILING, "identity", scan("a", *each))
    case = submit(office)
    now = office.clock.now()
    case.gather([Item(each, "code", "words", "registration") for each in pointers], now, now)
    assert persons_asked(office, case, "identity") == [ZHANG, LI, WANG], "not told yet"
    case.issue(now)
    assert persons_asked(office, case, "identity") == expected
