"""How the package comes is changed by its owner as long as it is here, and by nobody afterwards."""

from kaiban.orchestrator.applicant.aftercare.delivering import choose
from kaiban.orchestrator.window.exit_desk.handing_out import post
from tests.web.following.cases import case_of, finish
from tests.web.visitor import Visitor

ADDRESS = "示范市开元区青云路 18 号"
BY_POST = {
    "delivery.mode": "post", "delivery.recipient": "李四",
    "delivery.phone": "13800000001", "delivery.address": ADDRESS,
}  # fmt: skip


def save(visitor, **answers):
    shown, button = visitor.button("保存领取方式")
    return visitor.send(shown, button, answers)


def test_the_owner_changes_how_the_package_comes_and_sees_it_masked(submitted, city):
    visitor = submitted("寄山禾")
    aid = visitor.filing_id
    visitor.open(f"/t/{aid}").follow("更改")
    assert visitor.heading == "更改领取方式"
    save(visitor, **{"delivery.mode": "post", "delivery.phone": "12"})
    assert visitor.status == 422
    assert len(visitor.mistakes) == 3, "everything that is wrong, at once"
    assert visitor.control("delivery.phone").get("value") == "12"
    save(visitor, **BY_POST)
    assert (visitor.status, visitor.heading) == (200, "办理进度")
    assert "邮寄" in visitor.text
    assert "138****0001" in visitor.text
    assert ADDRESS not in visitor.answer.text
    # What comes back masked, untouched, stays what it was.
    visitor.follow("更改")
    save(visitor, **{"delivery.recipient": "王五"})
    told = case_of(visitor, city).form["delivery"]
    assert told == {
        "mode": "post",
        "recipient": "王五",
        "phone": "13800000001",
        "address": ADDRESS,
    }
    events = [e for e in case_of(visitor, city).events if e.kind == "delivery"]
    assert [(e.actor, e.facts["after"]) for e in events] == [("applicant", "post")] * 2


def test_a_stale_page_overwrites_nothing_and_shows_what_is_now(submitted, city):
    visitor = submitted("旧山禾")
    visitor.open(f"/t/{visitor.filing_id}/delivery")
    choose(city.kaiban.office, case_of(visitor, city).no, {"mode": "electronic"})
    save(visitor, **{"delivery.mode": "kiosk"})
    assert visitor.status == 409
    assert visitor.heading == "刚在别处修改过"
    assert case_of(visitor, city).form["delivery"]["mode"] == "electronic"
    visitor.press("以我刚才填的为准")
    assert case_of(visitor, city).form["delivery"]["mode"] == "kiosk"


def test_no_way_of_the_package_says_that_nobody_has_to_come(submitted, city):
    visitor = submitted("电山禾")
    choose(city.kaiban.office, case_of(visitor, city).no, {"mode": "electronic"})
    finish(visitor, city)
    visitor.open(f"/t/{visitor.filing_id}/package")
    assert "您选择了只要电子件" in visitor.text
    assert "不用到大厅" not in visitor.text, "a paper licence or seals are still to be fetched"


def test_once_it_is_posted_the_page_says_why_nothing_can_be_changed(submitted, city):
    visitor = submitted("终山禾")
    aid = visitor.filing_id
    finish(visitor, city)
    visitor.open(f"/t/{aid}/package").follow("更改领取方式")
    save(visitor, **BY_POST)
    visitor.open(f"/t/{aid}/delivery")
    late = visitor.button("保存领取方式")
    post(city.kaiban.office, case_of(visitor, city).no, "1234567890123")
    visitor.send(*late, {"delivery.mode": "window"})
    assert visitor.status == 409
    assert "证照包已经寄出，领取方式和地址不能再改" in visitor.text
    assert case_of(visitor, city).form["delivery"]["mode"] == "post"
    for page in ("package", "delivery"):
        visitor.open(f"/t/{aid}/{page}")
        assert "已经寄出" in visitor.text
        assert not visitor.page.xpath("//main//form")
    stranger = Visitor(city.address)
    assert stranger.open(f"/t/{aid}/delivery").status == 403
    assert "李四" not in stranger.open(f"/t/{aid}").answer.text
    stranger.close()
