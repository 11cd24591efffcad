"""Tables in Markdown are shown as tables: a row that a blank line cuts off its head is shown as text with bars."""

import re

from tests.agreements.repository import texts

_TABLE = re.compile(r"(?:^ *\|.*\n?)+", re.MULTILINE)
_UNDER_THE_HEAD = re.compile(r" *\|(?: *:?-+:? *\|)+ *")


def beheaded(content: str) -> list[str]:
    """Return the first row of every run of rows that has no line of dashes under its head."""
    runs = [found.group().splitlines() for found in _TABLE.finditer(content)]
    return [rows[0] for rows in runs if not any(map(_UNDER_THE_HEAD.fullmatch, rows[1:2]))]


def test_every_table_has_its_head():
    contents = texts("*.md")
    assert "docs/faults.md" in contents
    assert {path: found for path, each in contents.items() if (found := beheaded(each))} == {}


def test_a_row_after_a_blank_line_is_found():
    assert beheaded("| a | b |\n|---|:-:|\n| 1 | 2 |\n\n| 3 | 4 |\n") == ["| 3 | 4 |"]
