"""The pages at the type of a problem."""

import re

import pytest
from lxml import html

from kaiban.api.problem_texts import EXPLAINED
from kaiban.api.problems import TYPES
from tests.api.test_routes import problem

CHINESE = re.compile(r"[一-鿿]")


def test_every_type_is_explained_in_both_languages():
    assert EXPLAINED.keys() == TYPES.keys()
    for told in EXPLAINED.values():
        assert CHINESE.search(told.chinese)
        assert told.title
        assert told.english
        assert not CHINESE.search(told.title + told.english)


def test_the_type_of_a_problem_is_the_address_of_its_page(served):
    refused = served.call("GET", "/cases/KB0")
    page = served.client.get(refused.get_json()["type"])
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    tree = html.fromstring(page.data)
    assert tree.get("lang") == "zh-CN"
    assert "没有找到" in tree.findtext(".//h1")
    [english] = tree.xpath("//section[@lang='en']")
    assert "no such thing" in english.text_content()
    assert EXPLAINED["not-found"].title in tree.findtext(".//title")


def test_one_page_has_all_of_them(served):
    text = served.client.get("/problems").get_data(as_text=True)
    assert all(f"/problems/{kind}<" in text for kind in TYPES)


@pytest.mark.parametrize("kind", ["nothing", "%3Cb%3E", ".."])
def test_a_type_there_is_not_has_no_page(served, kind):
    assert problem(served.client.get(f"/problems/{kind}")) == "not-found"
