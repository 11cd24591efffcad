"""The exit desk: found, handed over against a signature, posted, reminded; nothing leaves twice."""

import pytest

from kaiban.domain.papers.delivery import settled_by
from tests.web.desk.by_hand.test_by_hand import scan, send
from tests.web.desk.people import at_desk, hire
from tests.web.house import house

WHO = {"who": "legal_rep", "document": "id_card", "matches": "yes"}


@pytest.fixture
def finished(city):
    """Make finished cases, as their applicants want them."""

    def finished(**delivery):
        form = city.form()
        form["delivery"] = delivery or {"mode": "window"}
        no = city.submit(form, "registration")
        city.follow(no)
        return no

    return finished


@pytest.fixture
def no(finished):
    return finished()


def case(city, no):
    return city.kaiban.cases.read(no)


def handed(city, no):
    return [each for each in case(city, no).events if each.kind == "handed_out"]


def press(page, words, answers, *files):
    return send(page, *page.button(words), answers, *files)


def test_it_is_handed_over_once_against_a_signed_paper_with_who_and_what_was_seen(
    desk, city, no, person
):
    desk.open("/desk/exit").press("查找", q=no)
    assert desk.path == f"/desk/cases/{no}/exit"
    name = case(city, no).form["people"]["legal_rep"]["name"]
    number = case(city, no).form["people"]["legal_rep"]["cert"]["no"]
    assert name in desk.text
    assert number not in desk.answer.text
    assert "签收单" in desk.follow("打印签收单").text
    paper = desk.page.xpath("string(//*[contains(@class, 'kb-paper')])")
    assert "经办：李敏" in paper
    assert person.login not in paper, "an account is not what the applicant knows anybody by"
    desk.open(f"/desk/cases/{no}/exit")
    form, button = desk.button("登记领走")
    for _ in range(2):
        send(desk, form, button, {**WHO, "signature": "paper"}, ("signed.png", scan()))
        assert "已经登记领走" in desk.text, desk.mistakes
    (event,) = handed(city, no)
    assert (event.actor, event.text) == (f"window:{person.login}", name)
    assert event.facts == {"who": "legal_rep", "document": "id_card", "signature": "paper"}
    assert "不能再出" in desk.text
    assert desk.follow("看签收单").answer.content.startswith(b"\xff\xd8\xff")
    assert no not in desk.open("/desk/exit").text


def test_a_colleague_who_presses_too_is_told_that_it_has_left(desk, city, no):
    desk.open(f"/desk/cases/{no}/exit")
    form, button = desk.button("登记领走")
    colleague = at_desk(city.address, hire(city.kaiban))
    colleague.open(f"/desk/cases/{no}/exit")
    press(colleague, "登记领走", {**WHO, "signature": "paper"}, ("signed.png", scan()))
    colleague.close()
    send(desk, form, button, {**WHO, "signature": "paper"}, ("signed.png", scan()))
    assert desk.status == 409
    assert desk.mistakes == ["这一版证照包已经交给申请人，无需重复登记。"]
    assert len(handed(city, no)) == 1


def test_whoever_hands_it_to_another_in_a_second_window_is_told_that_it_has_left(desk, city, no):
    desk.open(f"/desk/cases/{no}/exit")
    form, button = desk.button("登记领走")
    send(desk, form, button, {**WHO, "signature": "paper"}, ("signed.png", scan()))
    send(desk, form, button, {**WHO, "who": "liaison", "signature": "paper"}, ("signed.png", scan()))  # fmt: skip
    assert desk.status == 409
    assert desk.mistakes == ["这一版证照包已经交给申请人，无需重复登记。"]
    assert [each.facts["who"] for each in handed(city, no)] == ["legal_rep"]


