"""A machine of the hall forgets whoever used it, and nothing that was filled in."""

import pytest


@pytest.fixture
def machine(visitor):
    """A visitor's browser that is a kiosk, at the first page."""
    visitor.open("/kiosk").press("在这台设备上开启")
    assert visitor.path == "/"
    return visitor


def head(visitor):
    return visitor.answer.text.partition("</head>")[0]


def test_a_browser_is_no_kiosk_until_somebody_says_so(visitor):
    assert "data-kiosk" not in visitor.answer.text
    assert "tel:" in visitor.answer.text
    visitor.open("/kiosk/left")
    assert visitor.path == "/"


def test_a_kiosk_has_a_countdown_and_no_way_out_to_the_telephone(machine):
    assert 'data-kiosk="60"' in machine.answer.text
    assert "tel:" not in machine.answer.text
    assert machine.page.xpath("//form[@action='/kiosk/reset']")
    machine.open("/kiosk")
    assert "清除这个浏览器的数据" in machine.text
    assert not machine.page.xpath("//main//form")


@pytest.mark.parametrize("leave", ["pressed", "without scripts"])
def test_it_forgets_the_filing_and_the_choices_but_the_form_is_kept(machine, city, leave):
    machine.press("开始填写")
    machine.press("保存并继续")
    aid = machine.filing_id
    machine.press("长者大字版")
    assert 'data-size="large"' in machine.answer.text
    if leave == "pressed":
        machine.press("结束并清除")
    else:
        assert "600;url=/kiosk/left" in head(machine)
        machine.open("/kiosk/left")
    assert machine.path == "/"
    assert 'data-size="standard"' in machine.answer.text
    assert "这台设备上的申请" not in machine.text
    assert machine.open(f"/a/{aid}/").status == 403
    assert city.kaiban.filings.get(aid)
    assert "data-kiosk" in machine.answer.text
