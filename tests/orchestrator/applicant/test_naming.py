"""Asking about a name: a moment at most, a few at once, and never so often that it is a burden."""

import threading
from datetime import UTC, datetime

import pytest

from kaiban.orchestrator.applicant import naming
from kaiban.orchestrator.applicant.naming import AT_ONCE, Names
from kaiban.orchestrator.departments import Departments
from kaiban.ports import NameOpinion, Unknown

NOW = datetime(2026, 3, 4, tzinfo=UTC)
FREE = NameOpinion()


class RateLimits:
    """Lets so many pass."""

    def __init__(self, left=100):
        self.left = left

    def take(self, limit, subject, at):
        assert (limit, subject, at) == (naming.OFTEN, "asker", NOW)
        self.left -= 1
        return self.left >= 0


class Register:
    def __init__(self, answer=FREE):
        self.answer, self.asked, self.go = answer, [], threading.Event()
        self.go.set()

    def check_name(self, full):
        self.asked.append(full)
        self.go.wait(30)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Nobody:
    """A department without names."""


def names(*departments, limits=None):
    found = Departments({str(n): each for n, each in enumerate(departments)})
    return Names(found, limits or RateLimits(), lambda: NOW)


def test_whoever_keeps_names_is_asked_and_nobody_else():
    register = Register(NameOpinion(("同名",), ()))
    asked = names(Nobody(), register)
    assert asked.known
    assert asked.opinion("示范市星野科技有限公司", "asker", "203.0.113.7").reasons == ("同名",)
    assert register.asked == ["示范市星野科技有限公司"]


def test_without_a_register_nobody_is_asked():
    asked = names(Nobody())
    assert not asked.known
    assert asked.opinion("示范市星野科技有限公司", "asker", "203.0.113.7") is None


@pytest.mark.parametrize("answer", [Unknown("cut"), Unknown("time-out")])
def test_a_register_that_does_not_answer_is_no_obstacle(answer):
    assert names(Register(answer)).opinion("名", "asker", "203.0.113.7") is None


def test_a_slow_register_keeps_nobody_waiting_and_few_at_once(monkeypatch):
    monkeypatch.setattr(naming, "PATIENCE", 0.01)
    register = Register()
    register.go.clear()
    asked = names(register)
    try:
        answers = [asked.opinion(str(n), "asker", "203.0.113.7") for n in range(AT_ONCE + 3)]
    finally:
        register.go.set()
    assert answers == [None] * len(answers)
    assert len(register.asked) == AT_ONCE


def test_who_asks_too_often_is_not_answered():
    register = Register()
    asked = names(register, limits=RateLimits(2))
    assert [asked.opinion("名", "asker", "203.0.113.7") for _ in range(3)] == [FREE, FREE, None]
    assert len(register.asked) == 2
