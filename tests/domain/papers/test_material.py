"""Promises to bring materials later."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kaiban.domain.hours.clock import EveryDay, HallHours
from kaiban.domain.papers.material import (
    Deferral,
    Material,
    Upload,
    Wanted,
    lacking,
    obligations,
    same_as,
)
from tests.domain.halls import HALL

AT = datetime(2026, 9, 30, 2, tzinfo=UTC)


def file(key):
    return Material(f"{key}-file", key, AT, digest="d")


def promise(key):
    return Material(f"{key}-promise", key, AT)


@pytest.mark.parametrize(
    ("accepted", "days", "due"),
    [
        # 1 to 7 October 2026 is the National Day holiday, 10 October a working Saturday.
        (datetime(2026, 9, 30, 2, tzinfo=UTC), 1, date(2026, 10, 8)),
        (datetime(2026, 9, 30, 2, tzinfo=UTC), 3, date(2026, 10, 10)),
        (datetime(2026, 3, 6, 2, tzinfo=UTC), 10, date(2026, 3, 20)),
        # 17:00 UTC is the next day in the hall.
        (datetime(2026, 3, 4, 17, tzinfo=UTC), 1, date(2026, 3, 6)),
        (datetime(2026, 3, 4, 2, tzinfo=UTC), 0, date(2026, 3, 4)),
    ],
)
def test_a_promise_is_due_after_so_many_working_days(accepted, days, due):
    assert Deferral(working_days=days).due(accepted, HALL) == due


def test_a_hall_that_never_rests_counts_every_day():
    hall = HallHours(HALL.seasons, EveryDay())
    assert Deferral(working_days=2).due(AT, hall) == date(2026, 10, 2)


def test_a_promise_is_kept_by_a_file_of_its_key():
    assert obligations([promise("lease"), promise("identity"), file("lease")]) == [
        promise("identity")
    ]


def test_what_is_lacking():
    wanted = [
        Wanted(key, key, (), produced=key == "articles")
        for key in ("articles", "lease", "permit", "identity")
    ]
    there = [file("identity"), promise("lease"), promise("permit")]
    found = lacking(wanted, there, Deferral(frozenset({"lease"}), 10))
    assert [one.key for one in found] == ["permit"]


def test_a_file_is_known_by_what_it_holds():
    one, other = (Upload(name, "image/jpeg", b"x", 1) for name in ("a.jpg", "b.jpg"))
    assert one.digest == other.digest != Upload("a.jpg", "image/jpeg", b"y", 1).digest


def test_the_same_file_is_found_wherever_else_it_is_and_a_promise_is_no_file():
    lease, photo = file("lease"), file("photo")
    other = replace(file("identity"), digest="e")
    promises = [promise("lease"), promise("photo")]
    present = [lease, photo, other, *promises]
    assert same_as(lease, present) == [photo]
    assert same_as(other, present) == []
    assert same_as(promises[0], present) == []
