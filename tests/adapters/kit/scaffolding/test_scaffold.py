"""A new department of every style: really made, really run, and its checks really catch something."""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from adapters.hall import Hall
from adapters.kit import lint
from adapters.kit.check import Verdict, carry_out
from adapters.kit.checks import find
from adapters.kit.scaffolding import scaffold
from adapters.kit.scaffolding.scaffold_styles import STYLES
from tests.agreements.repository import ROOT

TITLE = "医保登记"
#: Style -> a mistake in its line.py (what stands there, what stands there instead), and who sees it.
MISTAKES = {
    "rest-json": ('told.get("serial") != serial', "not serial and told", "S11"),
    "rest-sm2": ("if not self._verifier.verify(", "if self._verifier is None and (", "S10"),
    "envelope-sm4": ("if not self._verifier.verify(", "if self._verifier is None and (", "S10"),
    "soap-xml": ("if tuple(about) != (transaction, serial):", "if not tuple(about):", "S11"),
    "fixed-gbk": ("if not same(", "if not answer and same(", "S10"),
    "infno-session": ("cache.drop(sign_no)", "pass", "G03"),
    "filedrop": ('!= ("RET", ref.key):', '!= ("RET", head["name"]):', "S11"),
}
#: One that is the same in every style: what is refused is told as withdrawn.
REFUSAL = ('return Rejected(told["reason"], told["text"])', "return Cancelled()", "B10")


def run(folder, *words, plugins=False):
    """Call as an integrator does, in the department's folder; whose pytest need not know the plugins of ours."""
    environ = {
        **os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "" if plugins else "1",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *map(str, words)], cwd=folder, env=environ,
        capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip


@dataclass
class New:
    """A department just made, its style, and the folder it lies in."""

    style: str
    name: str
    folder: Path

    @property
    def kind(self):
        return "".join(part.capitalize() for part in self.name.split("_")) + "Adapter"

    def called(self, command, *words):
        """Call a command of the kit on it, in a process of its own."""
        code = "import sys; from adapters.kit.commands import adapter; adapter(sys.argv[1:])"
        return run(self.folder, "-c", code, command, f"kaiban_{self.name}:{self.kind}", *words)

    def without_todos(self):
        """Delete every TODO and do nothing about it."""
        for file in self.folder.rglob("*"):
            if file.suffix in {".py", ".md", ".json"}:
                file.write_text(re.sub("TODO:?", "", file.read_text()))

    def spoil(self, file, before, after):
        """Make a mistake in a file of it."""
        path = self.folder / f"kaiban_{self.name}" / file
        text = path.read_text()
        assert text.count(before) == 1
        path.write_text(text.replace(before, after))

    @property
    def adapter(self):
        """Its adapter, in this process."""
        return getattr(import_module(f"kaiban_{self.name}"), self.kind)

    def verdict(self, check):
        """What a check says of it, in this process."""
        return carry_out(find(check)[0], self.adapter).verdict


@pytest.fixture(params=STYLES)
def made(request, tmp_path, monkeypatch):
    """A new department; what was read of it is forgotten when the test ends."""
    name = f"new_{request.param.replace('-', '_')}"
    folder = scaffold.make(scaffold.Wanted(TITLE, request.param, name, tmp_path))
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield New(request.param, name, folder)
    for each in set(sys.modules) - before:
        if each.partition(".")[0] == f"kaiban_{name}":
            del sys.modules[each]


