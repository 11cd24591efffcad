"""The one-time notice from the command line: looked at, added to, issued, printed, handed over."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import kaiban, sample, written
from tests.documents.paper import text_of

BY = ("--by", "ck09")


@pytest.fixture(scope="module")
def no(home, tmp_path_factory):
    file = written(tmp_path_factory.mktemp("form") / "form.json", sample(home))
    kaiban(home, "user", "add", "ck09", "--name", "李敏", "--role", "window")
    return json.loads(kaiban(home, "case", "submit", file, "--json").stdout)["case_no"]


def test_a_notice_goes_its_way_from_finding_to_signature(home, no, tmp_path):
    added = kaiban(home, "case", "notice", "add", no, "--code", "window.lease", *BY)
    assert added.returncode == 0, added.stderr
    shown = kaiban(home, "case", "notice", "preview", no).stdout
    assert "1. [新发现] 房屋租赁合同缺页" in shown
    issued = kaiban(home, "case", "notice", "issue", no, *BY, "--json")
    assert json.loads(issued.stdout)["notices"][0]["by"] == "ck09"
    out = tmp_path / "notice.pdf"
    told = json.loads(kaiban(home, "case", "notice", "print", no, "--out", out, "--json").stdout)
    assert "房屋租赁合同缺页" in text_of(Path(told["files"][0]).read_bytes())
    first = out.read_bytes()
    kaiban(home, "case", "notice", "print", no, "--out", out)
    assert out.read_bytes() == first
    assert kaiban(home, "case", "notice", "handed", no, "--to", "张晓燕", *BY).returncode == 0
    again = kaiban(home, "case", "notice", "handed", no, "--to", "张晓燕", *BY)
    assert (again.returncode, "notice.handed" in again.stderr) == (1, True)


def test_a_form_is_checked_without_opening_a_case(home, tmp_path):
    form = sample(home)
    form["company"]["email"] = "nobody"
    found = kaiban(home, "case", "notice", "check", written(tmp_path / "f.json", form), "--json")
    assert found.returncode == 1
    assert [item["code"] for item in json.loads(found.stdout)["items"]] == ["email.invalid"]


def test_what_cannot_be_is_refused(home, no):
    unlisted = kaiban(home, "case", "notice", "add", no, "--material", "消防意见", *BY)
    assert (unlisted.returncode, "notice.unlisted" in unlisted.stderr) == (1, True)
    absent = kaiban(home, "case", "notice", "print", no, "--number", 9)
    stranger = kaiban(home, "case", "notice", "issue", no, "--by", "nobody")
    assert stranger.returncode == 2
    assert (absent.returncode, "notice.number" in absent.stderr) == (1, True)
    assert kaiban(home, "case", "notice", "print", no, "--refusal", "nonsense").returncode == 2
    assert "window.signature" in kaiban(home, "case", "notice", "catalogue").stdout
