"""The first page: where to begin, and the way back to what was begun or handed in."""

from tests.web.visitor import Visitor


def test_whoever_has_applied_finds_progress_and_certificates_from_the_first_page(city):
    visitor = Visitor(city.address)
    visitor.open("/").follow("查进度、取证照")
    assert visitor.path == "/resume"
    assert visitor.control("code") is not None
    visitor.close()


def test_who_opens_a_self_employed_business_is_told_what_applies_to_it(city):
    visitor = Visitor(city.address)
    visitor.open("/")
    visitor.press("开始填写", type="individual")
    assert "个体工商户" in visitor.text
    choosing = visitor.path
    visitor.follow("看看这样选要准备什么、多久办好")
    assert "开办个体工商户" in visitor.text
    visitor.open(choosing)
    visitor.press("保存并继续")
    assert "个体工商户 · 5 个环节" in visitor.text
    assert "已选 5 个环节" in visitor.text
    visitor.follow("办事指南：顺序、材料、费用、时间")
    assert "开办个体工商户" in visitor.text
    assert "股东" not in visitor.text.replace("股东以出资额为限承担责任", "")
    visitor.close()
