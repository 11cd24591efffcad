"""A database that takes nothing is 503 with Retry-After on every route, never 500; and it heals."""

import errno
import re

import pytest

from kaiban.api.app import PREFIX, routes_of
from tests.api.serving import FORM
from tests.outages import attempts, full, read_only

BOTH = pytest.mark.parametrize("outage", [full, read_only])

BODIES = {"POST": FORM, "PATCH": FORM, "PUT": FORM}


def every_route():
    for prefix, routes in routes_of().items():
        for each in routes:
            yield each.method, prefix + each.rule


def told(served, method, rule, no):
    values = {"no": no, "department": "seal", "link": "seal", "kind": "pdf"}
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], "1"), rule)
    headers = {"Authorization": f"Bearer {served.all}", "Idempotency-Key": "K-2"}
    return served.client.open(path, method=method, headers=headers, json=BODIES.get(method))


@BOTH
def test_no_route_fails_because_nothing_can_be_written(served, outage):
    no = served.open()
    served.all = served.token("all", "cases:all", "cases:write", "cases:read")
    refused = set()
    engine = served.driver.database.engine
    with outage(engine), attempts(engine) as written:
        for method, rule in every_route():
            written.clear()
            answer = told(served, method, rule, no)
            assert answer.status_code != 500, (method, rule)
            if answer.status_code == 503:
                assert answer.content_type == "application/problem+json"
                assert int(answer.headers["Retry-After"]) > 0
                refused.add(rule.removeprefix(PREFIX))
            elif outage is read_only:
                assert written == [], (method, rule)
    assert "/cases" in refused, refused


@BOTH
def test_a_case_that_could_not_be_taken_is_taken_under_the_same_key_afterwards(served, outage):
    with outage(served.driver.database.engine):
        refused = served.hand_in("K-9")
        assert (refused.status_code, refused.get_json()["type"]) == (503, "/problems/unavailable")
    taken = served.hand_in("K-9")
    assert taken.status_code == 201, taken.get_json()
    assert served.hand_in("K-9").headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("number", "status"), [(errno.ENOSPC, 503), (errno.EROFS, 503), (errno.EACCES, 500)]
)
def test_a_file_that_does_not_fit_on_the_disk_is_an_outage_and_another_failure_is_not(
    served, number, status
):
    def fail():
        raise OSError(number, "as the system says")

    served.app.view_functions["root.live"] = fail
    assert served.client.get("/livez").status_code == status
