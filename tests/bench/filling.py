"""Twenty people fill in and submit at once, and two hundred watch: how long each waits.

Everybody fills in the whole form of a sample company, page by page, with a second to think before each, over real
HTTP with cookies and tokens, and submits. Then the same pages are opened while two hundred browsers ask for the
lanes of a case every twelve seconds, as the progress page does. The load runs on the same two cores as the
service, so the figures are on the careful side.
"""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles
from typing import Any

import requests

import forms.sample
from forms.structure.pages import pages
from tests.bench.figure import Figure
from tests.bench.town import MORNING, town
from tests.web.filling import controls_of
from tests.web.visitor import Visitor

PEOPLE, WATCHERS = 20, 200
THINKING, EVERY = 1.0, 12.0
SAVE, SUBMIT, RATIO = 150.0, 400.0, 2.0
LOOKS = 150


def measure() -> dict[str, Figure]:
    """The 95th percentiles in milliseconds, and how much longer others wait because of watchers."""
    saves: list[float] = []
    submits: list[float] = []
    with town() as address:
        visitors = [Visitor(address) for _ in range(PEOPLE)]
        with ThreadPoolExecutor(PEOPLE) as pool:
            list(pool.map(lambda each: _file(*each, saves, submits), enumerate(visitors)))
        watched = f"{address}/t/{visitors[0].filing_id}"
        alone = looks(watched)
        with _watched(f"{watched}/lanes"):
            crowded = looks(watched)
        for each in visitors:
            each.close()
    assert len(submits) == PEOPLE, f"only {len(submits)} of {PEOPLE} were accepted"
    return {
        "save_p95": Figure(p95(saves), "ms", SAVE),
        "submit_p95": Figure(p95(submits), "ms", SUBMIT),
        "watched_over_alone": Figure(p95(crowded) / p95(alone), "ratio", RATIO),
    }


def _file(number: int, visitor: Visitor, saves: list[float], submits: list[float]) -> None:
    form = forms.sample.sample(1000 + number, MORNING.date())
    form["staff"] = {"members": []}
    time.sleep(number / PEOPLE)  # nobody begins in the same instant
    visitor.open("/").press("开始填写").press("保存并继续")
    for page in pages():
        time.sleep(THINKING * random.uniform(0.5, 1.5))
        visitor.go(page.name)
        place, button = visitor.button("保存并继续")
        controls = controls_of(form, page)
        saves.append(_timed(lambda: visitor.send(place, button, controls)))  # noqa: B023 - called at once
        assert visitor.mistakes == [], (page.name, visitor.mistakes)
    visitor.go("check")
    submits.append(_timed(lambda: visitor.press("提交申请")))
    assert "已经提交" in visitor.text, visitor.mistakes


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def looks(address: str, cookies: Any = None) -> list[float]:
    """How long the page takes, in milliseconds, looked at again and again."""
    with requests.Session() as http:
        http.trust_env = False
        http.cookies.update(cookies or {})
        found = []
        for _ in range(LOOKS):
            found.append(_timed(lambda: http.get(address, timeout=60).raise_for_status()))
            time.sleep(0.02)
        return found


class _watched:  # noqa: N801 - reads as a word of the measurement
    """Two hundred watchers, each with a browser's tag, until the block ends."""

    def __init__(self, address: str) -> None:
        self._address, self._over = address, threading.Event()
        self._pool = ThreadPoolExecutor(WATCHERS)

    def __enter__(self) -> None:
        for number in range(WATCHERS):
            self._pool.submit(self._watch, number)
        time.sleep(EVERY)  # everybody has asked once

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._pool.shutdown()

    def _watch(self, number: int) -> None:
        tag = ""
        self._over.wait(EVERY * number / WATCHERS)
        with requests.Session() as http:
            http.trust_env = False
            while not self._over.is_set():
                answer = http.get(self._address, headers={"If-None-Match": tag}, timeout=60)
                tag = answer.headers.get("ETag", tag)
                self._over.wait(EVERY)


def p95(found: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(found, n=20)[-1]
