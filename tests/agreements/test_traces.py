"""The repository works anywhere: it names no package registry and no path of one machine."""

import re

import pytest

from tests.agreements.repository import texts

TRACES = re.compile(
    r"https?://[^\s\"')]*(?:pypi\.|pythonhosted\.|npmjs\.|npmmirror\.|yarnpkg\.|/simple\b)"
    r"|--(?:(?:extra-)?index-url|find-links|trusted-host)"
    r"|(?<![\w.~}-])/(?:work|root)/|/tmp/\w*venv|/opt/(?:pypi|wheels)"
    r"|\.\./shared"
)


def traces(content: str) -> list[str]:
    """Return every registry address, machine path or place outside the repository."""
    return TRACES.findall(content)


def test_no_tracked_file_names_a_registry_or_a_machine_path():
    contents = texts()
    assert "README.md" in contents
    assert {path: traces(content) for path, content in contents.items() if traces(content)} == {}


@pytest.mark.parametrize(
    "parts",
    [
        ("https://", "pypi.", "org/project/flask"),
        ("https://files.", "pythonhosted.", "org/x.whl"),
        ('"resolved": "https://registry.', "npmjs.", 'org/a.tgz"'),
        ("http://mirror.example/", "simple", "/"),
        ("pip install --", "index-url", " x"),
        ("cd /", "work", "/main"),
        ("HOME=/", "root", "/x"),
        ("/tmp/", "kvenv", "/bin/uv"),
        ("see ..", "/shared", "/x.md"),
    ],
)
def test_a_planted_trace_is_found(parts):
    assert traces(f"a line before\n{''.join(parts)}\n")


@pytest.mark.parametrize(
    "harmless", ["https://flask.example/work/", "docs/work/x", "a simple way"]
)
def test_ordinary_text_is_left_alone(harmless):
    assert traces(harmless) == []
