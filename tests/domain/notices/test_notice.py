from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kaiban.domain.notices.notice import (
    Draft,
    Dropped,
    Freshness,
    Item,
    Notice,
    Origin,
    composed,
    freshness,
    material_at,
)

AT = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
NAME, PHONE = Item("/name", "E1", "名称有误。"), Item("/phone", "E2", "电话有误。")
SEEN = Item("", "window.other", "缺签名页。", origin=Origin.WINDOW)


def test_a_notice_is_open_until_it_is_answered():
    notice = Notice(1, AT, (NAME,))
    assert notice.open
    assert not notice.answered(AT).open
    assert notice.answered(AT).answered_at == AT


def test_what_a_notice_already_says_is_not_said_twice():
    assert Notice(1, AT, (NAME,)).joined((NAME, PHONE)).items == (NAME, PHONE)


def test_other_words_about_the_same_place_join_the_notice():
    clearer = replace(NAME, message="名称与张三公司的相同。")
    (item,) = Notice(1, AT, (NAME,)).joined((clearer,)).items
    assert item.message == "名称有误。名称与张三公司的相同。"


def test_what_a_department_demands_too_waits_for_its_answer():
    seen = replace(NAME, origin=Origin.WINDOW, by="李敏")
    assert Notice(1, AT, (seen,)).findings == (seen,)
    assert Notice(1, AT, (seen,)).joined((NAME,)).findings == ()
    assert composed([NAME], [seen])[0].origin == Origin.DEPARTMENT


def test_demands_of_all_sources_are_told_once_in_the_order_of_the_links():
    tax, seal = Item("/x", "T", "税。", "tax"), Item("/y", "S", "章。", "seal")
    longer = Item("/x", "T", "还有。", "tax")
    found = composed([tax, seal], [tax, longer, SEEN], order=("seal", "tax"))
    assert [(item.link, item.message) for item in found] == [
        ("seal", "章。"), ("tax", "税。还有。"), ("", "缺签名页。"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "told", "brought", "expected"),
    [
        (NAME, (), (), Freshness.NEW),
        (NAME, (NAME,), (), Freshness.AGAIN),
        (Item("/name/full", "E9", "x"), (NAME,), (), Freshness.NEW),
        (PHONE, (NAME,), (), Freshness.LATE),
        (PHONE, (Item("", "E", "去办理。"),), (), Freshness.LATE),
        (Item("", "E3", "去办理。"), (NAME,), (), Freshness.NEW),
        (SEEN, (NAME,), (), Freshness.LATE),
        (Item("/materials/lease", "m", "缺页。"), (NAME,), ("lease",), Freshness.NEW),
        (Item("/materials/lease", "m", "缺页。"), (NAME,), ("permit",), Freshness.LATE),
    ],
)
def test_what_a_demand_is_after_an_earlier_notice(item, told, brought, expected):
    assert freshness(item, told, brought) is expected


def test_what_was_taken_off_stays_off_unless_staff_find_it_anew():
    draft = Draft(AT, AT + timedelta(minutes=15), (NAME, PHONE))
    left = draft.dropping(Dropped(NAME, "李敏", "没有错"))
    assert left.items == (PHONE,)
    assert left.gathering([NAME]).items == (PHONE,)
    found = Item(NAME.pointer, NAME.code, "还是有误。", origin=Origin.WINDOW)
    assert found in left.gathering([found]).items
    assert (draft.is_held, left.is_held) == (False, True)


@pytest.mark.parametrize(
    ("pointer", "key"),
    [
        ("/materials/lease", "lease"), ("/company/name", ""), ("", ""), ("/materials", ""),
        ("/materials/commitment-premises", ""),
    ],
)  # fmt: skip
def test_a_place_of_a_notice_tells_which_material_is_asked_for(pointer, key):
    assert material_at(pointer) == key