def test_a_new_department_works_from_the_first_minute(made):
    done = run(made.folder, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout


def test_only_its_todos_stand_between_it_and_gold(made):
    # Beside other tests: more at once would keep one another from being done in time.
    told = made.called("check", "--at-once", "2")
    failed = [line[:5] for line in told.stdout.splitlines() if line.startswith("✗")]
    assert failed == ["✗ G11", "✗ G16"], told.stdout
    assert "TODO" in told.stdout
    assert "等级：银 silver" in told.stdout


def test_deleting_its_todos_makes_nothing_of_it(made):
    made.without_todos()
    told = made.called("check", "--at-once", "1", "--only", "G11,G16")
    assert "✓ G11" in told.stdout
    assert "✗ G16" in told.stdout
    assert "Needs and Result are the scaffold's" in told.stdout
    assert "protocol.md is the scaffold's" in told.stdout


def test_finished_by_hand_with_other_questions_it_can_be_gold(tmp_path):
    made = New(
        "rest-json",
        "finished",
        scaffold.make(scaffold.Wanted(TITLE, "rest-json", "finished", tmp_path)),
    )
    mobile = "    mobile = fields.String("
    asked = """    seat = fields.String(
        required=True, metadata={"path": "premises.full", "bytes": 200}
    )
    opened = fields.Date(metadata={"path": "premises.lease.from"})
"""
    made.spoil("words.py", mobile, asked + mobile)
    made.spoil(
        "words.py", '"mobile": needs["mobile"],',
        '"mobile": needs["mobile"], "seat": needs["seat"], "opened": str(needs["opened"]),',
    )  # fmt: skip
    package = made.folder / "kaiban_finished"
    (package / "protocol.md").write_text(
        "# 医保登记\n\n单位、住所、开业日期和联系电话以 JSON 申报，逐件审核。\n"
    )
    for file in package.glob("golden/*"):
        text = file.read_text()
        text = text.replace(
            '"mobile":"13900000001"',
            '"mobile":"13900000001","seat":"青云路 18 号","opened":"2026-03-01"',
        )
        text = text.replace(
            '"mobile": "13900000001"',
            '"mobile": "13900000001", "seat": "青云路 18 号", "opened": "2026-03-01"',
        )
        file.write_text(text)
    made.without_todos()
    (package / "quality.json").write_text('{"exempt": {"G13": "没有可录音的测试系统"}}')
    told = made.called("check", "--at-once", "2")
    assert [line for line in told.stdout.splitlines() if line.startswith("✗")] == [], told.stdout
    assert "等级：金 gold" in told.stdout


def test_a_mistake_in_what_its_answers_mean_is_caught(made):
    before, after, seen_by = REFUSAL
    made.spoil("adapter.py", before, after)
    found = {check: made.verdict(check) for check in (seen_by, "B01")}
    assert found == {seen_by: Verdict.FAILED, "B01": Verdict.PASSED}


def test_a_mistake_on_its_wire_is_caught(made):
    before, after, seen_by = MISTAKES[made.style]
    made.spoil("line.py", before, after)
    assert made.verdict(seen_by) is Verdict.FAILED


def test_what_an_adapter_must_not_contain_is_found_in_it(made):
    made.spoil("line.py", "from collections.abc", "import time\nfrom collections.abc")
    [found] = lint.of_adapter(made.adapter)
    assert "line.py:" in str(found)
    assert "import of time" in str(found)


def test_a_mistake_makes_its_tests_and_the_commands_fail(tmp_path):
    folder = scaffold.make(scaffold.Wanted(TITLE, "rest-json", "medical", tmp_path))
    new = New("rest-json", "medical", folder)
    lint_before = new.called("lint")
    assert (lint_before.returncode, lint_before.stdout) == (0, "")
    before, after, seen_by = REFUSAL
    new.spoil("adapter.py", before, after)
    new.spoil("line.py", "from collections.abc", "import time\nfrom collections.abc")
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", f"{seen_by} or B01")
    tested = run(folder, *words)
    assert (tested.returncode, "1 failed, 1 passed" in tested.stdout) == (1, True), tested.stdout
    checked = new.called("check", "--only", seen_by)
    assert (checked.returncode, f"✗ {seen_by}" in checked.stdout) == (1, True), checked.stdout
    linted = new.called("lint")
    assert (linted.returncode, "import of time" in linted.stdout) == (1, True), linted.stdout


def test_it_can_be_installed_and_is_then_found_by_its_name(tmp_path):
    folder = scaffold.make(scaffold.Wanted(TITLE, "filedrop", "medical", tmp_path))
    site = tmp_path / "site"
    words = ("install", "-q", "--no-deps", "--no-build-isolation", "--no-index", "--target", site)
    done = run(folder, "-m", "pip", *words, folder)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(folder)
    code = "from kaiban.cli import main; main()"
    env = {**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{ROOT}"}
    told = subprocess.run(
        [sys.executable, "-c", code, "adapter", "check", "medical", "--only", "B08,B06"],
        cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=250,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert "medical.filedrop 0.1.0" in told.stdout


@pytest.fixture
def checkout(tmp_path):
    """Return a copy of the tree, without what is not looked at."""
    for name in ("adapters", "kaiban"):
        left_out = shutil.ignore_patterns("__pycache__", "static")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
    for name in ("setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "tests" / "adapters").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize("style", STYLES)
def test_in_the_tree_it_is_one_folder_and_what_declares_it(checkout, style):
    wanted = scaffold.Wanted(TITLE, style, "medical", checkout, in_tree=True)
    assert scaffold.make(wanted) == checkout / "adapters" / "medical"
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(checkout / "setup.cfg")
    points = setup["options.entry_points"]
    assert f"medical.{style} = adapters.medical:MedicalAdapter" in points["kaiban.adapters"].split(
        "\n"
    )
    assert "medical = adapters.medical.stub:MedicalStub" in points["kaiban.stubs"].split("\n")
    departments = setup["importlinter:contract:departments"]["layers"].split("\n")[2]
    assert departments.endswith(" | medical")
    new = ("adapters/medical", "tests/adapters/medical")
    # Nobody merges a TODO; that is all that is wrong with it.
    ruff = run(checkout, "-m", "ruff", "check", "-q", "--ignore", "TD,FIX", "--no-cache", *new)
    assert ruff.returncode == 0, ruff.stdout
    tidy = run(checkout, "-m", "ruff", "format", "--check", "--no-cache", *new)
    assert tidy.returncode == 0, tidy.stdout


def test_in_the_tree_its_tests_run_with_all_others(checkout):
    scaffold.make(scaffold.Wanted(TITLE, "fixed-gbk", "medical", checkout, in_tree=True))
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/adapters/medical")
    done = run(checkout, *words, plugins=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_of_the_templates_is_left_in_it(tmp_path):
    for style in STYLES:
        folder = scaffold.make(scaffold.Wanted(TITLE, style, "medical", tmp_path / style))
        texts = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
        assert len(texts) == 15
        assert not [text for text in texts if scaffold.LEFT.search(text)]


@pytest.mark.parametrize("style", STYLES)
def test_no_other_department_takes_its_trial_names_for_its_own(tmp_path, style):
    folder = scaffold.make(scaffold.Wanted(TITLE, style, "medical", tmp_path))
    told = json.loads((folder / "kaiban_medical" / "golden" / "needs.json").read_text("utf-8"))
    names = [each["change"]["name"] for kind in ("rejected", "correction") for each in told[kind]]
    with Hall() as hall:
        met = {n for n in names for each in hall.names if hall.stub(each).magic(n)}
    assert names
    assert met == set()


@pytest.mark.parametrize(
    ("title", "name", "style", "told"),
    [
        (TITLE, "medical", "telex", "infno-session"),
        (TITLE, "medical", "", "no style ''"),
        (TITLE, "Medical", "rest-json", "--name 'Medical'"),
        (TITLE, "../evil", "rest-json", "small letters"),
        (TITLE, "a__b", "rest-json", "single underscores"),
        (TITLE, "a" * 33, "rest-json", "at most 32"),
        (TITLE, "class", "rest-json", "Python"),
        (TITLE, "", "rest-json", "gives no name: say --name"),
        (TITLE, "bank", "rest-json", "taken"),
        ("medical", "medical", "rest-json", "Chinese"),
        ("", "medical", "rest-json", "Chinese"),
        ('医保"""登记', "medical", "rest-json", "Chinese"),
        ("医保\n登记", "medical", "rest-json", "Chinese"),
        ("医保登记" * 5, "medical", "rest-json", "longer than 16"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(tmp_path, title, name, style, told):
    with pytest.raises(scaffold.ScaffoldError, match=told):
        scaffold.make(scaffold.Wanted(title, style, name, tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_taken_from_the_title_where_it_has_latin_letters(tmp_path):
    folder = scaffold.make(scaffold.Wanted("ETC 办理", "rest-json", "", tmp_path))
    assert folder.name == "kaiban-etc"


def test_what_is_there_is_not_overwritten(tmp_path):
    folder = scaffold.make(scaffold.Wanted(TITLE, "rest-json", "medical", tmp_path))
    (folder / "setup.cfg").write_text("mine")
    with pytest.raises(scaffold.ScaffoldError, match="not empty"):
        scaffold.make(scaffold.Wanted(TITLE, "fixed-gbk", "medical", tmp_path))
    assert (folder / "setup.cfg").read_text() == "mine"


def test_an_empty_folder_is_no_obstacle(tmp_path):
    (tmp_path / "kaiban-medical").mkdir()
    assert scaffold.make(scaffold.Wanted(TITLE, "rest-json", "medical", tmp_path)).is_dir()


@pytest.mark.parametrize("name", ["hall", "http", "tax_2"])
def test_in_the_tree_a_name_must_be_free(checkout, name):
    (checkout / "adapters" / "tax_2").write_text("a file of that name")
    before = (checkout / "setup.cfg").read_text()
    with pytest.raises(scaffold.ScaffoldError):
        scaffold.make(scaffold.Wanted(TITLE, "rest-json", name, checkout, in_tree=True))
    assert (checkout / "setup.cfg").read_text() == before


def test_in_the_tree_there_must_be_a_tree(tmp_path):
    with pytest.raises(scaffold.ScaffoldError, match="no checkout"):
        scaffold.make(scaffold.Wanted(TITLE, "rest-json", "medical", tmp_path, in_tree=True))
    assert list(tmp_path.iterdir()) == []
