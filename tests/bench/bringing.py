"""Twenty people who bring heavy files, in a process of their own: ``python -m tests.bench.bringing ADDRESS``.

It says a line when everybody stands before the button, begins when it is sent one, and stops when its input ends;
then it says how often it was given each answer, and how many of the files were really worked at. In life these people sit at machines of their own: here they give way.
"""

import io
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pikepdf
import requests

from kaiban.domain.papers.material import UploadLimits
from kaiban.processes.limits import Limits
from tests.web.visitor import Visitor

PEOPLE = 20
NO_ANSWER = 0
#: Beside the statuses: how many files somebody worked at. Whoever is sent away from the line hears so much earlier
#: than whose file was broken off because its time on a busy machine was over; both are told 503.
WORKED_AT = 1
LINE = b"0 0 m 10 10 l S\n"
PAGES = 7


@contextmanager
def bringing(address: str, answers: Counter[int]) -> Iterator[None]:
    """Let twenty people bring such files until the block ends; counts their answers by status."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.bringing", address],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as people:  # fmt: skip
        assert people.stdin
        assert people.stdout
        assert people.stdout.readline(), "nobody came"
        people.stdin.write("begin\n")
        people.stdin.flush()
        try:
            yield
        finally:
            people.stdin.close()
            told = json.loads(people.stdout.readline())
            answers.update({int(status): count for status, count in told.items()})


def heavy_file() -> bytes:
    """A PDF of a few kilobytes that is read for half a minute of a processor; ordinary in everything but its length."""
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


def _main(address: str) -> None:
    os.nice(19)
    file = heavy_file()
    visitors = [Visitor(address) for _ in range(PEOPLE)]
    for each in visitors:
        each.open("/").press("开始填写").press("保存并继续").go("materials")
    print("there", flush=True)  # noqa: T201 - said to whoever started us
    sys.stdin.readline()
    over, answers = threading.Event(), Counter[int]()
    with ThreadPoolExecutor(PEOPLE) as pool:
        people = [pool.submit(_bring, each, file, over, answers) for each in visitors]
        sys.stdin.read()
        over.set()
    for each in people:
        each.result()
    print(json.dumps(answers), flush=True)  # noqa: T201 - the same


def _bring(visitor: Visitor, file: bytes, over: threading.Event, answers: Counter[int]) -> None:
    """Again as soon as there is an answer, or when one is told to come back."""
    while not over.is_set():
        try:
            began = time.monotonic()
            visitor.bring("identity", ("a.pdf", file))
        except requests.Timeout:
            answers[NO_ANSWER] += 1
            continue
        answers[visitor.status] += 1
        broken_off = time.monotonic() - began >= Limits.seconds
        answers[WORKED_AT] += visitor.status != 503 or broken_off
        if visitor.status == 503:
            over.wait(float(visitor.answer.headers["Retry-After"]))
    visitor.close()


if __name__ == "__main__":
    _main(sys.argv[1])
