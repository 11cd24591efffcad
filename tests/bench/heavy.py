"""How long others wait for a page while twenty people bring files that are heavy to read.

Each file is a small PDF whose pages share one long text, just below what a city allows: reading it takes a processor
half a minute, more than one file may have. ``kaiban serve`` runs as in life, on SQLite. Twenty people bring such files over and over, whoever is
told to come back does so when told; somebody else opens the same page again and again. Rounds in which nobody else is
there come before, between and after those beside the crowd: what else the machine does is in both.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.bringing import WORKED_AT, bringing
from tests.bench.figure import Figure
from tests.bench.filling import looks, p95
from tests.city import SERVE, city
from tests.web.visitor import Visitor

ROUNDS, RATIO = 3, 1.5
#: Looks of 150 pages each beside the crowd in one round: longer than it waits when it is told to come back.
LOOKS_BESIDE = 3
READY_WITHIN = 120


def measure() -> dict[str, Figure]:
    """The 95th percentile of others' pages beside heavy uploads, over that of a quiet service."""
    answers: Counter[int] = Counter()
    with _served() as address:
        reader = Visitor(address)
        reader.open("/").press("开始填写").press("保存并继续")
        page, cookies = f"{address}/a/{reader.filing_id}/licence", reader.http.cookies
        looks(page, cookies)  # everything is loaded
        idle, beside = looks(page, cookies), list[float]()
        for _ in range(ROUNDS):
            with bringing(address, answers):
                for _ in range(LOOKS_BESIDE):
                    beside += looks(page, cookies)
            idle += looks(page, cookies)
        reader.close()
    assert answers[WORKED_AT], f"no file was worked at: {answers}"
    _tell(answers, idle, beside)
    return {"heavy_uploads_others": Figure(p95(beside) / p95(idle), "ratio", RATIO)}


@contextmanager
def _served() -> Iterator[str]:
    """The address of the service."""
    with (
        tempfile.TemporaryDirectory(prefix="kaiban-bench-") as folder,
        city(Path(folder), speed=1) as ours,
    ):
        ours.start(*SERVE)
        ours.wait_until_ready(READY_WITHIN)
        yield ours.address


def _tell(answers: Counter[int], idle: list[float], beside: list[float]) -> None:
    waits = f"alone {p95(idle):.1f} ms, beside {p95(beside):.1f} ms"
    print(f"answers to the uploads: {dict(answers)}; 95th percentile {waits}")  # noqa: T201 - beside the table
