"""The papers of a partnership agree with each other and speak of partners only."""

import re

import pytest
from hypothesis import given, settings

from forms.sample import SAMPLE_DAY, credit_code, sample
from forms.values.addresses import full_address
from tests.documents.papers.reading import papers_of
from tests.forms.applicants.anybody import entries

#: 法定代表人（负责人）, of seals and of the bank, is whoever heads the enterprise.
OF_COMPANIES = re.compile("股东|注册资本|章程|董事|监事|法定代表人(?!（负责人）)|投资人")


@given(entries("partnership"))
@settings(max_examples=30, deadline=None)
def test_agreement_mandate_and_application_agree(entry):
    form, told = papers_of(entry)
    partners = form["people"]["holders"]
    acting = "、".join(each["name"] for each in partners if each["executes"])
    assert f"全体合伙人委托{acting}为执行事务合伙人" in told["articles"]
    assert f"委托{acting}为本企业的执行事务合伙人" in told["appointments"]
    for each in partners:
        for key in ("articles", "appointments", "application", "commitments"):
            assert each["name"] in told[key], key
    limited = form["company"]["entity_type"] == "4533"
    assert ("有限合伙人不得以劳务出资" in told["articles"]) is limited
    assert ("至2046年11月30日止" in told["articles"]) is (form["company"]["term"] != "长期")
    amount = f"{form['company']['capital']['amount']}万元"
    for word in (full_address(form["premises"]), form["company"]["scope"]["text"], amount):
        assert "".join(word.split()) in told["articles"]
        assert "".join(word.split()) in told["application"]


@pytest.mark.parametrize("exempt", [True, False])
def test_no_paper_speaks_of_what_only_companies_have(exempt):
    entry = sample(7, SAMPLE_DAY, "partnership")
    if exempt:
        entry["people"] |= {"beneficial_exempt": True, "beneficial_owners": []}
    form, told = papers_of(entry)
    assert ("owner_exemption" in told) is exempt
    scope = "".join(form["company"]["scope"]["text"].split())
    wrong = {key: OF_COMPANIES.findall(text.replace(scope, "")) for key, text in told.items()}
    assert {key: words for key, words in wrong.items() if words} == {}


def test_an_organisation_that_executes_sends_its_representative_in_writing():
    entry = sample(7, SAMPLE_DAY, "partnership")
    entry["people"]["holders"][0] |= {
        "kind": "enterprise",
        "name": "示范市云起投资有限公司",
        "cert": {"type": "credit_code", "no": credit_code(77)},
    }
    del entry["people"]["beneficial_owners"][0]
    form, told = papers_of(entry)
    head = form["people"]["legal_rep"]["name"]
    assert f"示范市云起投资有限公司作为“{form['company']['name']['full']}”的执行事务合伙人，委派{head}为代表" in told["appointments"]  # fmt: skip
