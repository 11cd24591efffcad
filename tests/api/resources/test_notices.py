"""One-time notices over HTTP."""

import pytest

from kaiban.domain.cases.number import case_number

FOUND = {"code": "window.signature"}


@pytest.fixture
def window(served):
    """A case, and whoever may do everything with it."""
    no, token = served.open(), served.token("window", "cases:all")
    return no, lambda method, path, body=None: served.call(
        method, f"/cases/{no}/notices{path}", body, token=token
    )


def codes(answer):
    return [each["code"] for each in answer.get_json()["errors"]]


def test_a_notice_is_composed_issued_and_proved(served, window):
    no, call = window
    assert call("POST", "/findings", FOUND).status_code == 200
    assert (
        call("POST", "/findings", {"by": "somebody else", "message": "看错的。"}).status_code
        == 200
    )
    shown = call("GET", "/preview").get_json()
    assert [(each["number"], each["freshness"]) for each in shown["items"]] == [
        (1, "new"),
        (2, "new"),
    ]
    assert call("POST", "/dropped", {"number": 2, "reason": "看错"}).status_code == 200
    assert codes(call("POST", "", {"version": shown["version"]})) == ["notice.changed"]
    seen = call("GET", "/preview").get_json()["version"]
    issued = call("POST", "", {"by": "李敏", "version": seen}).get_json()
    (notice,) = issued["notices"]
    assert (notice["by"], [item["code"] for item in notice["items"]]) == (
        "window", ["window.signature"],
    )  # fmt: skip
    actors = {event.actor for event in served.driver.case(no).events if "finding" in event.kind}
    assert actors == {"window:window"}, "whose token it is, whatever a program says"
    proof = served.call("GET", f"/cases/{no}/notices/1").get_json()["deliveries"]
    assert [each["way"] for each in proof] == ["page"]
    assert served.call("GET", f"/cases/{no}/notices/2").status_code == 404
    copies = served.call("GET", "/notices/copies", token=served.token("boss", "cases:all"))
    assert copies.get_json() == {"copies": []}


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/findings", {"code": 5}, ["entry.shape"]),
        ("/findings", {**FOUND, "nonsense": 1}, ["entry.shape"]),
        ("/dropped", {"number": "1", "reason": "y"}, ["entry.shape"]),
        ("/dropped", {"number": True, "reason": "y"}, ["entry.shape"]),
        ("", {"version": "x"}, ["notice.changed"]),
        ("/findings", {"material": "消防意见"}, ["notice.unlisted"]),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changes(served, window, path, body, expected):
    no, call = window
    answer = call("POST", path, body)
    assert (answer.status_code, codes(answer)) == (422, expected)
    assert served.driver.case(no).draft is None


def test_only_who_may_do_everything_composes(served, window):
    no, _ = window
    assert served.call("POST", f"/cases/{no}/notices", {"by": "x"}).status_code == 403
    assert served.call("GET", f"/cases/{no}/notices/preview").status_code == 403
    nobody = case_number("990100", "20260304", 777)
    assert served.call("GET", f"/cases/{nobody}/notices/1").status_code == 404
