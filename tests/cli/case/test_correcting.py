"""A correction from the command line: made from what was last seen, or not at all."""

import json
import re

import pytest

from tests.cli.test_commands import kaiban, sample, written

BY = ("--by", "ck11")
PHONE, WAGE = "/company/contact_phone", "/staff/members/0/monthly_wage"


@pytest.fixture(scope="module")
def no(home, tmp_path_factory):
    """A case with an open notice."""
    file = written(tmp_path_factory.mktemp("form") / "form.json", sample(home))
    found = json.loads(kaiban(home, "case", "submit", file, "--json").stdout)["case_no"]
    kaiban(home, "user", "add", "ck11", "--name", "周十", "--role", "window")
    for pointer in (PHONE, WAGE):
        asked = ("--message", "请核对", "--pointer", pointer)
        assert kaiban(home, "case", "notice", "add", found, *asked, *BY).returncode == 0
    assert kaiban(home, "case", "notice", "issue", found, *BY).returncode == 0
    return found


@pytest.fixture
def correct(home, no, tmp_path):
    def corrected(**body):
        return kaiban(home, "case", "correct", no, written(tmp_path / "answer.json", body))

    return corrected


def version(home, no):
    [notice] = json.loads(kaiban(home, "case", "show", no, "--json").stdout)["notices"]
    return notice["version"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"changes": {PHONE: "0999-8800001"}}, "version"),
        ({"changes": {PHONE: "0999-8800001"}, "version": ""}, "version"),
        ({"changes": [PHONE], "version": "1"}, "changes"),
        ({"confirmed": "bank", "version": "1"}, "confirmed"),
    ],
)
def test_what_does_not_say_from_which_version_or_is_no_answer_writes_nothing(
    home, no, correct, body, named
):
    before = version(home, no)
    refused = correct(**body)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert named in refused.stderr
    assert version(home, no) == before


def test_an_answer_is_made_from_the_version_that_is_shown_and_confirms_what_is_strange(
    home, no, correct
):
    shown = version(home, no)
    assert f"version：{shown}\n" in kaiban(home, "case", "show", no).stdout
    stale = correct(changes={PHONE: "0999-8800001"}, version="of long ago")
    assert (stale.returncode, "correction.changed" in stale.stderr) == (1, True)
    strange = {PHONE: "0999-8800002", WAGE: 300000}
    asked_back = correct(changes=strange, version=shown)
    assert asked_back.returncode == 1
    [word] = re.findall("在 confirm 中加上：(.+)", asked_back.stderr)
    answered = correct(changes=strange, confirm=[word], version=shown)
    assert answered.returncode == 0, answered.stderr
    again = correct(changes=strange, confirm=[word], version=shown)
    assert (again.returncode, "correction." in again.stderr) == (1, True)
