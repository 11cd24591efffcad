import pytest

from kaiban.config import ConfigError
from tests.config.profiles import MINIMAL, profile

OURS = """
[[supervising]]
name = "after"
title = "监管处"
url = "https://example.com/hook"
secret = "env:AFTER"
"""


def test_departments_that_are_handed_results_stand_in_the_profile(tmp_path):
    assert profile(tmp_path, MINIMAL).supervising == ()
    [found] = profile(tmp_path, MINIMAL + OURS + 'links = ["registration"]\n').supervising
    assert (found.name, found.secret, found.links) == ("after", "env:AFTER", ("registration",))
    assert "env:AFTER" not in repr(found)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (OURS.replace("env:AFTER", "whsec_x"), "never the secret itself"),
        (OURS + OURS, "twice"),
        (OURS + 'urls = ""\n', "urls"),
        (OURS.replace('title = "监管处"\n', ""), "title"),
    ],
)
def test_a_wrong_department_stops_the_start(tmp_path, text, why):
    with pytest.raises(ConfigError, match=why):
        profile(tmp_path, MINIMAL + text)
