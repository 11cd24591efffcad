"""Numbers that no command can mean are refused in a sentence, with exit code 2, before anything is asked for."""

import pytest

from tests.cli.test_commands import kaiban

HUGE = 10**20


@pytest.mark.parametrize(
    "words",
    [
        ("case", "list", "--limit", 0),
        ("case", "list", "--limit", HUGE),
        ("case", "notice", "copies", "--limit", -1),
        ("case", "notice", "copies", "--limit", HUGE),
        ("case", "notice", "print", "KB1", "--number", -1),
        ("case", "notice", "drop", "KB1", HUGE, "--reason", "重复", "--by", "ck09"),
        ("case", "post", "KB1", "--tracking", "E1", "--by", "ck09", "--choice", HUGE),
        ("webhooks", "listen", "--port", 65536),
        ("webhooks", "listen", "--count", -1),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_meant(home, words):
    told = kaiban(home, *words)
    assert (told.returncode, "Traceback" in told.stderr) == (2, False)
    assert str(next(each for each in words if isinstance(each, int))) in told.stderr
