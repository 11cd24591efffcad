"""Pages while nothing can be written: 503, what was typed stays on the page, and it heals."""

import pytest

from kaiban.domain.papers.material import Holder
from kaiban.web.access.admission import Staff
from kaiban.web.pages import routes_of
from tests.outages import full, read_only
from tests.web.pictures import photograph
from tests.web.refusing import refused

BOTH = pytest.mark.parametrize("outage", [full, read_only])


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


@BOTH
def test_no_page_fails_because_nothing_can_be_written(filing, engine, outage):
    filing.go("name")
    values = {"aid": filing.filing_id, "page": "name", "row": "0"}
    pages = [route for route in routes_of() if not isinstance(route.policy, Staff)]
    found = refused(filing, engine, pages, values, outage)
    if outage is read_only:
        assert {"/a", "/a/<aid>/<page>"} <= found


@BOTH
def test_a_file_that_does_not_fit_is_not_kept_and_is_brought_afterwards(
    filing, city, engine, outage
):
    def kept():
        return [each.name for each in city.kaiban.materials.listed(Holder(filing.filing_id))]

    filing.go("materials")
    with outage(engine):
        filing.bring("identity", ("a.jpg", photograph(1200, 900)))
        assert filing.status == 503
        assert int(filing.answer.headers["Retry-After"]) > 0
        assert kept() == []
    filing.go("materials").bring("identity", ("a.jpg", photograph(1200, 900)))
    assert (filing.status, kept()) == (200, ["a.jpg"])