def test_everything_that_was_not_checked_is_told_at_once(desk, no, city):
    desk.open(f"/desk/cases/{no}/exit")
    press(desk, "登记领走", {})
    assert desk.page.xpath("//*[@data-errors]//a/@href") == [
        "#hand-who", "#hand-document", "#hand-matches", "#hand-signature",
    ]  # fmt: skip
    press(
        desk,
        "登记领走",
        {"who": "other", "document": "passport", "matches": "yes", "signature": "paper"},
    )
    assert desk.page.xpath("//*[@data-errors]//a/@href") == [
        "#hand-name",
        "#hand-authority",
        "#hand-file",
    ]
    press(desk, "登记领走", {"signature": "paper"}, ("notes.txt", b"hello"))
    assert any("notes.txt" in each for each in desk.mistakes)
    assert handed(city, no) == []


def test_an_agent_without_that_right_is_not_among_those_who_may_fetch(desk, city):
    form = city.form()
    form["people"]["proxy"]["may_collect"] = False
    no = city.submit(form, "registration")
    city.follow(no)
    desk.open(f"/desk/cases/{no}/exit")
    assert form["people"]["proxy"]["name"] not in desk.text


def test_a_code_to_the_phone_signs_once(city, no):
    with house(city) as house_:
        page = at_desk(house_.address, hire(city.kaiban))
        page.open(f"/desk/cases/{no}/exit")
        press(page, "登记领走", {**WHO, "signature": "code", "digits": "000000"})
        assert len(page.mistakes) == 1
        phone = case(city, no).form["people"]["legal_rep"]["mobile"]
        press(page, "发验证码到手机", {**WHO, "signature": "code"})
        assert phone not in page.answer.text
        assert f"{phone[:3]}****{phone[-4:]}" in page.text
        assert page.page.xpath("//input[@name='who' and @checked]/@value") == ["legal_rep"]
        digits = house_.digits_to(phone)
        press(page, "登记领走", {**WHO, "signature": "code", "digits": digits})
        assert "已经登记领走" in page.text, page.mistakes
        page.close()
    assert handed(city, no)[0].facts["signature"] == "code"


PARCEL = {
    "mode": "post",
    "recipient": "张三",
    "phone": "13800000000",
    "address": "示范市开元区青云路 18 号",
}


def test_a_parcel_has_a_label_whose_look_is_told_and_leaves_with_its_number(
    desk, city, finished, person
):
    no = finished(**PARCEL)
    assert no in desk.open("/desk/exit").text
    desk.follow(case(city, no).form["company"]["name"]["full"])
    assert PARCEL["address"] not in desk.text
    assert PARCEL["address"] in desk.follow("打印面单").text
    seen = city.kaiban.cases.disclosures(no)[-1]
    assert (seen.who, "delivery.address" in seen.what) == (person.login, True)
    desk.open(f"/desk/cases/{no}/exit").press("登记寄出", tracking="1")
    assert len(desk.mistakes) == 1
    form, button = desk.button("登记寄出")
    for _ in range(2):
        desk.send(form, button, {"tracking": "1234567890123"})
        assert "已经登记寄出" in desk.text, desk.mistakes
    assert "运单 EMS 1234567890123" in desk.text
    assert f"李敏（{person.login}）" in desk.text
    posted = [each for each in case(city, no).events if each.kind == "posted"]
    assert [(each.actor, each.text) for each in posted] == [
        (f"window:{person.login}", "EMS 1234567890123")
    ]


def test_where_nothing_can_be_sent_nobody_is_said_to_be_reminded(desk, no):
    desk.open(f"/desk/cases/{no}/exit").press("提醒来领")
    assert "没有发出" in desk.text


def test_what_was_typed_may_be_a_pick_up_number_of_a_ticket(desk, city, no):
    for wrong in ("0000-001", "9999-017", "abc", "0230-001", no[:-1]):
        desk.open("/desk/exit").press("查找", q=wrong)
        assert desk.mistakes == [
            "本大厅没有这个取件号或者办件号，请对照号票或者受理回执再填一次。"
        ], wrong
    far = at_desk(city.address, hire(city.kaiban, hall="allday"))
    far.open("/desk/exit").press("查找", q=no)
    assert far.mistakes
    far.close()
    assert settled_by(case(city, no)) is None
