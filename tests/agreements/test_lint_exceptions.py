"""A rule may be switched off, but never without a reason beside it."""

import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from itertools import chain

import pytest

from tests.agreements.repository import text, texts

DIRECTIVE = re.compile(
    r"(?:ruff:\s*|flake8:\s*)?noqa(?::\s*[A-Z]+\d*(?:[,\s]+[A-Z]+\d+)*)?"
    r"|type:\s*ignore(?:\[[\w\s,-]*\])?"
    r"|mypy:\s*[\w-]+(?:=\S+)?"
    r"|pragma:\s*no cover"
)
REASON = re.compile(r"\w{2,}")
# What loosens mypy, pytest or import-linter in setup.cfg.
LOOSENING = re.compile(r"\s*(?:ignore|disable_error_code|follow_imports|exhaustive_ignores)")


def unexplained_ruff_ignores(pyproject: str) -> list[str]:
    """Return the codes that pyproject.toml ignores on a line without a comment."""
    lint = tomllib.loads(pyproject)["tool"]["ruff"]["lint"]
    codes = chain(lint["ignore"], *lint.get("per-file-ignores", {}).values())
    return [
        code
        for code in codes
        for line in pyproject.splitlines()
        if f'"{code}"' in line and not REASON.search(line.partition("#")[2])
    ]


def unexplained_loosenings(setup_cfg: str) -> list[str]:
    """Return the lines of setup.cfg that loosen a check and have no comment above them."""
    lines = setup_cfg.splitlines()
    return [
        line
        for above, line in zip(["", *lines], lines, strict=False)
        if LOOSENING.match(line) and not above.lstrip().startswith("#")
    ]


def unexplained_comments(source: str) -> Iterator[str]:
    """Yield each `noqa`, `type: ignore` and the like with no reason beside or above it."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or not DIRECTIVE.search(token.string):
            continue
        row = token.start[0]
        above = lines[row - 2].strip() if row > 1 else ""
        if not (is_reason(token.string) or (above.startswith("#") and is_reason(above))):
            yield f"{row}: {token.string}"


def is_reason(comment: str) -> bool:
    return bool(REASON.search(DIRECTIVE.sub("", comment)))


def test_every_ignored_ruff_rule_has_a_reason():
    assert unexplained_ruff_ignores(text("pyproject.toml")) == []


def test_every_loosened_check_in_setup_cfg_has_a_reason():
    assert unexplained_loosenings(text("setup.cfg")) == []


def test_every_switched_off_line_has_a_reason():
    sources = texts("*.py")
    assert sources
    found = [f"{path}:{what}" for path in sources for what in unexplained_comments(sources[path])]
    assert found == []


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ('ignore = ["A001"]', ["A001"]),
        ('ignore = [\n "A001", # wanted\n "B002",\n]', ["B002"]),
        ('ignore = []\n[tool.ruff.lint.per-file-ignores]\n"x.py" = ["C003"]  #', ["C003"]),
        ('ignore = ["A001"]  # wanted', []),
    ],
)
def test_a_ruff_rule_ignored_without_a_reason_is_found(lines, codes):
    assert unexplained_ruff_ignores(f"[tool.ruff.lint]\n{lines}") == codes


def test_a_check_loosened_without_a_reason_is_found():
    planted = "[mypy-a.*]\nignore_errors = true\n[mypy-b.*]\n# untyped\nignore_errors = true"
    assert unexplained_loosenings(planted) == ["ignore_errors = true"]


@pytest.mark.parametrize(
    "planted",
    [
        "x = 1  # noqa",
        "x = 1  # noqa: S101",
        "x = 1  # noqa: S101, ANN401",
        "x = 1  # type: ignore[arg-type]",
        "# ruff: noqa: F401",
        "y = 2  # not above\nx = 1  # type: ignore",
    ],
)
def test_a_line_switched_off_without_a_reason_is_found(planted):
    assert len(list(unexplained_comments(f"{planted}\n"))) == 1


@pytest.mark.parametrize(
    "explained",
    [
        "x = 1  # noqa: S101 - narrows the type",
        "x = 1  # noqa: S101, ANN401  # values from JSON",
        "x = 1  # type: ignore[arg-type]  # the stubs are behind",
        "# The stubs are behind.\nx = 1  # type: ignore[arg-type]",
        "x = '# noqa'",
    ],
)
def test_a_reason_beside_or_above_is_enough(explained):
    assert list(unexplained_comments(f"{explained}\n")) == []
