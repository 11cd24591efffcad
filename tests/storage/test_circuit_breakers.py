from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kaiban.domain.cases.exchange import Exchange
from kaiban.domain.circuit_breaker import TOLERATED, Cause, Circuit, DepartmentCircuit
from tests.storage.samples import MORNING, sample_case

LATER = MORNING + timedelta(seconds=20)


def opened():
    standing = DepartmentCircuit("bank", window_at=MORNING, resends=1)
    for _ in range(TOLERATED):
        standing = standing.failed(Cause.SILENT, "not sent", MORNING, timedelta(0))
    return standing


def save(cases, standing):
    with cases.transaction() as tx:
        tx.standing(standing.department)
        tx.save_standing(standing)


def test_a_department_nobody_has_spoken_to_is_trusted(cases):
    assert cases.standings() == {}
    with cases.transaction() as tx:
        assert tx.standing("bank") == DepartmentCircuit("bank")


def test_what_was_written_is_read(cases):
    save(cases, opened())
    save(cases, DepartmentCircuit("tax"))
    assert cases.standings() == {"bank": opened(), "tax": DepartmentCircuit("tax")}
    with cases.transaction() as tx:
        assert tx.standing("bank") == opened()


def test_what_is_rolled_back_has_not_happened(cases):
    def fail_half_way():
        with cases.transaction() as tx:
            tx.standing("bank")
            tx.save_standing(opened())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert cases.standings() == {}


def in_sixteen_threads(work):
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: work(), range(16)))


def test_of_many_at_once_one_is_the_probe(cases):
    save(cases, opened())

    def knock():
        with cases.transaction() as tx:
            standing = tx.standing("bank")
            if standing.held_until(MORNING):
                return False
            tx.save_standing(standing.passed(LATER))
            return True

    assert sum(in_sixteen_threads(knock)) == 1
    assert cases.standings()["bank"].circuit is Circuit.HALF_OPEN


def test_of_many_first_visitors_at_once_each_one_counts(cases):
    def send():
        with cases.transaction() as tx:
            tx.save_standing(tx.standing("bank").sent_again())

    in_sixteen_threads(send)
    assert cases.standings()["bank"].resends == 16


def test_a_look_locks_nobody_and_sees_what_was_saved_since(cases):
    save(cases, opened())
    with cases.transaction() as tx:
        assert tx.seen_standing("bank") == opened()
        assert tx.seen_standing("tax") == DepartmentCircuit("tax")
        tx.standing("bank")
        tx.save_standing(opened().answered())
        assert tx.seen_standing("bank").is_calm


def test_what_was_sent_is_counted_by_department_from_an_instant_on(cases):
    case = sample_case("KB0001")
    sent = [
        ("tax", "send", MORNING),
        ("tax", "send", LATER),
        ("bank", "send", LATER),
        ("bank", "look", LATER),
    ]
    with cases.transaction() as tx:
        tx.add(case)
        for link, errand, at in sent:
            tx.begin_exchange(case.no, Exchange(link, "main", 1, errand, at))
        assert tx.sent_since(MORNING) == {"tax": 2, "bank": 1}
        assert tx.sent_since(LATER) == {"tax": 1, "bank": 1}
    assert cases.sent_since(LATER + timedelta(seconds=1)) == {}


def test_what_is_put_off_is_found_by_department_and_instant(cases):
    case = sample_case("KB0001")
    link = case.links[0]
    link.steps[0].next_action_at = LATER
    with cases.transaction() as tx:
        tx.add(case)
        assert tx.put_off(link.name, MORNING) == [("KB0001", link.steps[0].name)]
        assert tx.put_off(link.name, LATER) == []
        assert tx.put_off("nobody", MORNING) == []
