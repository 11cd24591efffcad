"""Which room of the desk a page is marked as, and what a list costs."""

import pytest

from kaiban.web.desk.menu import WAYS
from kaiban.web.pages import routes_of

CASE = "/desk/cases/KB99010020260304000010"


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/desk", "办件队列"), (CASE, "办件队列"), (f"{CASE}/holder", "办件队列"),
        (f"{CASE}/exit", "出件"), (f"{CASE}/exit/label", "出件"), ("/desk/exit/find", "出件"),
        (f"{CASE}/departments/tax/edit", "人工办理"), (f"{CASE}/approvals/ab", "人工办理"),
        ("/desk/approvals", "人工办理"), (f"{CASE}/notice", "告知书"), (f"{CASE}/refusals/tax/paper", "告知书"),
        (f"{CASE}/obligations", "容缺补交"), (f"{CASE}/complaints/1", "办不成事反映"),
        ("/desk/new/412073/company", "帮办申报"), ("/desk/account", "我的账号"),
    ],
)  # fmt: skip
def test_a_page_is_marked_as_the_room_it_is_in(path, title):
    assert [way.title for way in WAYS if way.is_here(path)] == [title]


def test_every_page_of_a_case_is_in_one_room():
    rules = {each.rule for each in routes_of() if each.rule.startswith("/desk/cases/<no>")}
    assert len(rules) > 20
    lost = [rule for rule in rules if sum(way.is_here(rule) for way in WAYS) != 1]
    assert lost == []
