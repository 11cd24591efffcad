"""农民专业合作社: its rules by vectors (农民专业合作社法)."""

import pytest

from forms.applicants import APPLICANT
from forms.opening import check, glance
from forms.sample import SAMPLE_DAY, credit_code, person, sample
from forms.values import checks


def checked(*changes):
    form = sample(7, SAMPLE_DAY, "cooperative")
    for change in changes:
        change(form)
    return check(form, today=SAMPLE_DAY, wanted=set(form) - {APPLICANT})


def told(*changes):
    return [(each.pointer, each.code) for each in checked(*changes).defects]


def member(number, **answers):
    return lambda form: form["people"]["holders"][number].update(answers)


def more(count, standing="farmer"):
    """Further members, who put nothing in."""

    def put(form):
        members = form["people"]["holders"]
        for number in range(count):
            one = person(900_000 + len(members) + number)
            answers = {"kind": "natural_person", "standing": standing, "subscribed": 0}
            members.append({**one, **answers})

    return put


def organisations(count, kind="enterprise"):
    def put(form):
        for number in range(count):
            form["people"]["holders"].append({
                "kind": kind, "name": f"示范市云起{number}农资有限公司", "subscribed": 0,
                "cert": {"type": "credit_code", "no": credit_code(77 + number)},
                "residence": "示范市开元区青云路 1 号",
            })  # fmt: skip

    return put


def all_farmers(form):
    for each in form["people"]["holders"]:
        each["standing"] = "farmer"


def test_a_chair_under_age_is_told_by_the_law_of_cooperatives():
    body = "99010220150307123"
    number = body + checks.id_card_check(body)
    found = checked(lambda form: form["people"]["legal_rep"]["cert"].update(no=number)).defects
    [one] = [each for each in found if each.code == "chair.age"]
    assert one.pointer == "/people/legal_rep/cert/no"
    assert one.message.startswith("理事长须年满 18 周岁")
    assert "legal_rep.age" not in {each.code for each in found}


def test_five_members_found_one_and_no_term_of_paying_in_is_asked():
    found = checked()
    assert found.defects == ()
    assert found.form["company"]["entity_type"] == "9100"
    assert found.form["company"]["name"]["full"].endswith("专业合作社")
    assert found.form["bank"]["depositor_kind"] == "cooperative"
    assert [each["share_pct"] for each in found.form["people"]["holders"]] == [40, 20, 20, 10, 10]
    assert all("due_date" not in each for each in found.form["people"]["holders"])
    assert told(lambda form: form["company"]["capital"].update(paid_by="2031-01-01")) == [
        ("/company/capital/paid_by", "unknown")
    ]


def test_four_members_are_none():
    def four(form):
        form["people"]["holders"].pop()
        form["company"]["capital"]["amount"] = 45

    assert told(four) == [("/people/holders", "list.too_few")]


@pytest.mark.parametrize(
    ("farmers", "others", "wrong"),
    [(4, 1, False), (5, 1, False), (7, 2, True), (8, 2, False), (3, 2, True), (40, 10, False), (39, 10, True)],
)  # fmt: skip
def test_of_a_hundred_members_eighty_are_farmers(farmers, others, wrong):
    def made(form):
        more(farmers + others - 5)(form)
        for number, each in enumerate(form["people"]["holders"]):
            each["standing"] = "farmer" if number < farmers else "citizen"

    assert told(made) == [("/people/holders", "members.farmers")] * wrong


@pytest.mark.parametrize(
    ("persons", "count", "wrong"),
    [(5, 1, False), (18, 2, True), (19, 1, False), (19, 2, True), (20, 1, False), (37, 2, True), (38, 2, False)],
)  # fmt: skip
def test_few_have_one_organisation_and_many_a_twentieth(persons, count, wrong):
    found = told(more(persons - 5), all_farmers, organisations(count))
    assert found == [("/people/holders", "members.organisations")] * wrong


def test_organisations_are_no_farmers():
    found = told(organisations(1))
    assert found == [("/people/holders", "members.farmers")]
    assert told(all_farmers, organisations(1)) == []


def test_what_an_organisation_says_of_being_a_farmer_is_set_aside():
    found = checked(all_farmers, organisations(1), member(5, standing="farmer"))
    assert found.defects == ()
    assert not found.form["people"]["holders"][5]["standing"]


def test_every_person_says_whether_they_are_a_farmer_and_no_organisation_does():
    assert told(lambda form: form["people"]["holders"][2].pop("standing")) == [
        ("/people/holders/2/standing", "member.standing")
    ]


