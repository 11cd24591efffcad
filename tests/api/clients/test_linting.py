"""What others demand of a description."""

import json

import pytest

from tests.api.clients.tools import node, run


def test_redocly_finds_no_error(description):
    told = node("redocly", "lint", description, folder=description.parent, REDOCLY_TELEMETRY="off")
    assert "API description is valid" in told


def test_spectral_finds_nothing(description):
    rules = description.parent / "rules.yaml"
    rules.write_text('extends: ["spectral:oas"]\n')
    told = node("spectral", "lint", description, "-r", rules, "--fail-severity", "warn")
    assert "No results with a severity of 'warn' or higher found" in told


@pytest.mark.parametrize(("tool", "more"), [("redocly", ()), ("spectral", ("-r", "rules.yaml"))])
def test_they_would_find_an_error(description, tool, more):
    told = json.loads(description.read_bytes())
    told["paths"]["/api/v1/cases"]["post"]["responses"] = {}
    del told["info"]["title"]
    description.write_text(json.dumps(told))
    (description.parent / "rules.yaml").write_text('extends: ["spectral:oas"]\n')
    with pytest.raises(AssertionError, match="error"):
        node(tool, "lint", description, *more, folder=description.parent)


def test_a_tool_that_fails_fails_the_test():
    with pytest.raises(AssertionError, match="no such"):
        run("sh", "-c", "echo no such thing; exit 1")
