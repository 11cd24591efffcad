"""Papers to look at: one is written at a time, each once, few are kept."""

import threading

import pytest

from kaiban.processes.pool import PoolFull
from kaiban.web.materials import previews
from kaiban.web.materials.previews import KEPT, WAITING, Previews


def test_what_many_ask_for_at_once_is_written_once():
    shown, written, begun, go_on = Previews(), [], threading.Event(), threading.Event()

    def write():
        begun.set()
        assert go_on.wait(10)
        written.append(1)
        return b"%PDF"

    def ask():
        assert shown.get("a", write) == b"%PDF"

    askers = [threading.Thread(target=ask) for _ in range(1 + WAITING)]
    for each in askers:
        each.start()
    assert begun.wait(10)
    go_on.set()
    for each in askers:
        each.join()
    assert written == [1]


def test_only_the_latest_are_kept_and_none_is_no_paper():
    shown, written = Previews(), []

    def writer(n):
        return lambda: written.append(n) or str(n).encode()

    for n in range(KEPT + 1):
        shown.get(n, writer(n))
    shown.get(KEPT, writer(KEPT))
    shown.get(0, writer(0))
    assert written == [*range(KEPT + 1), 0]
    assert shown.get("b", lambda: None) is None


def test_what_must_not_stay_is_written_anew():
    shown, written = Previews(), []
    for _ in range(2):
        shown.get("annex", lambda: written.append(1) or b"%PDF", keep=False)
    assert written == [1, 1]


def test_who_would_wait_too_long_is_told(monkeypatch):
    monkeypatch.setattr(previews, "PATIENCE", 0.01)
    shown = Previews()

    def write():
        with pytest.raises(PoolFull):
            shown.get("other", lambda: b"")
        return b"%PDF"

    assert shown.get("a", write) == b"%PDF"


def test_only_a_few_wait_and_the_next_is_told_at_once():
    shown, go_on = Previews(), threading.Event()
    refused, asked = [], []

    def ask(number):
        try:
            shown.get(number, lambda: b"%PDF" if go_on.wait(60) else None)
        except PoolFull:
            refused.append(number)
            go_on.set()
        asked.append(number)

    askers = [threading.Thread(target=ask, args=(n,)) for n in range(2 + WAITING)]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    assert len(refused) == 1
    assert len(asked) == 2 + WAITING


def test_a_paper_that_fails_does_not_keep_others_waiting():
    shown = Previews()
    with pytest.raises(ZeroDivisionError):
        shown.get("a", lambda: 1 // 0)
    assert shown.get("a", lambda: b"%PDF") == b"%PDF"
