"""The pretended social insurance office, asked without the adapter."""

import json
from pathlib import Path

import pytest
import requests

from adapters import social_insurance
from adapters.hall import Hall
from tests.contracts.department import LONGEST

GOLDEN = Path(social_insurance.__file__).parent / "golden"
SECRET = json.loads((GOLDEN / "inputs.json").read_text("utf-8"))["settings"]["secret"]


@pytest.fixture
def hall(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "social_insurance.operator").write_text(SECRET)
    with Hall(only=("social_insurance",), manual=True, folder=tmp_path) as hall:
        yield hall


def message(infno):
    return json.loads((GOLDEN / f"{infno}.request.json").read_text("utf-8"))


def said(hall, asked):
    raw = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    url = hall.url("social_insurance") + "/callService"
    answer = requests.request("POST", url, data=raw, timeout=250)
    assert answer.status_code == 200
    return answer.json()


def with_more(asked, *path):
    """Return the message with one member more, at the place named."""
    place = asked
    for name in path:
        place = place[name]
    place["extra"] = "1"
    return asked


WRONG = {
    "a member more in the envelope": with_more(message("2101")),
    "a member more in the input": with_more(message("2101"), "input"),
    "a member more in the unit": with_more(message("2101"), "input", "unit"),
    "a member more in a line": with_more(message("2101"), "input", "batch", "emplist", 0),
    "a number as text": message("2100") | {"msgid": 1},
    "an unknown transaction": message("2100") | {"infno": "9999"},
    "a short message number": message("2100") | {"msgid": "1"},
    "another version": message("2100") | {"infver": "V2.0"},
    "no object": b"[]",
    "no JSON": b"{",
    "GBK": json.dumps(message("2100"), ensure_ascii=False).replace("𠮷", "").encode("gbk"),
    "a name twice": b'{"infno":"9000","infno":"9000"}',
    "nothing": b"",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_message_of_another_shape_is_refused_and_nothing_happens(hall, wrong):
    assert said(hall, message("9001"))["infcode"] == 0
    answer = said(hall, WRONG[wrong])
    assert answer["infcode"] == -1
    assert "报文格式错误" in answer["err_msg"]
    hall.advance(hours=3)
    assert hall.commits() == []


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("birth", "1990-02-30"),
        ("birth", "19900101"),
        ("start_date", "soon"),
        ("wage", "8000"),
        ("wage", "-1.00"),
    ],
)
def test_a_line_with_a_wrong_value_is_refused(hall, line, value):
    said(hall, message("9001"))
    asked = message("2101")
    asked["input"]["batch"]["emplist"][0][line] = value
    assert "报文格式错误" in said(hall, asked)["err_msg"]


def test_without_a_sign_in_nothing_is_taken(hall):
    assert "签到失效" in said(hall, message("2100"))["err_msg"]


def test_a_second_sign_in_ends_the_first(hall):
    said(hall, message("9001"))
    said(hall, message("9001"))
    assert "签到失效" in said(hall, message("2100"))["err_msg"]


def test_a_wrong_password_or_operator_is_refused(hall):
    asked = message("9001")
    asked["input"]["pwd"] = "0" * 64
    assert "口令错误" in said(hall, asked)["err_msg"]
    assert "操作员未授权" in said(hall, message("9001") | {"opter": "OTHER"})["err_msg"]


def test_after_a_new_sign_in_the_same_message_is_taken_again(hall):
    """There is no idempotency key: whoever does not ask first registers twice."""
    said(hall, message("9001"))
    said(hall, message("2100"))
    assert "报文重复" in said(hall, message("2100"))["err_msg"]
    hall.advance(minutes=30)
    assert len(hall.commits()) == 1
    sign_no = said(hall, message("9001"))["output"]["sign_no"]
    assert said(hall, message("2100") | {"sign_no": sign_no})["infcode"] == 0
    hall.advance(minutes=30)
    assert len(hall.commits()) == 2


def test_it_remembers_everything_when_it_comes_back(hall):
    said(hall, message("9001"))
    said(hall, message("2101"))
    hall.restart("social_insurance")
    hall.clock.advance(LONGEST)
    assert [commit.step for commit in hall.commits()] == ["confirm"]


def test_both_questions_at_once_are_refused(hall):
    said(hall, message("9001"))
    asked = message("2103")
    asked["input"] = {"cons_no": "1", "uscc": "2"}
    assert "填其一" in said(hall, asked)["err_msg"]
