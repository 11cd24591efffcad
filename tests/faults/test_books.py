"""Each check of the books finds what it is there for, and finds nothing in books that agree."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.hall.store import Commit
from forms.sample import sample
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import Link, LinkState, Step
from kaiban.domain.cases.states import CaseState
from tests.faults.books import Books, Kind, Ledger, named

AT = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)


def case(no, seed, **other):
    """A completed case with one link, of which the department knows the same."""
    link = Link("bank", "开户", "银行", [Step("main", LinkState.DONE)], receipt=f"YY{no}")
    link.steps[0].ref = {"key": f"{no}-bank", "number": "", "extra": {}}
    facts = {"credit_code": f"code-{no}"}
    done = {"state": CaseState.COMPLETED, "facts": facts, **other}
    return Case(no, "city", "hall", "owner", "", sample(seed), [link], AT, **done)


def commit(no, enterprise=""):
    return Commit(enterprise or f"code-{no}", "bank", "main", f"{no}-bank", AT.isoformat())


@pytest.fixture
def books():
    """Two cases, each told and carried out once."""
    ledger = Ledger()
    for key, no, seed in (("key-1", "A", 1), ("key-2", "B", 2)):
        ledger.forms[key] = sample(seed)
        ledger.tell(key, no)
    return Books(ledger, {"A": case("A", 1), "B": case("B", 2)}, [commit("A"), commit("B")])


def assert_found(books, kind, words):
    complaints = books.violations()
    assert any(each.kind is kind and words in each.text for each in complaints), complaints


def test_books_that_agree_have_nothing_to_complain_of(books):
    assert books.violations() == []


def test_a_case_that_was_told_and_is_not_there_is_lost(books):
    assert_found(
        replace(books, cases={"A": case("A", 1)}), Kind.LOST, "B was acknowledged and is lost"
    )


def test_a_case_of_another_company_under_the_told_number_is_mixed(books):
    assert_found(
        replace(books, cases={**books.cases, "B": case("B", 3)}), Kind.MIXED, "B is mixed"
    )


def test_a_case_nobody_was_told_of_is_noticed(books):
    assert_found(
        replace(books, cases={**books.cases, "C": case("C", 3)}),
        Kind.OTHER,
        "C was never acknowledged",
    )


def test_a_case_that_does_not_end_is_stuck(books):
    stuck = case("B", 2, state=CaseState.IN_PROGRESS)
    assert_found(
        replace(books, cases={**books.cases, "B": stuck}), Kind.STUCK, "B did not end by itself"
    )


def test_what_became_effective_twice_is_noticed(books):
    assert_found(
        replace(books, commits=[*books.commits, commit("A")]),
        Kind.DUPLICATED,
        "became effective 2 times",
    )


def test_a_step_done_that_no_department_knows_of_is_noticed(books):
    assert_found(
        replace(books, commits=[commit("A")]), Kind.LOST, "2 steps are done, 1 became effective"
    )


def test_a_company_that_only_a_department_knows_is_noticed(books):
    assert_found(
        replace(books, commits=[*books.commits, commit("C")]),
        Kind.DUPLICATED,
        "of whom there is no case",
    )


def test_a_ref_that_is_another_companys_is_mixed(books):
    assert_found(
        replace(books, commits=[commit("A", "code-B"), commit("B")]),
        Kind.MIXED,
        "A is mixed: its bank main",
    )


@pytest.mark.parametrize("what", ["credit_code", "receipt"])
def test_two_cases_with_one_number_are_mixed(books, what):
    other = case("B", 2)
    if what == "credit_code":
        other.facts["credit_code"] = "code-A"
    else:
        other.links[0].receipt = "YYA"
    assert_found(
        replace(books, cases={**books.cases, "B": other}), Kind.MIXED, "cases A and B are mixed"
    )


def test_a_result_that_names_another_company_is_mixed(books):
    books.cases["A"].links[0].result["holder"] = named(sample(2))
    assert_found(books, Kind.MIXED, "A is mixed: its result of bank names")


def test_a_500_is_a_violation_and_a_503_is_not(books):
    books.ledger.note(503)
    assert books.violations() == []
    books.ledger.note(500)
    assert_found(books, Kind.OTHER, "1 requests were answered 500")


def test_what_was_told_after_a_backup_may_go_with_its_restoring_and_nothing_else_may(books):
    books.ledger.kept.append(frozenset({"A"}))  # B came after the backup
    without = replace(books, cases={"A": books.cases["A"]})
    assert without.violations() == []
    books.ledger.tell("key-2", "B")  # told again, of the restored database
    assert_found(without, Kind.LOST, "B was acknowledged and is lost")


def test_a_number_given_again_after_a_restoring_is_the_new_companys_alone(books):
    books.ledger.kept.append(frozenset({"A"}))
    books.ledger.forms["key-3"] = sample(3)
    books.ledger.tell("key-3", "B")
    # The department still knows the company whose case is gone by the same key.
    mixed = {"A": books.cases["A"], "B": case("B", 3, facts={"credit_code": "code-3"})}
    assert_found(replace(books, cases=mixed), Kind.MIXED, "B is mixed: its bank main is code-B's")


def test_what_is_told_to_be_refused_and_is_effective_is_lost(books):
    books.cases["A"].links[0].steps[0].state = LinkState.REFUSED
    assert_found(books, Kind.LOST, "A: bank main is refused and effective")
    assert not [
        each
        for each in replace(books, commits=[commit("B")]).violations()
        if "refused" in each.text
    ]
