"""The pretended housing fund centre, asked without the adapter."""

import json
from pathlib import Path

import pytest
import requests

from adapters import housing_fund
from adapters.hall import Hall
from adapters.housing_fund import stub_files
from adapters.housing_fund.stub_speech import bad_code
from adapters.wire.mac import sm3_mac

GOLDEN = Path(housing_fund.__file__).parent / "golden"
KEY = json.loads((GOLDEN / "inputs.json").read_text("utf-8"))["settings"]["exchange_key"].encode()
FILE = next(GOLDEN.glob("GJJ02*.txt"))


@pytest.fixture
def hall(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "housing_fund.exchange_key").write_bytes(KEY)
    with Hall(only=("housing_fund",), manual=True, folder=tmp_path) as hall:
        yield hall


def call(hall, method, path, body=b""):
    settings = hall.settings("housing_fund")
    login = (settings["org"], settings["password"])
    return requests.request(method, settings["url"] + path, data=body, auth=login, timeout=250)


def examined(hall, body, name=FILE.stem):
    """Lay a file down and return its result."""
    call(hall, "PUT", f"/in/{name}.txt", body)
    assert call(hall, "PUT", f"/in/{name}.ok").status_code == 200
    hall.advance(hours=3)
    assert call(hall, "GET", f"/out/{name}.ret.ok").status_code == 200
    return call(hall, "GET", f"/out/{name}.ret").content.decode("gb18030").split("\r\n")


def spoilt(old, new):
    body = FILE.read_bytes()
    records = body[: body.rindex(b"T|")].replace(old.encode("gb18030"), new.encode("gb18030"))
    return records + f"T|3|{sm3_mac(KEY, records).hex().upper()}\r\n".encode()


WRONG = {
    "a changed byte": (FILE.read_bytes().replace(b"800000", b"900000"), "F02"),
    "a wrong sum": (spoilt("|1454321", "|1454320"), "F03"),
    "a wrong count": (spoilt("|3|1454321", "|4|1454321"), "F01"),
    "a field more": (spoilt("|800000|13800000001", "|800000|13800000001|"), "F01"),
    "an amount in yuan": (spoilt("|800000|", "|8000.00|"), "F01"),
    "a month that is none": (spoilt("|202603|", "|202613|"), "F01"),
    "a full-width ratio": (spoilt("|8|7|", "|８|7|"), "F01"),
    "another file's name": (spoilt("|20260304|", "|20260305|"), "F01"),
    "no persons' kind": (spoilt("D|2|P", "D|2|Q"), "F01"),
    "UTF-8": (FILE.read_bytes().decode("gb18030").encode(), "F0"),
    "nothing": (b"", "F01"),
    "line feeds only": (FILE.read_bytes().replace(b"\r\n", b"\n"), "F01"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_file_that_is_not_right_is_refused_whole(hall, wrong):
    body, state = WRONG[wrong]
    head = examined(hall, body)[0]
    assert head.split("|")[3].startswith(state)
    assert hall.commits() == []


def test_the_sample_file_is_granted(hall):
    lines = [line.split("|") for line in examined(hall, FILE.read_bytes())]
    assert lines[0][3] == "00"
    assert [line[3] for line in lines[1:4]] == ["00", "00", "00"]


def test_its_own_hmac_is_the_standard_one():
    for key in (b"short", b"x" * 64, b"y" * 65):
        assert stub_files.hmac_sm3(key, b"text") == sm3_mac(key, b"text").hex().upper()


def test_nobody_is_let_in_without_the_password(hall):
    url = hall.url("housing_fund")
    for path in ("/in/", f"/out/{FILE.stem}.ret", f"/in/{FILE.stem}.ok"):
        assert requests.request("GET", url + path, timeout=250).status_code == 401


@pytest.mark.parametrize(
    "name",
    [
        "GJJ03_99010001_20260304_000000000000",
        "GJJ01_88888888_20260304_000000000000",
        "x",
        "..%2f..%2fx",
    ],
)
def test_a_name_that_is_none_is_refused(hall, name):
    assert call(hall, "PUT", f"/in/{name}.txt", b"x").status_code in (404, 422)


def test_an_ok_without_a_file_is_refused(hall):
    assert call(hall, "PUT", f"/in/{FILE.stem}.ok").status_code == 422


def test_the_folders_list_what_lies_there_just_now(hall):
    def listed():
        folders = ("in", "archive", "out")
        return [call(hall, "GET", f"/{each}/").text.split() for each in folders]

    source, result = (
        [f"{FILE.stem}.txt", f"{FILE.stem}.ok"],
        [f"{FILE.stem}.ret", f"{FILE.stem}.ret.ok"],
    )
    assert listed() == [[], [], []]
    call(hall, "PUT", f"/in/{FILE.stem}.txt", FILE.read_bytes())
    assert listed() == [[], [], []]
    call(hall, "PUT", f"/in/{FILE.stem}.ok")
    assert listed() == [source, [], []]
    hall.advance(minutes=31)
    assert listed() == [[], source, []]
    hall.advance(hours=2)
    assert listed() == [[], source, result]
    hall.advance(days=1)
    assert listed() == [[], [], result]


def test_it_remembers_everything_when_it_comes_back(hall):
    call(hall, "PUT", f"/in/{FILE.stem}.txt", FILE.read_bytes())
    call(hall, "PUT", f"/in/{FILE.stem}.ok")
    hall.restart("housing_fund")
    hall.advance(hours=3)
    assert [commit.step for commit in hall.commits()] == ["confirm"]


@pytest.mark.parametrize("digit", "0123456789ABCDEFabcdef")
def test_a_code_that_is_spoilt_is_another_one_whatever_it_was(digit):
    raw = b"H|RET|F|00\r\nT|0|" + 64 * digit.encode() + b"\r\n"
    assert len(bad_code(raw)) == len(raw)
    assert bad_code(raw) != raw
