"""The cover's picture of who had the case when."""

import pytest

from kaiban.documents.package.timeline import timeline
from kaiban.domain.cases.link import LinkState
from tests.documents import samples
from tests.documents.samples import HALL_HOURS, at


def chart(case, end="20T14:42", promise=300):
    return timeline(case, at(end), HALL_HOURS, promise)


def test_lunch_takes_no_room():
    """250 open minutes from 9:02 to 14:42; the fund had the case from minute 1 to 248."""
    found = chart(samples.whole_case())
    scale = 100 / round(300 * 1.18)
    fund = found.bars[5]
    (piece,) = fund.pieces
    assert piece.left == pytest.approx(1 * scale, abs=0.01)
    assert piece.width == pytest.approx(247 * scale, abs=0.02)
    assert fund.right == pytest.approx(248 * scale, abs=0.02)
    assert found.promise_left == pytest.approx(300 * scale, abs=0.01)
    assert found.promise_label == "承诺时限线 11-20 15:32"
    assert [tick.label for tick in found.ticks] == ["10:00", "11:00", "14:00", "15:00", "16:00"]
    [lunch] = found.lunches
    assert lunch.label == "午休"
    assert lunch.left == pytest.approx(178 * scale, abs=0.01)  # 12:00


def test_a_link_that_was_never_sent_has_no_bar():
    bar = chart(samples.new_case()).bars[0]
    assert (bar.pieces, bar.right, bar.label) == ((), 0, "未提交部门")


def test_a_refused_link_ends_when_it_was_refused():
    case = samples.new_case()
    link = case.link("tax")
    link.steps[0].submitted_at = at("20T10:00")
    for state in (LinkState.READY, LinkState.SENDING, LinkState.SUBMITTED):
        case.move(link, link.steps[0], state, at("20T10:00"))
    case.move(link, link.steps[0], LinkState.REFUSED, at("20T10:30"), reason="不符")
    assert chart(case).bars[2].label == "30 分钟 · 不予办理"


def test_many_days_are_told_by_date_and_never_crowd():
    found = chart(samples.whole_case(), end="27T17:30")
    assert len(found.ticks) <= 8
    assert found.ticks[0].label.startswith("20日")
    assert found.ticks[-1].label.startswith(("27日", "30日"))
    lefts = [tick.left for tick in found.ticks]
    assert lefts == sorted(lefts)
    assert lefts[-1] <= 100
    assert found.lunches == ()


def test_a_case_handed_in_at_night_begins_when_the_hall_opens():
    case = samples.new_case()
    case.accepted_at = at("19T22:00")
    assert chart(case).ticks[0].label == "09:00"
    assert chart(case).ticks[0].left == 0
