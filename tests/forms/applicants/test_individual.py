"""个体工商户: its rules by vectors."""

import pytest

from forms.opening import check
from forms.sample import SAMPLE_DAY, person, sample
from forms.values import checks

WANTED = {"company", "people", "premises", "seal", "tax", "bank", "social_insurance", "staff"}


def relative(number):
    one = person(number)
    return {"name": one["name"], "cert": one["cert"]}


def defects(change=lambda form: None, wanted=WANTED):
    form = sample(7, SAMPLE_DAY, "individual")
    change(form)
    return [
        (each.pointer, each.code) for each in check(form, today=SAMPLE_DAY, wanted=wanted).defects
    ]


def with_family(operation, *members):
    def change(form):
        form["company"]["operation"] = operation
        form["people"]["family"] = list(members)

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (with_family("person"), []),
        (with_family("family", relative(901)), []),
        (with_family("family"), [("/people/family", "family.needed")]),
        (with_family("person", relative(901)), [("/people/family", "family.unwanted")]),
        (
            with_family("family", relative(901), relative(901)),
            [("/people/family/1/cert/no", "family.repeated")],
        ),
        # The operator of the sample is its first person.
        (
            with_family("family", relative(901), relative(7 * 8)),
            [("/people/family/1/cert/no", "family.repeated")],
        ),
    ],
)
def test_a_family_is_named_where_it_takes_part(change, expected):
    assert defects(change) == expected


def test_without_employees_there_is_no_employer_to_register():
    def alone(form):
        form["staff"]["members"] = []

    assert defects(alone) == [("/staff/members", "staff.employer")]

    def without_the_link(form):
        del form["staff"], form["social_insurance"]

    assert defects(without_the_link, WANTED - {"social_insurance", "staff"}) == []


@pytest.mark.parametrize("kind", ["passport", "taiwan_pass", "hk_macao_pass"])
def test_an_operator_from_abroad_is_sent_to_the_window(kind):
    numbers = {"passport": "E12345678", "taiwan_pass": "12345678", "hk_macao_pass": "H12345678"}

    def from_abroad(form):
        head = form["people"]["legal_rep"]
        head["cert"] = {"type": kind, "no": numbers[kind]}
        head["birth_date"] = "1990-03-07"

    assert ("/people/legal_rep/cert/type", "operator.abroad") in defects(from_abroad)


def test_the_operator_is_called_the_operator_where_something_is_wrong():
    form = sample(7, SAMPLE_DAY, "individual")
    form["people"]["legal_rep"]["cert"]["no"] = _card("20150307")
    found = check(form, today=SAMPLE_DAY, wanted=WANTED).defects
    [message] = [each.message for each in found if each.code == "legal_rep.age"]
    assert message.startswith("经营者须年满 18 周岁")


def _card(born):
    body = f"990102{born}123"
    return body + checks.id_card_check(body)


def test_what_follows_from_the_type_is_worked_out():
    form = sample(7, SAMPLE_DAY, "individual")
    found = check(form, today=SAMPLE_DAY, wanted=WANTED).form
    assert found["company"]["entity_type"] == "9500"
    assert found["bank"]["depositor_kind"] == "household"
    assert found["social_insurance"]["unit_kind"] == "household"
    assert found["people"]["tax_agent"]["name"] == found["people"]["legal_rep"]["name"]
    assert "finance_officer" not in found["people"]
