"""The registrar's opinion of a name on the page, with the real register of the pretended registrar."""

import pytest

from adapters.base import TRIES
from adapters.hall.fault_injection.faults import fault

NAME = {
    "company__entity_type": "1130", "company__name__region": "示范市",
    "company__name__industry": "软件", "company__name__form": "有限公司",
}  # fmt: skip


@pytest.fixture
def naming(filing):
    return filing.go("name")


@pytest.mark.parametrize(
    ("trade_name", "expected"),
    [
        ("星野", ("不能使用", "R01")),
        ("国家级", ("不能使用", "R02")),
        ("青禾屿", ("可以使用", "以登记机关核准为准")),
    ],
)
def test_the_button_keeps_what_was_typed_and_says_what_the_register_thinks(
    naming, trade_name, expected
):
    naming.press("查一查名称", **NAME, company__name__trade_name=trade_name)
    assert all(words in naming.text for words in expected), naming.text
    assert naming.mistakes == []
    assert naming.control("company.name.trade_name").get("value") == trade_name
    naming.go("name")
    assert naming.control("company.name.trade_name").get("value") == trade_name


def test_while_typing_only_a_whole_name_is_asked_about(naming):
    [part] = naming.page.xpath("//*[@data-check]")
    csrf = naming.control("csrf_token").get("value")
    typed = {name.replace("__", "."): value for name, value in NAME.items()} | {"csrf_token": csrf}
    url = naming.address + part.get("data-check")
    assert naming.http.post(url, data=typed, timeout=60).text == ""
    typed["company.name.trade_name"] = "星野"
    answer = naming.http.post(url, data=typed, timeout=60)
    assert answer.text.startswith("示范市星野软件有限公司：不能使用")
    assert "星野" not in answer.url


def test_a_register_out_of_reach_is_no_obstacle(naming, city):
    lost = {"do": "close", "op": "names", "at": "after-commit", "times": TRIES}
    city.hall.stub("registration").mischief.add(fault(lost))
    naming.press("查一查名称", **NAME, company__name__trade_name="青禾岚")
    assert "现在查不到登记机关的名称库" in naming.text
    naming.press("保存并继续", **NAME, company__name__trade_name="青禾岚")
    assert not any("名称" in each for each in naming.mistakes)


def test_what_the_catalogue_fills_is_not_asked_and_what_an_entry_entails_is_said(filing):
    filing.go("scope")
    filing.press("先保存", company__scope__items__0__code="软件开发")
    filing.go("scope")
    assert filing.control("company.scope.items.0.text") is None
    assert "一般项目：凭营业执照即可经营" in filing.text
