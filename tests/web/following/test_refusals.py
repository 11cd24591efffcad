"""Every refusal the pretended departments can give, read from their own sources: from each to a finished case, by pages alone."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

import adapters
from adapters.housing_fund.answers import CODES as FUND
from adapters.tax.stub_rules import OWN_CODE as TAX
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import CaseState
from tests.web.following.test_ways_out import TRADES, hand_in, see_through
from tests.web.pictures import photograph

#: The departments: the letter of their codes, and what a company's name calls them.
DEPARTMENTS = {
    "R": ("registration", "登记"),
    "S": ("seal", "公章"),
    "T": ("tax", "税务"),
    "B": ("bank", "银行"),
    "I": ("social_insurance", "社保"),
    "L": ("housing_fund", "公积金"),
}
#: What no application is refused with.
NO_REFUSAL = {
    "B09": "answers a withdrawal that comes too late",
    "B00": "is B04's own way, by dice instead of by name",
    "F01": "a message of the wrong shape, which is a defect of ours and no applicant's",
    "F02": "a message of the wrong shape",
    "F03": "a message of the wrong shape",
    **{each.ours: "our name for one of the fund's" for each in FUND.values() if each.ours},
}
#: What another word calls up than a number does.
CALLED = {
    "R09": "测试驳回登记",
    "I07": "测试未共享",
    "I09": "测试补正社保",
    "I10": "测试驳回社保",
    "L10": "测试驳回公积金",
}
#: What nobody can mend: the seal is on record already, the bureau refuses.
FOR_GOOD = {"R09", "R12", "S03", "T02", "B01", "B07", "I10", "L05", "L10"}
#: What passes by itself: the department looks again.
BY_ITSELF = {"S06", "B04", "B05", "T05", "T09", "I07"}
DIGITS = [*"一二三四五六七八九", "十", *(f"十{digit}" for digit in "一二三四五六七八九")]


def written(folder):
    """Every code that stands in a department's sources."""
    sources = (path for path in folder.rglob("*.py") if path.name != "kit.py")
    nodes = (node for path in sources for node in ast.walk(ast.parse(path.read_text())))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant))
    return {
        text for text in texts if isinstance(text, str) and re.fullmatch("[A-Z][0-9]{2}", text)
    }


FOLDER = Path(adapters.__path__[0])
REFUSALS = sorted(
    set().union(*(written(FOLDER / name) for name, _ in DEPARTMENTS.values())) - set(NO_REFUSAL)
)


def name_for(code):
    """A company's name that makes the department refuse so."""
    calls = f"测试{DEPARTMENTS[code[0]][1]}{DIGITS[int(code[1:]) - 1]}"
    return f"{CALLED.get(code, calls)}禾"


def met(case):
    """Every code the case was answered with, as its notices and its events have it."""
    asked = {item.code for notice in case.notices for item in notice.items}
    return asked | {event.code for event in case.events if event.kind == "step"}


def test_the_sources_name_refusals_of_every_department():
    assert {code[0] for code in REFUSALS} == set(DEPARTMENTS)
    assert FOR_GOOD | BY_ITSELF | set(CALLED) <= set(REFUSALS)


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_leads_to_a_finished_case(filing, city, code):
    link, _ = DEPARTMENTS[code[0]]
    started = city.kaiban.filings.get(filing.filing_id)
    links = tuple(dict.fromkeys(("registration", link)))
    city.kaiban.filings.save(replace(started, links=links))
    form = city.form(name_for(code))
    if code == "R14":
        # It is about a file, so there has to be one.
        city.kaiban.filings.save(replace(city.kaiban.filings.get(filing.filing_id), entry=form))
        filing.go("materials").bring("lease", ("租赁合同.jpg", photograph()))
        assert filing.mistakes == []
    hand_in(filing, city, form)
    case = see_through(filing, city)
    ours = FUND[code].ours if code in FUND else TAX.get(code, code)
    asked = any(item.link == link for notice in case.notices for item in notice.items)
    assert asked == (code not in FOR_GOOD | BY_ITSELF), "the refusal was met"
    assert code in BY_ITSELF or ours in met(case)
    refused = case.link(link).state is not LinkState.DONE
    assert refused == (code in FOR_GOOD), case.link(link).reason
    filing.open(f"/t/{filing.filing_id}")
    if refused:
        assert case.link(link).reason.strip("。") in filing.text
    else:
        assert case.state is CaseState.COMPLETED
    if case.fruitless:
        filing.press("用填过的内容重新申请")
        hand_in(filing, city, city.form(f"出路{TRADES.pop()}"))
        assert see_through(filing, city).state is CaseState.COMPLETED
