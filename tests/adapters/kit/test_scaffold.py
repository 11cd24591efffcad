"""A new department of every style: really made, really run, and its checks really catch something."""

import configparser
import json
import os
import shutil
import subprocess
import sys

import pytest

from adapters.hall import Hall
from adapters.kit import scaffold
from adapters.kit.scaffold_styles import STYLES
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


def run(folder, *words, site=""):
    """Call as an integrator does, in the department's folder."""
    path = os.pathsep.join(map(str, filter(None, (folder, site, ROOT))))
    return subprocess.run(
        [sys.executable, *map(str, words)], cwd=folder, env={**os.environ, "PYTHONPATH": path},
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip


def check(folder, name, *words):
    kind = "".join(part.capitalize() for part in name.split("_"))
    adapter = f"kaiban_{name}:{kind}Adapter"
    code = "import sys; from adapters.kit.commands import adapter; adapter(sys.argv[1:])"
    return run(folder, "-c", code, words[0], adapter, *words[1:])


@pytest.fixture(params=STYLES)
def made(request, tmp_path):
    """Return a new department's style, name and folder."""
    name = f"new_{request.param.replace('-', '_')}"
    return (
        request.param,
        name,
        scaffold.make(scaffold.Wanted(TITLE, request.param, name, tmp_path)),
    )


def spoilt(folder, name, file, before, after):
    path = folder / f"kaiban_{name}" / file
    text = path.read_text()
    assert text.count(before) == 1
    path.write_text(text.replace(before, after))


def test_a_new_department_works_from_the_first_minute(made):
    _, name, folder = made
    done = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout
    lint = check(folder, name, "lint")
    assert (lint.returncode, lint.stdout) == (0, "")


def test_only_its_todos_stand_between_it_and_gold(made):
    _, name, folder = made
    told = check(folder, name, "check")
    failed = [line[:5] for line in told.stdout.splitlines() if line.startswith("✗")]
    assert failed == ["✗ G11"], told.stdout
    assert "TODO" in told.stdout
    assert "等级：银 silver" in told.stdout


def test_a_mistake_in_what_its_answers_mean_is_caught(made):
    _, name, folder = made
    before, after, seen_by = REFUSAL
    spoilt(folder, name, "adapter.py", before, after)
    done = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", f"{seen_by} or B01")
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout, done.stdout


def test_a_mistake_on_its_wire_is_caught(made):
    style, name, folder = made
    before, after, seen_by = MISTAKES[style]
    spoilt(folder, name, "line.py", before, after)
    told = check(folder, name, "check", "--only", seen_by)
    assert told.returncode == 1, told.stdout + told.stderr
    assert f"✗ {seen_by}" in told.stdout


def test_what_an_adapter_must_not_contain_is_found_in_it(made):
    _, name, folder = made
    spoilt(folder, name, "line.py", "from collections.abc", "import time\nfrom collections.abc")
    lint = check(folder, name, "lint")
    assert lint.returncode == 1
    assert "line.py:" in lint.stdout
    assert "import of time" in lint.stdout


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
        cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=100,
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
    done = run(checkout, *words)
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
