"""What a stub writes down is there after it dies, whole or not at all."""

import threading

import pytest

from adapters.hall.store import Commit, Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "s.db")
    yield store
    store.close()


def test_documents_are_found_by_kind_and_id(store):
    store.put("case", "b", {"名": "乙"})
    store.put("case", "a", {"名": "甲"})
    store.put("other", "a", {})
    assert store.get("case", "a") == {"名": "甲"}
    assert list(store.all("case")) == ["a", "b"]
    store.remove("case", "a")
    assert store.get("case", "a") is None


def test_what_fails_in_the_middle_leaves_nothing(store):
    with pytest.raises(RuntimeError), store.atomic():  # noqa: PT012 - the point is what came before
        store.put("case", "a", {})
        with store.atomic():
            store.write_commit(Commit("e", "d", "main", "k", "t"))
        raise RuntimeError
    assert store.all("case") == {}
    assert store.commits() == []


def test_numbers_are_given_once_even_to_many_threads(store):
    got = []
    threads = [
        threading.Thread(target=lambda: got.extend(store.next_number("n") for _ in range(20)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(got) == list(range(1, 81))


def test_another_process_reads_what_this_one_wrote(tmp_path):
    first = Store(tmp_path / "s.db")
    first.put("case", "a", {"n": 1})
    second = Store(tmp_path / "s.db")
    assert second.get("case", "a") == {"n": 1}
    first.close()
    second.close()


def test_without_a_file_nothing_stays():
    first = Store()
    first.put("case", "a", {})
    first.close()
    second = Store()
    assert second.all("case") == {}
    second.close()
