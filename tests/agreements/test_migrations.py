"""A migration only adds, so that the release before it goes on working; one that takes away says so."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSIONS = ROOT / "kaiban" / "storage" / "migrations" / "versions"
#: From here on two releases may run side by side.
FIRST = "0006"
#: What may take away, rename or forbid something the release before still does.
TAKING = frozenset(
    {
        "drop_table", "drop_column", "drop_constraint", "drop_index", "rename_table", "alter_column",
        "batch_alter_table", "execute", "create_check_constraint", "create_unique_constraint",
        "create_foreign_key", "create_primary_key",
    }
)  # fmt: skip


def faults(source: str) -> list[str]:
    """What of a migration's source does more than add."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = [f"{each} takes away" for each in map(_name, calls) if each in TAKING]
    for call in calls:
        if _name(call) == "add_column":
            columns = [each for each in ast.walk(call) if _name(each) == "Column"]
            found += ["a new column is required" for each in columns if _is_required(each)]
        if _name(call) == "create_index" and _said(call, "unique") is True:
            found.append("a new index is unique")
    reason = _constant(tree, "CONTRACT")
    if found and reason:
        return [] if "schema_floor" in source else ["a contract does not raise schema_floor"]
    return found


def _name(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _said(call: ast.AST, keyword: str) -> object:
    assert isinstance(call, ast.Call)
    told = {each.arg: each.value for each in call.keywords}
    value = told.get(keyword)
    return value.value if isinstance(value, ast.Constant) else value


def _is_required(column: ast.AST) -> bool:
    return _said(column, "nullable") is False and _said(column, "server_default") is None


def _constant(tree: ast.Module, name: str) -> str:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id == name for each in node.targets
        ):
            return str(ast.literal_eval(node.value)).strip()
    return ""


MIGRATIONS = sorted(each for each in VERSIONS.glob("[0-9]*.py") if each.name[:4] > FIRST)


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_a_migration_only_adds(path):
    assert faults(path.read_text()) == []


def test_there_is_something_to_check():
    assert MIGRATIONS


@pytest.mark.parametrize(
    "line",
    [
        'op.drop_column("cases", "city")',
        'op.rename_table("cases", "matters")',
        'op.alter_column("cases", "city", nullable=False)',
        'op.execute("DELETE FROM cases")',
        'op.add_column("cases", sa.Column("x", sa.Text(), nullable=False))',
        'op.create_index("ix", "cases", ["city"], unique=True)',
        'with op.batch_alter_table("cases") as batch:\n    batch.drop_column("city")',
    ],
)
def test_what_takes_away_is_found_unless_it_says_why_and_raises_the_floor(line):
    assert faults(line)
    assert faults(f'CONTRACT = "nobody reads it since 0012"\n{line}')
    assert not faults(f'CONTRACT = "nobody reads it since 0012"\n{line}\n# raises schema_floor')
    assert faults(f'CONTRACT = ""\n{line}\n# raises schema_floor')


@pytest.mark.parametrize(
    "line",
    [
        'op.add_column("cases", sa.Column("x", sa.Text(), nullable=True))',
        'op.add_column("cases", sa.Column("x", sa.Text(), nullable=False, server_default=""))',
        'op.create_table("more", sa.Column("x", sa.Text(), nullable=False))',
        'op.create_index("ix", "cases", ["city"], unique=False)',
    ],
)
def test_what_adds_is_let_pass(line):
    assert faults(line) == []
