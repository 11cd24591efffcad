"""How long others wait for a page while twenty people bring files that are heavy to read.

Each file is a small PDF whose pages share one long text, just below what a city allows: reading it takes a processor
several seconds. The web processes run as in life, on SQLite. Twenty people bring such files over and over, whoever is
told to come back does so when told; somebody else opens the same page again and again.
"""

import io
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import requests

from kaiban.domain.material import UploadLimits
from tests.bench.figure import Figure
from tests.bench.filling import looks, p95
from tests.city import city
from tests.web.visitor import Visitor

PEOPLE, RATIO = 20, 1.5
READY_WITHIN = 120
NO_ANSWER = 0
LINE = b"0 0 m 10 10 l S\n"
PAGES = 7


def measure() -> dict[str, Figure]:
    """The 95th percentile of others' pages beside heavy uploads, over that of a quiet service."""
    file = heavy_file()
    with _served() as address:
        reader = Visitor(address)
        reader.open("/").press("开始填写").press("保存并继续")
        page, cookies = f"{address}/a/{reader.filing_id}/licence", reader.http.cookies
        looks(page, cookies)  # everything is loaded
        idle = looks(page, cookies)
        with _bringing(address, file) as answers:
            beside = looks(page, cookies)
            while sum(answers.values()) < PEOPLE:
                beside += looks(page, cookies)
        reader.close()
    assert answers[200] + answers[422], f"no file was read: {answers}"
    print(f"answers to the uploads: {dict(answers)}")  # noqa: T201 - beside the table
    return {"heavy_uploads_others": Figure(p95(beside) / p95(idle), "ratio", RATIO)}


@contextmanager
def _served() -> Iterator[str]:
    """The address of the web processes `kaiban serve` keeps; no departments, no worker: they have no part in this."""
    with (
        tempfile.TemporaryDirectory(prefix="kaiban-bench-") as folder,
        city(Path(folder), speed=1, only=()) as ours,
    ):
        ours.start(*ours.commands()["web"].argv)
        ours.wait_until_ready(READY_WITHIN)
        yield ours.address


def heavy_file() -> bytes:
    """A PDF of a few kilobytes that is read for seconds; ordinary in everything but its length."""
    lines = UploadLimits().unpacked_bytes // (PAGES + 1) // len(LINE)
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(PAGES):
            pdf.add_blank_page(page_size=(595, 842))
        text = pdf.make_stream(LINE * lines)
        for page in pdf.pages:
            page.obj.Contents = text
        pdf.save(target)
    return target.getvalue()


@contextmanager
def _bringing(address: str, file: bytes) -> Iterator[Counter[int]]:
    """Twenty people with such a file, each again as soon as there is an answer; counted by their status."""
    answers: Counter[int] = Counter()
    over, there = threading.Event(), threading.Barrier(PEOPLE + 1)

    def bring() -> None:
        visitor = Visitor(address)
        visitor.open("/").press("开始填写").press("保存并继续").go("materials")
        there.wait()
        while not over.is_set():
            try:
                visitor.bring("identity", ("a.pdf", file))
            except requests.Timeout:
                answers[NO_ANSWER] += 1
                continue
            answers[visitor.status] += 1
            if visitor.status == 503:
                over.wait(float(visitor.answer.headers["Retry-After"]))
        visitor.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        people = [pool.submit(bring) for _ in range(PEOPLE)]
        there.wait()
        time.sleep(1)
        try:
            yield answers
        finally:
            over.set()
        for each in people:
            each.result()
