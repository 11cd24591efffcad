"""Whatever is posted to a department's address: never an error of ours, and nothing happens twice."""

import os

import pytest

GARBAGE = (
    b"", b"\x00", b"{}", b"[]", b"null", b'{"pushData": 1}', b'{"pushData": "AA==", "sign": "x", "appCode": "y"}',
    b"<xml/>", "开办".encode("gbk"), b"\xff" * 1000, b"[" * 2000, b'{"a":' * 500, os.urandom(5000),
)  # fmt: skip
#: Those whose system calls; nobody calls for the others.
CALLING = {"registration", "seal"}


@pytest.mark.parametrize(
    "department",
    [
        "registration", "seal", "tax", "bank", "social_insurance", "housing_fund", "moon",
        "%00", "开办", "registration%0d%0a",
    ],
)  # fmt: skip
def test_garbage_is_refused_and_never_an_error(city, department):
    for body in GARBAGE:
        answer = city.http.post(f"{city.address}/callbacks/{department}", data=body, timeout=250)
        assert answer.status_code == (403 if department in CALLING else 404), (body, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_call_longer_than_any_is_cut_off(city):
    def endless():
        for _ in range(80):
            yield b"x" * 1024

    for body in (b"x" * (64 * 1024 + 1), endless()):
        answer = city.http.post(f"{city.address}/callbacks/seal", data=body, timeout=250)
        assert answer.status_code == 413


def test_what_departments_really_send_is_written_once_when_played_again(city):
    no = city.submit(city.form(), "registration", "seal")
    assert city.follow(no)["status"] == "completed"
    before = calls(city, no)
    assert before
    for name in CALLING:
        sent = [each for each in city.hall.stub(name).store.journal() if each.way == "out"]
        assert sent
        for each in sent:
            address = f"{city.address}{each.line.removeprefix('POST ')}"
            again = city.http.post(
                address, data=each.asked, headers=dict(each.asked_head), timeout=250
            )
            assert again.status_code in (200, 403)
    assert calls(city, no) == before


def calls(city, no):
    found = city.kaiban.cases.exchanges(no, limit=1000)
    return [each.number for each in found if each.errand == "callback"]
