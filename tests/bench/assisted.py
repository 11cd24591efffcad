"""The desk: how much there is to type for the sample form, and what saving a department's page costs.

A real browser is typed into, key by key; the seconds follow from the count by the keystroke-level model
(`tests.browser.typing`), for an average skilled typist with a card reader, and without one. Then the largest page of a department and
one of the applicant's pages it was put together from are saved in turns, each as people do it: save, and go on.
"""

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from playwright.sync_api import sync_playwright

from tests.bench.figure import Figure
from tests.browser.conftest import CHROMIUM, SWITCHES
from tests.browser.test_desk import come_in
from tests.browser.typing import type_sample
from tests.journeys.city import playing
from tests.web.desk.assisted.clerk import BLOCKS, Clerk
from tests.web.desk.people import hire
from tests.web.filling import controls_of
from tests.web.visitor import Visitor

SAVES = 30
KEYS, SECONDS, RATIO = 800, 240.0, 1.5


def measure() -> dict[str, Figure]:
    """Keys and seconds for the whole form, and how much longer saving a department's page takes than an applicant's."""
    with tempfile.TemporaryDirectory(prefix="kaiban-bench-") as name:
        folder = Path(name)
        with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
            typist = _typed(city, "键盘丙", reader=True)
            by_hand = _typed(city, "键盘丁", reader=False)
            ratio = _ratio(city)
    return {
        "desk_filing_keystrokes": Figure(typist.keys, "keys", KEYS),
        "desk_filing_seconds": Figure(typist.seconds, "s", SECONDS),
        "desk_filing_seconds_without_reader": Figure(by_hand.seconds, "s", SECONDS),
        "desk_save_over_applicant": Figure(ratio, "ratio", RATIO),
    }


def _typed(city: Any, company: str, *, reader: bool) -> Any:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="zh-CN")
        page.goto(f"{city.address}/desk/sign-in")
        come_in(page, hire(city.kaiban))
        page.wait_for_url("**/desk")
        typist = type_sample(page, city.address, city.form(company), reader=reader)
        browser.close()
    return typist


def _ratio(city: Any) -> float:
    """Of saves in turns, each of which changes something and leads on to the page of the seals."""
    form = city.form("量一量")
    clerk, applicant = Clerk(city.address), Visitor(city.address)
    hire(city.kaiban).come_in(clerk)
    clerk.begin()
    applicant.open("/").press("开始填写").press("保存并继续")
    company = next(each for each in BLOCKS if each.name == "company")
    for page in company.parts:
        _saved(applicant, page, form)
    at_desk, alone = [], []
    for turn in range(SAVES):
        form["company"]["contact_phone"] = f"0999-88{turn:05}"
        at_desk.append(_saved(clerk, company, form))
        alone.append(_saved(applicant, company.parts[-1], form))
    clerk.close()
    applicant.close()
    return median(at_desk) / median(alone)


def _saved(visitor: Any, page: Any, form: Any) -> float:
    """Open a page, save it and go on; the milliseconds from the press to the next page."""
    visitor.go(page.name)
    place, button = visitor.button("保存并继续")
    controls = controls_of(form, page)
    began = perf_counter()
    visitor.send(place, button, controls)
    return (perf_counter() - began) * 1000
