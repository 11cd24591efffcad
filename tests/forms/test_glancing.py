"""What is told while somebody types: wrong answers, never missing ones; what follows already."""

from decimal import Decimal

import pytest

from forms.derive import document, glimpse, of_documents, subscribed
from forms.opening import check, glance
from forms.sample import credit_code, id_card, sample

GOOD = {"type": "id_card", "no": "99010219900307299X"}


def found(part, today):
    return [(each.pointer, each.code) for each in glance(part, today=today)]


def test_nothing_is_said_of_a_right_form_or_any_part_of_it(today):
    form = sample(7)
    assert glance(form, today=today) == ()
    for name, section in form.items():
        assert glance({name: section}, today=today) == ()
        for key, answer in section.items():
            assert glance({name: {key: answer}}, today=today) == (), (name, key)


def test_nothing_is_said_of_an_empty_form(today):
    assert glance({}, today=today) == ()
    assert glance({name: {} for name in sample(7)}, today=today) == ()
    assert glance({"people": {"holders": [{}, {}]}}, today=today) == ()


def test_the_sentences_are_those_of_the_whole_check(changed, today):
    changes = {
        "/people/holders/0/cert/no": "99010219900307299",
        "/people/holders/1/mobile": "1",
        "/company/capital/paid_by": "2050-01-01",
        "/housing_fund/unit_ratio": 40,
    }
    form = changed(changes)
    told = glance(form, today=today)
    assert {each.pointer for each in told} >= set(changes)
    assert set(told) <= set(check(form, today=today).defects)


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ({"cert": GOOD | {"no": id_card(1)[:-1] + "?"}}, "id.invalid"),
        ({"cert": {"type": "id_card", "no": "990102300001011"}}, "id.old"),
        ({"cert": GOOD | {"valid_until": "2020-01-01"}}, "cert.expired"),
        ({"cert": {"type": "credit_code", "no": credit_code(1)}}, "cert.person"),
        ({"mobile": "23800000000"}, "mobile.invalid"),
        ({"email": "a@b"}, "email.invalid"),
        ({"name": "张\u202e三"}, "text.bidi"),
    ],
)
def test_one_answer_of_a_person_is_judged_by_itself(person, code, today):
    assert [c for _, c in found({"people": {"legal_rep": person}}, today)] == [code]


def test_what_may_still_be_filled_in_is_waited_for(today):
    holders = [{"subscribed": Decimal(40)}]
    part = {"company": {"capital": {"amount": Decimal(100)}}, "people": {"holders": holders}}
    assert found(part, today) == []
    assert found({"people": {"legal_rep": {"cert": GOOD}, "directors": [{}]}}, today) == []


@pytest.mark.parametrize(
    "cert", [None, "x", {}, {"type": "id_card"}, {"type": [], "no": "1"}, {"type": "id_card", "no": 1},
             {"type": "passport", "no": "E12345678"}, GOOD | {"no": "990102199003072990"}, {"type": "?", "no": "1"}],
)  # fmt: skip
def test_only_a_right_number_tells_anything(cert):
    assert document(cert) == {}


def test_a_document_tells_birth_date_and_sex_masked_unless_just_typed():
    entry = {"people": {"holders": [{}, {"cert": GOOD}]}}
    assert document(GOOD) == {"birth_date": "1990-03-07", "sex": "male"}
    assert of_documents(entry) == {
        "/people/holders/1/birth_date": "1990年3月7日",
        "/people/holders/1/sex": "男",
    }
    assert glimpse(entry) == {
        "/people/holders/1/birth_date": "****",
        "/people/holders/1/sex": "男",
    }


def test_the_risk_class_follows_from_the_industry_or_the_first_entry():
    first = {"company": {"scope": {"items": [{"code": "G101"}]}}}
    assert glimpse(first)["/social_insurance/risk_class"] == "1"
    named = {"company": {"industry_code": "A0111", **first["company"]}}
    assert glimpse(named)["/social_insurance/risk_class"] == "4"


@pytest.mark.parametrize("amount", ["NaN", "1e-99999", None, [], {}])
def test_sums_are_made_of_amounts_only(amount):
    holders = [{"subscribed": amount}, {"subscribed": Decimal(60)}, {"subscribed": 30}]
    entry = {"company": {"capital": {"amount": Decimal(100)}}, "people": {"holders": holders}}
    assert subscribed(entry) == ("/people/holders/2/subscribed", Decimal(90), Decimal(100))
    assert list(glimpse(entry)) == ["/people/holders/1/share_pct", "/people/holders/2/share_pct"]
    entry["company"]["capital"]["amount"] = amount
    assert subscribed(entry) is None
    assert glimpse(entry) == {}