@pytest.mark.parametrize("kind", ["institution", "association"])
def test_who_may_have_public_functions_is_looked_at(kind):
    changes = (all_farmers, organisations(1, kind))
    [found] = checked(*changes).defects
    assert (found.pointer, found.code) == ("/people/holders/5/kind", "member.public")
    confirmed = lambda form: form.update(confirm=[found.confirm])  # noqa: E731 - two words
    assert told(*changes, confirmed) == []


@pytest.mark.parametrize("kind", ["government", "village_collective", "foreign_enterprise"])
def test_who_does_not_join_or_only_at_the_window_cannot_be_chosen(kind):
    assert ("/people/holders/5/kind", "code.unknown") in told(all_farmers, organisations(1, kind))


def test_whoever_contributes_says_how_and_nobody_has_to_contribute():
    assert told(member(0, mode=None)) == [("/people/holders/0/mode", "member.mode")]
    assert told(member(3, subscribed=0, mode=None), member(0, subscribed=25)) == []


def test_debts_of_others_are_no_contribution():
    assert told(member(0, mode="debt")) == [("/people/holders/0/mode", "code.unknown")]


def other(*keys):
    return {key: person(900_100)[key] for key in keys}


@pytest.mark.parametrize("path", ["directors", "supervisors", "legal_rep"])
def test_only_members_are_elected(path):
    def put(form):
        people = form["people"]
        if path == "legal_rep":
            people[path] = other("name", "cert", "mobile", "residence")
        else:
            people[path] = [other("name", "cert", "mobile")]

    place = "/people/legal_rep" if path == "legal_rep" else f"/people/{path}/0"
    assert told(put) == [(f"{place}/cert/no", "elected.member")]
    [found] = checked(all_farmers, organisations(1), put).defects
    assert (found.pointer, found.code) == (f"{place}/cert/no", "elected.sent")
    assert found.confirm


def test_neither_directors_nor_supervisors_have_to_be():
    assert told(lambda form: form["people"].update(directors=[], supervisors=[])) == []


def office(key, *names):
    def put(form):
        head = form["people"]["legal_rep"]
        there = {"head": head, "director": form["people"]["directors"][0]}
        there["books"] = form["people"]["finance_officer"]
        rows = [{part: there[name][part] for part in ("name", "cert", "mobile")} for name in names]
        form["people"][key] = rows

    return put


@pytest.mark.parametrize("who", ["head", "director"])
def test_who_leads_supervises_nobody(who):
    assert told(office("supervisors", who)) == [
        ("/people/supervisors/0/cert/no", "supervisors.barred")
    ]


def test_who_keeps_the_books_supervises_nobody():
    def joined(form):
        one = form["people"]["finance_officer"]
        form["people"]["holders"][2] |= {key: one[key] for key in ("name", "cert", "mobile")}

    assert told(joined, office("supervisors", "books")) == [
        ("/people/supervisors/0/cert/no", "supervisors.barred")
    ]


def test_the_chair_is_named_once_and_so_is_everybody_else():
    assert told(office("directors", "head")) == [("/people/directors/0/cert/no", "chair.repeated")]
    assert told(office("directors", "director", "director")) == [
        ("/people/directors/1/cert/no", "directors.repeated")
    ]


def test_who_comes_from_abroad_is_sent_to_the_window_not_to_a_registrar_of_companies():
    found = checked(member(3, cert={"type": "passport", "no": "E12345678"})).defects
    [one] = [each for each in found if each.code == "member.abroad"]
    assert (one.pointer, one.rule) == ("/people/holders/3/kind", "农民专业合作社法第十九条")
    row = {"kind": "natural_person", "cert": {"type": "passport", "no": "E12345678"}}
    whole = sample(7, SAMPLE_DAY, "cooperative")
    early = glance({"people": {"holders": [row]}}, today=SAMPLE_DAY, whole=whole)
    assert [each.code for each in early] == ["member.abroad"]


def test_the_age_of_a_companys_officers_is_not_its():
    body = "99010220100301" + "102"
    young = {"type": "id_card", "no": body + checks.id_card_check(body)}

    def replaced(form):
        form["people"]["finance_officer"]["cert"] = young

    assert told(replaced) == []
    company = sample()
    replaced(company)
    assert "officer.age" in [each.code for each in check(company, today=SAMPLE_DAY).defects]


def test_sentences_call_members_and_their_contribution_by_name():
    found, *_ = checked(member(1, subscribed=50)).defects
    assert found.message == "各成员认缴出资额合计为 90 万元，成员出资总额为 50 万元，请改成一致。"
