"""A day is a day of the halls: the one of an instant in UTC is another from midnight to eight in the morning."""

import re

from tests.agreements.repository import texts

#: An instant of a clock made a day without its time zone.
IN_UTC = re.compile(r"clock\.now\(\)\.date\(\)|wall\(\)\.date\(\)")
#: Tools of the developer's own machine and tests of one department by itself, whose clocks stand still at noon.
ELSEWHERE = ("adapters/kit/", "tests/adapters/", "tests/agreements/")


def test_no_day_is_taken_of_an_instant_in_utc():
    found = {
        path: IN_UTC.findall(text)
        for path, text in texts("*.py").items()
        if not path.startswith(ELSEWHERE) and IN_UTC.search(text)
    }
    assert found == {}
