"""A log says which of our lines led to a failure, also where a library raised it, and nothing of what was typed."""

import json
import re

from forms import jsontext
from kaiban.processes.frames import MOST, frames


def raised(act):
    try:
        act()
    except Exception as error:  # noqa: BLE001 - whatever it is, its frames are looked at
        return frames(error.__traceback__)
    raise AssertionError("nothing was raised")


def test_our_latest_lines_are_told_and_the_one_of_a_library_that_raised():
    found = raised(lambda: jsontext.read("{王小明"))
    assert re.match(r"forms\.jsontext:\d+ read", found[0])
    assert re.match(r"json\.\w+:\d+ ", found[-1])
    assert "王小明" not in str(found)


def test_of_a_failure_that_is_nobody_of_ours_the_last_line_is_told():
    [found] = raised(lambda: json.loads("{"))
    assert found.startswith("json.decoder:")


def test_of_many_of_ours_the_latest_are_told():
    namespace = {"__name__": "forms.deep", "read": jsontext.read}
    exec("def deep(n):\n    return deep(n - 1) if n else read('{')", namespace)
    found = raised(lambda: namespace["deep"](10))
    assert len(found) == MOST + 1
    assert found[0].startswith("forms.deep:2")
