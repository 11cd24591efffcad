"""Each part of a case's way between two halls, with its hours: by the calendar of the hall that had it, and at all."""

from datetime import timedelta

from tests.web.desk.cross_region.crossing import taken_in, where
from tests.web.desk.cross_region.test_cross_region import send_on
from tests.web.desk.people import OTHER, OWN

NIGHT = timedelta(hours=20)


def spoken(span):
    """So long, as the page says it."""
    hours, rest = divmod(int(span.total_seconds()) // 60, 60)
    if not hours:
        return f"{rest} 分钟"
    return f"{hours} 小时 {rest:02} 分" if rest else f"{hours} 小时"


def test_each_part_of_the_way_has_its_hours_by_the_calendar_of_its_hall(desk, city):
    with city.leaving():
        no = taken_in(city)
    halls, begun = city.kaiban.profile.city.halls, city.kaiban.clock.now()
    city.pass_time(hours=20)
    sent = city.kaiban.clock.now()
    send_on(desk, no)
    city.pass_time(hours=20)
    now = city.kaiban.clock.now()
    here, there = halls[OWN].hours.working(begun, sent), halls[OTHER].hours.working(sent, now)
    assert timedelta() < here < NIGHT == there, "one closes at night, the other never"
    desk.open(where(no))
    rows = desk.page.xpath("//table[.//th[contains(., '哪一步')]]//tbody/tr")
    told = [[" ".join(cell.text_content().split()) for cell in row] for row in rows]
    assert [row[3:] for row in told] == [
        [spoken(here), "20 小时"], [spoken(there), "20 小时"],
    ]  # fmt: skip
    assert [row[0].partition("（")[0] for row in told] == ["收件、核验原件", "等受理大厅接收"]
    assert told[1][2] == "现在"
