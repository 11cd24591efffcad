"""Whoever corrects, joins links or has the package come another way gets a sign nobody can see out with one press, too."""

from tests.web.following.cases import case_of, submit, wait_until
from tests.web.following.test_ways_out import hand_in, staffed, stand

BUTTON = "去掉看不见的符号"
HIDDEN, CLEAN = "陈\u200b小\u202e明", "陈小明"


def taken_out(visitor, place, words, **others):
    """The page that was refused for such a sign at that place, after its button was pressed."""
    form, button = visitor.button(words)
    visitor.send(form, button, {place: HIDDEN, **others})
    assert any("看不见" in each for each in visitor.mistakes)
    visitor.press_value(f"clean:{place}")
    assert visitor.control(place).get("value") == CLEAN
    assert BUTTON not in visitor.text
    assert visitor.mistakes == [], "nothing was sent, so nothing is told to be wrong"
    assert visitor.answer.url.endswith("#" + place.replace(".", "-"))
    for name, value in others.items():
        assert visitor.control(name).get("value") == value, "what else was typed stays"
    return visitor


def test_on_the_page_of_a_correction(filing, city):
    hand_in(filing, city, staffed(city, "测试不符"))
    wait_until(filing, city, stand)
    filing.open(f"/t/{filing.filing_id}/fix")
    before = case_of(filing, city)
    taken_out(filing, "staff.members.0.name", "核对补正")
    assert filing.heading == "补正"
    assert case_of(filing, city) == before, "the button sends nothing"
    filing.press("核对补正")
    assert filing.heading == "核对补正内容", filing.mistakes


def test_where_the_package_is_to_come_another_way(submitted, city):
    visitor = submitted("清符禾")
    before = case_of(visitor, city).form["delivery"]
    visitor.open(f"/t/{visitor.filing_id}/delivery")
    typed = {
        "delivery.phone": "13800000001", "delivery.address": "示范市开元区青云路 18 号",
    }  # fmt: skip
    visitor.press("保存领取方式", **{"delivery.mode": "post"})
    taken_out(visitor, "delivery.recipient", "保存领取方式", **typed)
    assert case_of(visitor, city).form["delivery"] == before, "the button saves nothing"
    visitor.press("保存领取方式")
    assert visitor.heading == "办理进度", visitor.mistakes
    assert case_of(visitor, city).form["delivery"]["recipient"] == CLEAN


def test_a_page_that_has_become_old_stays_old(submitted, city):
    visitor = submitted("旧符禾")
    visitor.open(f"/t/{visitor.filing_id}/delivery")
    visitor.press("保存领取方式", **{"delivery.mode": "post", "delivery.recipient": HIDDEN})
    form, button = visitor.button(BUTTON)
    form.set("action", visitor.path)
    other = {"delivery.mode": "electronic", "delivery.recipient": ""}
    visitor.open(f"/t/{visitor.filing_id}/delivery").press("保存领取方式", **other)
    visitor.send(form, button, {})
    assert visitor.status == 409, "made from a page that is older than the choice"


def test_where_links_join(filing, city):
    form = city.form("符云禾")
    form["staff"]["members"] = []
    left_out = ("social_insurance", "housing_fund")
    visitor = submit(filing, form, *left_out, but=("staff", "insurance", "fund"))
    visitor.open(f"/t/{visitor.filing_id}/more?links=social_insurance&links=housing_fund&go=1")
    visitor.press("添加")
    taken_out(visitor, "staff.members.0.name", "提交增办")
    assert not {link.name for link in case_of(visitor, city).links} & set(left_out)
