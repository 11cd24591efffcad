"""Pages while nothing can be written: 503, what was typed stays on the page, and it heals."""

import pytest

from kaiban.web.pages import routes_of
from tests.outages import full, read_only


@pytest.fixture
def engine(city):
    return city.kaiban.database.engine


def test_what_was_typed_stays_on_the_page_and_is_sent_again_from_there(filing, engine):
    filing.go("name")
    [name] = [
        each.get("name") for each in filing.page.xpath("//main//input[@type='text']")
    ][:1]  # fmt: skip
    form, button = filing.button("保存并继续")
    with read_only(engine):
        filing.send(form, button, {name: "晨光"})
        assert filing.status == 503
        assert int(filing.answer.headers["Retry-After"]) > 0
        assert filing.control(name).get("value") == "晨光"
        assert "没有丢" in filing.text
        filing.press("再发送一次")
        assert filing.status == 503
        assert filing.control(name).get("value") == "晨光"
    filing.press("再发送一次")
    assert filing.status in {200, 422}
    filing.go("name")
    assert filing.control(name).get("value") == "晨光"


def test_a_filing_that_could_not_be_begun_is_begun_from_the_same_page(visitor, engine):
    with read_only(engine):
        visitor.press("开始填写")
        assert visitor.status == 503
        assert "系统暂时不能保存" in visitor.heading
    visitor.press("再发送一次")
    assert visitor.status == 200
    assert visitor.filing_id


@pytest.mark.parametrize("outage", [full, read_only])
def test_no_page_fails_because_nothing_can_be_written(filing, engine, outage):
    filing.go("name")
    token = filing.control("csrf_token").get("value")
    refused = set()
    with outage(engine):
        for route in routes_of():
            for method in route.methods:
                path = route.rule.replace("<aid>", filing.filing_id).replace("<page>", "name")
                path = path.replace("<int:row>", "0")
                if "<" in path:
                    continue
                answer = filing.http.request(
                    method, filing.address + path, data={"csrf_token": token}, timeout=60,
                    allow_redirects=False,
                )  # fmt: skip
                assert answer.status_code != 500, (method, path)
                if answer.status_code == 503:
                    assert answer.headers["Retry-After"], path
                    refused.add(path)
    assert refused or outage is full
