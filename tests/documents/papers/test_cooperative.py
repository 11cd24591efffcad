"""The papers of a cooperative agree with each other and speak of members only (农民专业合作社法 art. 14-16, 33)."""

import re

from hypothesis import given, settings

from forms.sample import SAMPLE_DAY, sample
from forms.values.addresses import full_address
from tests.documents.papers.reading import papers_of
from tests.forms.applicants.anybody import entries

OF_COMPANIES = re.compile("股东|注册资本|董事|投资人|合伙|受益所有人|公司")
OWN = ("articles", "appointments", "members", "contributions")


@given(entries("cooperative"))
@settings(max_examples=15, deadline=None)
def test_articles_minutes_and_register_agree(entry):
    form, told = papers_of(entry)
    people, company = form["people"], form["company"]
    members, head = people["holders"], people["legal_rep"]["name"]
    directors = "、".join(each["name"] for each in people["directors"])
    count = len(people["supervisors"])
    assert f"选举{head}为理事长，理事长为本社的法定代表人" in told["appointments"]
    assert (f"选举{directors}为理事" in told["appointments"]) is bool(directors)
    lead = "理事会" if directors else "理事长"
    assert ("不设理事会。" in told["articles"]) is (lead == "理事长")
    assert f"同意由{lead}聘任{people['finance_officer']['name']}" in told["appointments"]
    kinds = {0: "不设执行监事和监事会", 1: "为执行监事", 2: "为监事，组成监事会"}
    assert {n: words in told["appointments"] for n, words in kinds.items()} == {
        n: n == count for n in kinds
    }
    assert ("设执行监事一名" in told["articles"]) is (count == 1)
    assert ("设监事会，由2名监事组成" in told["articles"]) is (count == 2)
    assert ("不得兼任监事。" in told["articles"]) is (count > 0)
    for each in members:
        for key in ("articles", "appointments", "members", "application"):
            assert each["name"] in told[key], key
        assert (each["name"] in told["contributions"]) is bool(each["subscribed"])
    farmers = sum(each.get("standing") == "farmer" for each in members)
    assert f"成员共{len(members)}名，其中农民成员{farmers}名" in told["members"]
    assert f"本社设立时有成员{len(members)}名" in told["articles"]
    amount = f"{company['capital']['amount']}万元"
    for key in ("articles", "appointments", "contributions", "application"):
        assert amount in told[key], key
    for word in (full_address(form["premises"]), company["scope"]["text"]):
        assert "".join(word.split()) in told["articles"]
        assert "".join(word.split()) in told["application"]


def test_no_paper_speaks_of_what_only_companies_have():
    form, told = papers_of(sample(7, SAMPLE_DAY, "cooperative"))
    assert set(OWN) <= told.keys()
    assert "unit_fund" not in told
    lessor = "".join(form["premises"]["lease"]["owner"].split())
    wrong = {key: OF_COMPANIES.findall(text.replace(lessor, "")) for key, text in told.items()}
    assert {key: words for key, words in wrong.items() if words} == {}


def test_no_other_type_has_a_register_of_members():
    _, told = papers_of(sample(7, SAMPLE_DAY, "partnership"))
    assert not {"members", "contributions"} & told.keys()
