import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaiban.domain.cases.plan import (
    LinkSpec,
    Plan,
    PlanError,
    Requirement,
    StepSpec,
    missing_facts,
)

CODE = Requirement("credit_code")
IMPRESSION = Requirement("impression", "tax.invoices", frozenset({"paper"}))


def link(name, *steps):
    return LinkSpec(name, name, f"{name} office", steps)


REGISTRATION = link("registration", StepSpec(provides={"credit_code": "91X"}))
SEAL = link("seal", StepSpec("main", (CODE,), {"impression": "1"}))
TAX = link("tax", StepSpec("main", (CODE, IMPRESSION)))
SOCIAL = link("social", StepSpec("pre"), StepSpec("confirm", (CODE,)))
SIX = (TAX, SEAL, SOCIAL, REGISTRATION)


def invoices(*kinds):
    return {"tax": {"invoices": list(kinds)}}


def test_the_order_is_the_given_one_where_facts_allow_it():
    assert [each.name for each in Plan.of(SIX, {}).links] == [
        "registration",
        "tax",
        "seal",
        "social",
    ]


def test_paper_invoices_put_the_seal_before_the_tax():
    plan = Plan.of(SIX, invoices("digital", "paper"))
    assert ("seal", "impression", "tax") in plan.edges()
    assert [each.name for each in plan.links] == ["registration", "seal", "tax", "social"]
    assert plan.required_facts("tax", "main") == ("credit_code", "impression")


@pytest.mark.parametrize(
    "form", [{}, invoices(), invoices("digital"), {"tax": {"invoices": "digital"}}]
)
def test_without_paper_the_tax_does_not_wait_for_the_seal(form):
    plan = Plan.of(SIX, form)
    assert plan.required_facts("tax", "main") == ("credit_code",)
    assert ("seal", "impression", "tax") not in plan.edges()


def test_a_condition_may_look_at_a_single_value():
    assert IMPRESSION.applies_to({"tax": {"invoices": "paper"}})


def test_a_first_step_without_requirements_starts_at_once():
    plan = Plan.of(SIX, {})
    assert plan.required_facts("social", "pre") == ()
    assert plan.required_facts("social", "confirm") == ("credit_code",)


def test_a_fact_nobody_provides_is_named_with_its_reader():
    assert missing_facts((SEAL, SOCIAL), {}) == [(SEAL, "credit_code"), (SOCIAL, "credit_code")]
    with pytest.raises(PlanError, match="seal needs credit_code; social needs credit_code"):
        Plan.of((SEAL, SOCIAL), {})


def test_a_fact_needed_only_under_a_condition_is_missing_only_then():
    chosen = (REGISTRATION, TAX)
    assert missing_facts(chosen, invoices("digital")) == []
    assert missing_facts(chosen, invoices("paper")) == [(TAX, "impression")]


def test_links_that_wait_for_each_other_are_named():
    one = link("one", StepSpec("main", (Requirement("b"),), {"a": "1"}))
    two = link("two", StepSpec("main", (Requirement("a"),), {"b": "1"}))
    with pytest.raises(PlanError, match="one, two"):
        Plan.of((REGISTRATION, one, two), {})


def test_a_link_may_read_its_own_earlier_fact():
    own = link(
        "own", StepSpec("pre", provides={"x": "1"}), StepSpec("confirm", (Requirement("x"),))
    )
    assert Plan.of((own,), {}).edges() == []


def test_a_seventh_department_takes_its_place_by_what_it_declares():
    medical = link("medical", StepSpec("main", (CODE,), {"insurance_no": "M1"}))
    plan = Plan.of((medical, *SIX), {})
    assert ("registration", "credit_code", "medical") in plan.edges()
    assert plan.specimens == {"credit_code": "91X", "impression": "1", "insurance_no": "M1"}
    assert plan.link("medical") is medical


@st.composite
def links_without_cycles(draw):
    """Links that read only facts of links before them, then shuffled."""
    made = []
    for n in range(draw(st.integers(1, 7))):
        facts = [f"f{m}" for m in range(n)]
        read = draw(st.lists(st.sampled_from(facts), unique=True)) if facts else []
        needs = tuple(Requirement(fact) for fact in read)
        made.append(link(f"l{n}", StepSpec("main", needs, {f"f{n}": "x"})))
    return draw(st.permutations(made))


@given(links_without_cycles())
def test_every_fact_comes_before_whoever_reads_it(links):
    plan = Plan.of(links, {})
    assert {each.name for each in plan.links} == {each.name for each in links}
    place = {each.name: n for n, each in enumerate(plan.links)}
    assert all(place[before] < place[after] for before, _, after in plan.edges())


def test_steps_of_one_stage_may_run_at_the_same_time():
    names = [
        [(link.name, step.name) for link, step in stage] for stage in Plan.of(SIX, {}).stages()
    ]
    assert names == [
        [("registration", "main"), ("social", "pre")],
        [("tax", "main"), ("seal", "main"), ("social", "confirm")],
    ]
    later = Plan.of(SIX, invoices("paper")).stages()
    assert [[link.name for link, _ in stage] for stage in later] == [
        ["registration", "social"], ["seal", "social"], ["tax"],
    ]  # fmt: skip
