"""A form that is sent before its page has arrived whole changes nothing."""

import re
from pathlib import Path

import pytest

import kaiban
from tests.web.filling import fill_in

TEMPLATES = Path(kaiban.__file__).parent / "templates"
FORM = re.compile(r'<form\b[^>]*method="post".*?</form>', re.DOTALL)
#: What people answer with; a button alone says all by being there.
ANSWERED = re.compile(
    r"ui\.(checkbox|checkboxes|radios|input|textarea|select|date|month|upload)\(|\bask\w*\("
)


def forms():
    for path in sorted(TEMPLATES.rglob("*.html")):
        for number, found in enumerate(FORM.findall(path.read_text())):
            yield pytest.param(found, id=f"{path.relative_to(TEMPLATES)}-{number}")


def read_until(form, name):
    """What a browser has of a form whose page has arrived as far as that control."""
    values = form.form_values()
    return values[: [each for each, _ in values].index(name) + 1]


def test_what_has_not_arrived_is_not_emptied(filing, city):
    fill_in(filing, city.form())
    ident = filing.filing_id
    before = city.kaiban.filings.get(ident)
    form, _ = filing.go("name").button("保存并继续")
    values = dict(read_until(form, "company.name.trade_name"), do="save")
    values["company.name.trade_name"] = "别的"
    filing._arrived(filing.http.post(filing.address + form.get("action"), data=values, timeout=60))  # noqa: SLF001 - half a form is no press of a button
    assert filing.status == 400
    assert "没有保存" in filing.text
    after = city.kaiban.filings.get(ident)
    assert (after.entry, after.version) == (before.entry, before.version)
    whole = [*form.form_values(), ("do", "save")]
    assert filing.http.post(filing.address + form.get("action"), data=whole, timeout=60).ok


def press_too_early(filing, **headers):
    form, _ = filing.go("name").button("保存并继续")
    values = [*read_until(form, "company.name.trade_name"), ("do", "save")]
    to = filing.address + form.get("action")
    filing._arrived(filing.http.post(to, data=values, timeout=60, headers=headers))  # noqa: SLF001 - as above
    assert filing.heading == "页面还没有打开完"


@pytest.mark.parametrize(
    "asked", ["", "http://desk.hall.example:8000", "https://10.0.0.7"], ids=["ours", "name", "ip"]
)
def test_whoever_pressed_too_early_is_led_back_to_the_page(filing, asked):
    """By whatever name the browser has come to us: the setting names one, a proxy may have another."""
    path = f"/a/{filing.filing_id}/name"
    press_too_early(filing, Referer=f"{asked or filing.address}{path}?come=check")
    filing.follow("回到刚才的页面")
    assert filing.path == f"{path}?come=check"
    assert filing.button("保存并继续")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Referer": "https://elsewhere.example/signing-in"},
        {"Referer": "https://elsewhere.example//elsewhere.example/a"},
        {"Referer": "https://elsewhere.example/%5Celsewhere.example"},
        {"Referer": "javascript:alert(1)"},
        {"Referer": "http://[/"},
        {"Referer": "https://elsewhere.example/prefs"},
        {"Referer": "https://elsewhere.example/", "Sec-Fetch-Site": "cross-site"},
    ],
    ids=["none", "path", "host", "backslash", "scheme", "broken", "no_page", "cross_site"],
)
def test_from_no_page_of_ours_no_way_leads_back(filing, said):
    press_too_early(filing, **said)
    ways = [each.get("href") for each in filing.page.iterfind(".//main//a")]
    assert ways == ["/"]
    assert "elsewhere" not in filing.answer.text


@pytest.mark.parametrize("form", [*forms()])
def test_a_form_with_answers_says_where_it_begins_and_that_it_is_whole(form):
    begins, ends = form.count("begins()"), form.count("ends()")
    assert begins == ends, "what begins must end"
    if ANSWERED.search(form):
        assert begins == 1
        assert form.index("begins()") < ANSWERED.search(form).start()
        assert re.search(r"ends\(\) }}\s*</form>$", form)
