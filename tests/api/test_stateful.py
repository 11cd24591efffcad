"""Requests generated from the description follow its links from one operation to the next, into the core."""

from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.api.declared import declared
from tests.api.serving import FORM

#: What an answer would have to be to be counted: one of an operation that asks for something that may not be there.
NOT_THERE = 404


@pytest.mark.timeout(900)  # several hundred requests
def test_generated_requests_that_follow_links_reach_the_core_and_get_declared_answers(served):
    boss = served.token("boss", "cases:all")
    ended = served.open("K-1")
    served.driver.finish(ended)
    hook = served.call("POST", "/webhooks", {"url": "https://93.184.215.14/hook"}, token=boss)
    served.call("POST", f"/cases/{ended}/complaints", {"text": "没有人接电话"}, token=boss)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", served.app)
    # What is generated may depend on nothing but what was drawn: what all begin with must stay.
    schema = schema.exclude(operation_id="remove_webhook")
    there = {"no": ended, "name": "seal", "hook": hook.json["id"]}
    seen, wrong = Counter(), []
    told = declared(served.client.get("/api/v1/openapi.json").get_data(as_text=True))

    class Machine(schema.as_state_machine()):
        def get_call_kwargs(self, case):
            return {"headers": {"Authorization": f"Bearer {boss}"}}

        def before_call(self, case):
            if case.operation.label == "POST /api/v1/cases":
                case.body = FORM
            # Who follows no link guesses: two of three guess right. What was drawn decides, so that it stays the same.
            for name, drawn in (case.path_parameters or {}).items():
                if name in there and sum(map(ord, drawn)) % 3:
                    case.path_parameters[name] = there[name]

        def validate_response(self, response, case, additional_checks=(), **_more):
            path = case.operation.path
            seen[case.method, path, response.status_code] += 1
            headers = {name: values[0] for name, values in response.headers.items()}
            content_type = headers.pop("content-type", "")
            asked = case.formatted_path
            found = told.undeclared(
                case.method, asked, response.status_code, content_type, response.content, headers
            )
            if found or response.status_code >= 500:
                wrong.append((case.method, asked, response.status_code, found))

    checked = settings(
        max_examples=40, stateful_step_count=8, deadline=None, derandomize=True, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Machine, settings=checked)
    assert wrong == []
    total = sum(seen.values())
    lost = sum(count for (*_, status), count in seen.items() if status == NOT_THERE)
    assert total > 200, total
    assert lost * 3 < total, seen
    reached = {path for _, path, status in seen if status == 200 and "{" in path}
    assert len(reached) >= 5, reached
