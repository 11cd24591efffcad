"""From the first page to the package in hand, typing and clicking as a person does, on a phone and on an old desk.

Real service, six pretended departments, Debian's chromium; time is let go on by the test. The registrar wants a
correction on the way. Every page passed is looked over.
"""

import pytest

from forms.applicants import USUAL, applicants
from tests.browser.clean import faults
from tests.combinations import each_value_once
from tests.journeys.city import AGAIN, playing
from tests.web.filling import controls_of, member_controls, pages_of

#: Controls a person does not touch.
OURS = ("csrf_token", "version", "come", "do")


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("journey")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20, prints=True) as city:
        yield city


#: With scripts on a phone, and without on an old desk.
SCREENS = ((True, 390, "测试补正木"), (False, 1280, "测试补正川"))
#: What most people open is opened in both ways.
WITH_USUAL = [(USUAL, True, 390, "测试补正云"), (USUAL, False, 1280, "测试补正禾")]
OTHERS = [key for key in applicants() if key != USUAL]


class Person:
    """Somebody in front of a browser; knows only what the pages show."""

    def __init__(self, page, scripts):
        self.page, self.scripts, self.passed = page, scripts, {}

    @property
    def path(self):
        return self.page.url.partition("//")[2].partition("/")[2].partition("?")[0]

    def look(self):
        """Look the page over, each kind of page once."""
        kind = self.path.partition("/")[2].partition("/")[2] or self.path
        if kind not in self.passed:
            self.passed[kind] = faults(self.page, scripts=self.scripts)

    def press(self, words):
        self.look()
        self._go(self.page.get_by_role("button", name=words, exact=True).first)

    def follow(self, words):
        self.look()
        self._go(self.page.get_by_role("link", name=words).first)

    def follow_to(self, end):
        self._go(self.page.locator(f"a[href$='{end}']").last)

    def _go(self, place):
        with self.page.expect_navigation():
            place.click()

    def fill(self, wanted):
        """Answer every control of the page that is asked, row by row, condition by condition."""
        for name, values in wanted.items():
            if name.endswith(":rows"):
                self._make_rows(name.removesuffix(":rows"), int(values[0]))
            elif name not in OURS:
                self._answer(name, values)

    def _make_rows(self, name, count):
        rows = self.page.locator(f"input[name='{name}:rows']")
        while int(rows.first.get_attribute("value")) < count:
            self._go(self.page.locator(f"button[name='do'][value='add:{name}']"))

    def _answer(self, name, values):
        controls = self.page.locator(f"main [name='{name}']")
        kind = controls.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            for value in filter(None, values):
                self.page.locator(f"main [name='{name}'][value='{value}']").check()
        elif not controls.first.is_visible():
            assert values in ([""], ["0"], []), f"{name} is hidden and ought to be {values}"
        elif controls.first.evaluate("each => each.tagName") == "SELECT":
            controls.first.select_option(values[0])
        else:
            controls.first.fill(values[0])
            controls.first.press("Tab")  # a list of suggestions closes


def fill_in(person, form):
    """Page after page in the order in which the pages lead on."""
    asked = {page.name: page for page in pages_of(form)}
    for _ in range(len(asked) + 2):
        name = person.path.rpartition("/")[2]
        if name == "check":
            return
        page = asked[name]
        if name == "staff":
            for index in range(len(form["staff"]["members"])):
                person.follow_to(f"/staff/{index}")
                person.fill(member_controls(form, index))
                person.press("保存并继续")
        else:
            person.fill(controls_of(form, page))
        person.press("保存并继续")
        assert person.page.locator("[data-errors]").count() == 0, name
    raise AssertionError(f"the pages never led to the check: {person.path}")


@pytest.mark.timeout(900)  # a minute on a machine with nothing else to do
@pytest.mark.parametrize(
    ("applicant", "scripts", "width", "trade_name"),
    [*WITH_USUAL, *each_value_once(OTHERS, SCREENS)],
)
def test_an_applicant_is_opened(city, open_page, applicant, scripts, width, trade_name):
    form = city.form(f"{trade_name}{AGAIN[list(applicants()).index(applicant)]}", width, applicant)
    person = Person(open_page(city.address, width=width, scripts=scripts), scripts)
    person.follow("先看办事指南")
    person.page.locator(f"input[type='radio'][name='type'][value='{applicant}']").check()
    person.press("按这样选看指南")
    assert applicants()[applicant].basis in person.page.content()
    person.press("开始填写")
    person.press("保存并继续")
    aid = person.path.split("/")[1]
    person.follow(pages_of(form)[0].title)
    fill_in(person, form)
    person.page.goto(f"{city.address}/a/{aid}/materials")
    person.look()
    person.page.goto(f"{city.address}/a/{aid}/check")
    person.press("确认无误，提交申请")
    person.follow("查看办理进度")

    no = city.kaiban.filings.get(aid).case_no
    city.wait_for(no, lambda case: case.open_notice)
    person.page.reload()
    person.follow("查看并补正")
    person.fill({"premises.detail": ["青云路 9 号 3 栋 502 室"]})
    person.press("核对补正")
    assert "青云路 9 号" in person.page.content()
    person.press("确认无误，提交补正")
    city.wait_for(no, lambda case: case.ended)
    assert city.kaiban.cases.read(no).state == "completed"

    person.page.reload()
    person.follow("查看证照包")
    person.look()
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="下载 PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")
    person.page.goto(f"{city.address}/t/{aid}")
    person.follow("谁看过我的信息")
    person.look()
    person.page.goto(f"{city.address}/t/{aid}")
    person.follow("评价这次办理")
    person.page.get_by_label("非常满意", exact=True).check()
    person.press("提交评价")
    assert "谢谢您的评价" in person.page.content()
    assert {kind: found for kind, found in person.passed.items() if found} == {}
