"""合伙企业: its rules by vectors (合伙企业法)."""

import pytest

from forms.applicants import APPLICANT
from forms.opening import check, glance
from forms.sample import SAMPLE_DAY, credit_code, person, sample
from forms.values import checks


def limited(form):
    form["company"]["entity_type"] = "4533"
    form["company"]["name"]["form"] = "合伙企业（有限合伙）"
    form["people"]["holders"][1]["liability"] = "limited"


def organisation(number, kind="enterprise"):
    def put(form):
        form["people"]["holders"][number] |= {
            "kind": kind,
            "name": "示范市云起投资有限公司",
            "cert": {"type": "credit_code", "no": credit_code(77)},
        }
        del form["people"]["beneficial_owners"][number]

    return put


def checked(*changes):
    form = sample(7, SAMPLE_DAY, "partnership")
    for change in changes:
        change(form)
    return check(form, today=SAMPLE_DAY, wanted=set(form) - {APPLICANT})


def told(*changes):
    return [(each.pointer, each.code) for each in checked(*changes).defects]


def partner(number, **answers):
    return lambda form: form["people"]["holders"][number].update(answers)


def test_two_partners_who_answer_without_limit_are_a_general_partnership():
    found = checked()
    assert found.defects == ()
    assert found.form["bank"]["depositor_kind"] == "unincorporated"
    assert [each["share_pct"] for each in found.form["people"]["holders"]] == [60, 40]


def test_one_of_them_may_be_limited_in_a_limited_one():
    assert told(limited) == []


def test_one_partner_is_none():
    assert ("/people/holders", "list.too_few") in told(
        lambda form: form["people"]["holders"].pop()
    )


@pytest.mark.parametrize(
    ("entity_type", "form", "code"),
    [
        ("4531", "中心（有限合伙）", [("/company/name/form", "partnership.name")]),
        ("4533", "中心（普通合伙）", [("/company/name/form", "partnership.name")]),
        ("4531", "中心（普通合伙）", []),
    ],
)
def test_the_name_says_which_kind_it_is(entity_type, form, code):
    def named(entry):
        if entity_type == "4533":
            limited(entry)
        entry["company"]["entity_type"] = entity_type
        entry["company"]["name"]["form"] = form

    assert told(named) == code


def test_a_limited_partner_is_none_of_a_general_partnership():
    assert told(partner(1, liability="limited")) == [
        ("/people/holders/1/liability", "partner.general_only")
    ]


@pytest.mark.parametrize("liability", ["limited", "unlimited"])
def test_a_limited_partnership_has_both_kinds(liability):
    both = [partner(number, liability=liability, executes=False) for number in (0, 1)]
    codes = {code for _, code in told(limited, *both)}
    assert "partners.both" in codes


@pytest.mark.parametrize(("liability", "wrong"), [("limited", True), ("unlimited", False)])
def test_services_are_what_only_who_answers_without_limit_may_bring(liability, wrong):
    found = told(limited, partner(0, mode="services"), partner(1, liability="limited"))
    assert found == []
    changed = told(limited, partner(1, liability=liability, mode="services"))
    assert (("/people/holders/1/mode", "partner.services") in changed) is wrong


def test_a_limited_partner_executes_nothing():
    assert told(limited, partner(1, executes=True)) == [
        ("/people/holders/1/executes", "partner.executes")
    ]


def test_somebody_executes_the_affairs_and_is_the_head():
    assert told(partner(0, executes=False)) == [("/people/holders", "partners.executing")]
    assert told(partner(0, executes=False), partner(1, executes=True)) == [
        ("/people/legal_rep", "executing.head")
    ]
    assert told(partner(1, executes=True)) == []


def test_an_organisation_that_executes_sends_somebody():
    assert told(organisation(0)) == []


@pytest.mark.parametrize("kind", ["institution", "association"])
def test_who_may_serve_the_public_is_looked_at_before_answering_without_limit(kind):
    [found] = checked(organisation(1, kind)).defects
    assert (found.pointer, found.code) == ("/people/holders/1/liability", "partner.public")
    assert found.confirm
    confirmed = lambda form: form.update(confirm=[found.confirm])  # noqa: E731 - two words
    assert told(organisation(1, kind), confirmed) == []
    assert told(limited, organisation(1, kind)) == []


def test_who_answers_without_limit_is_of_age():
    child = {"type": "id_card", "no": young()}

    def replaced(form):
        form["people"]["holders"][1]["cert"] = child
        form["people"]["beneficial_owners"][1]["cert"] = child
        form["people"]["liaison"] = {key: person(99)[key] for key in ("name", "cert", "mobile")}

    assert told(replaced) == [("/people/holders/1/cert/no", "partner.age")]
    assert told(limited, replaced) == []


def young():
    body = "99010220100301" + "102"
    return body + checks.id_card_check(body)


def test_the_five_years_of_companies_are_not_its():
    assert told(partner(1, due_date="2039-06-30")) == []
    assert told(partner(1, due_date="2099-06-30")) == [
        ("/people/holders/1/due_date", "date.strange")
    ]


def test_each_partner_says_where_they_live_how_they_answer_and_until_when_they_pay():
    def less(form):
        for key in ("residence", "liability", "due_date"):
            del form["people"]["holders"][1][key]

    assert told(less) == [
        (f"/people/holders/1/{key}", "required") for key in ("residence", "due_date", "liability")
    ]


def test_sentences_call_partners_and_their_contribution_by_name():
    found, *_ = checked(partner(1, subscribed=50)).defects
    assert found.message == "各合伙人认缴出资额合计为 110 万元，出资额为 100 万元，请改成一致。"


def test_while_it_is_typed_the_same_is_said():
    whole = sample(7, SAMPLE_DAY, "partnership")
    row = {"liability": "limited", "mode": "services"}
    found = glance({"people": {"holders": [row]}}, today=SAMPLE_DAY, whole=whole)
    assert [(each.pointer, each.code) for each in found] == [
        ("/people/holders/0/mode", "partner.services")
    ]


def test_what_is_wrong_with_a_partner_is_said_before_there_is_a_second_one():
    def alone(form):
        form["people"]["holders"].pop()
        form["people"]["holders"][0].update(liability="limited", mode="services", name="")

    assert {
        ("/people/holders", "list.too_few"),
        ("/people/holders/0/name", "required"),
        ("/people/holders/0/mode", "partner.services"),
    } <= set(told(limited, alone))
