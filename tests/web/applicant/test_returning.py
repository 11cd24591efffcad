"""Coming back: the way in says nothing about what exists, and brings along what was typed."""

from tests.web.visitor import Visitor


def test_without_a_gateway_the_page_says_what_to_do(visitor):
    visitor.open("/resume").press("获取验证码", code="7K4M-2QXD", phone="13800000000")
    assert visitor.status == 422
    assert "短信" in visitor.mistakes[0]


def test_a_phone_is_kept_only_if_it_is_one(filing, city):
    filing.go("phone")
    filing.press("保存", phone="123")
    assert filing.status == 422
    filing.press("保存", phone="138 0000 0000")
    assert filing.heading == "填写开办申请"
    assert city.kaiban.filings.get(filing.filing_id).phone == "13800000000"
    assert "13800000000" not in filing.answer.text


def test_typed_text_goes_through_the_locked_door(filing):
    filing.go("licence")
    form, button = filing.button("保存并继续")
    stranger = Visitor(filing.address)
    stranger.open("/")
    stranger.send(form, button, {"company.contact_phone": "0999-8800001"})
    assert stranger.status == 403
    stranger.press("获取验证码", code="7K4M-2QXD", phone="13800000000")
    kept = stranger.page.xpath("//input[@name='kept.company.contact_phone']/@value")
    assert kept == ["0999-8800001"]
    stranger.close()
