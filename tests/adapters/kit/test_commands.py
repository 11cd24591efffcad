"""``kaiban adapter check | lint | new | selftest`` as an integrator calls them."""

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from click.testing import CliRunner

from adapters.hall import Hall
from adapters.kit.commands import adapter
from adapters.kit.mutants.exchange import RetriesUnknown
from tests.agreements.repository import ROOT

BROKEN = f"{RetriesUnknown.__module__}:{RetriesUnknown.__name__}"


@pytest.fixture
def call():
    # Checks at once are forked, and there are threads here.
    alone = {"check": ["--at-once", "1"], "selftest": ["--at-once", "1"]}
    return lambda name, *words: CliRunner().invoke(
        adapter, [name, *alone.get(name, []), *map(str, words)]
    )


def test_a_check_that_passes_is_shown_and_exits_0(call):
    told = call("check", "bank", "--only", "B01,S02")
    assert told.exit_code == 0, told.output
    assert "✓ B01" in told.stdout
    assert "✓ S02" in told.stdout


def test_a_check_that_fails_shows_the_exchange_and_exits_1(call, tmp_path):
    junit, page = tmp_path / "x.xml", tmp_path / "x.html"
    told = call("check", BROKEN, "--only", "B01,S02,S21", "--junit", junit, "--html", page)
    assert told.exit_code == 1
    assert "✗ S02" in told.stdout
    assert "docs/checks/S02.md" in told.stdout
    assert "> POST /kh HTTP/1.1" in told.stdout
    assert "– S21" in told.stdout
    suite = ET.parse(junit).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert len(suite.findall("testcase/skipped")) == 1
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "未通过" in text
    assert "<script" not in text
    assert "src=" not in text


def test_the_level_can_be_had_as_a_badge(call, tmp_path):
    badge = tmp_path / "bank.svg"
    told = call("check", "bank", "--level", "bronze", "--badge", badge)
    assert told.exit_code == 0, told.output
    assert "铜 bronze" in badge.read_text(encoding="utf-8")


def test_against_a_system_elsewhere_only_what_it_can_show_is_proved(call, tmp_path):
    with Hall(only=("bank",)) as hall:
        settings = tmp_path / "bank.json"
        settings.write_text(json.dumps(hall.settings("bank")))
        told = call(
            "check", "bank", "--only", "B02,B12,B14,S02", "--against", hall.url("bank"),
            "--settings", settings,
        )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "✓ B14" in told.stdout
    assert "… S02" in told.stdout
    assert "此处无法证明 2" in told.stdout


def test_the_same_system_can_be_asked_twice_in_a_row(call, tmp_path):
    with Hall(only=("registration",), always_open=True) as hall:
        settings = tmp_path / "registration.json"
        settings.write_text(json.dumps(hall.settings("registration")))
        for _ in range(2):
            told = call(
                "check", "registration", "--only", "B06,B08,B14,B16,S24", "--against",
                hall.url("registration"), "--settings", settings,
            )  # fmt: skip
            assert told.exit_code == 0, told.output
            assert "✓ B14" in told.stdout
        numbers = {each.key for each in hall.stub("registration").commits()}
        asked = [
            each.line
            for each in hall.stub("registration").store.journal()
            if "bizSerialNo" in each.line
        ]
    assert len(set(asked)) == len(asked) > 1, "each check has a case of its own"
    assert not numbers


@pytest.mark.parametrize(
    "words",
    [
        ("check", "nobody"),
        ("check", ":Class"),
        ("check", ".relative:Class"),
        ("check", "no.such.module:Class"),
        ("check", "bank", "--only", "X01"),
        ("check", "bank", "--against", "ftp://x"),
        ("check", "bank", "--level", "platinum"),
        ("check", "bank", "--write", "--only", "B01"),
        ("check", "bank", "--badge", "x.svg", "--only", "B01"),
        ("lint", "nobody"),
        ("new", "医保登记", "--name", "medical", "--style", "telex"),
    ],
)
def test_what_cannot_be_done_is_usage(call, words):
    told = call(*words)
    assert told.exit_code == 2, told.output
    assert "Error" in told.stderr


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("bad.toml", "a = = 1", "cannot be read"),
        ("bad.json", "{", "cannot be read"),
        ("list.json", "[1]", "holds no names"),
        ("empty.toml", "", "mac_key"),
    ],
)
def test_settings_that_cannot_be_used_are_one_line(call, tmp_path, name, text, told):
    settings = tmp_path / name
    settings.write_text(text)
    done = call("check", "bank", "--against", "http://127.0.0.1:1", "--settings", settings)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Error: --settings: " in done.stderr
    assert told in done.stderr


def test_an_address_where_nobody_is_is_told_before_any_check(call, tmp_path):
    with Hall(only=("bank",)) as hall:
        settings = tmp_path / "bank.json"
        settings.write_text(json.dumps(hall.settings("bank")))
        gone = hall.url("bank")
    done = call("check", "bank", "--against", gone, "--settings", settings)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"Error: --against: no answer from {gone}" in done.stderr


def test_a_class_that_is_no_adapter_is_called_so(call):
    done = call("check", "json:JSONDecoder")
    assert done.exit_code == 2
    assert "'json:JSONDecoder' is no adapter" in done.stderr


def test_a_counter_can_be_checked_with_many_at_once():
    # As on a terminal, in a process without threads.
    code = "from adapters.kit.commands import adapter; adapter()"
    words = ("check", "bank.counter", "--only", "B01,B02", "--at-once", "4")
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )
    assert done.returncode == 0, done.stderr
    assert "✓ B01" in done.stdout


def test_the_departments_pass_the_lint(call):
    told = call("lint")
    assert (told.exit_code, told.stdout) == (0, "")


def test_a_new_department_is_made(call, tmp_path):
    words = ("new", "医保登记", "--name", "medical", "--style", "rest-json", "--into", tmp_path)
    told = call(*words)
    assert told.exit_code == 0, told.output
    assert (tmp_path / "kaiban-medical" / "kaiban_medical" / "adapter.py").is_file()


def test_the_selftest_can_be_asked_for_one_fault(call):
    told = call("selftest", "--only", "NobodyOwnsIt")
    assert told.exit_code == 0
    assert "1 of 1 faults caught" in told.stdout


def test_the_selftest_of_nothing_fails(call):
    assert call("selftest", "--only", "nothing of that name").exit_code == 1


def test_a_check_that_is_not_there_is_named():
    done = CliRunner().invoke(adapter, ["check", "bank", "--only", "Z9"])
    assert done.exit_code == 2
    assert "--only: there is no check Z9" in done.output


def test_what_a_version_prepares_is_kept_once_and_a_later_one_can_finish_it(
    call, tmp_path, monkeypatch
):
    package = tmp_path / "kept_bank"
    shutil.copytree(
        ROOT / "adapters" / "bank",
        package,
        ignore=shutil.ignore_patterns("prepared-*", "__pycache__"),
    )
    for file in package.glob("*.py"):
        file.write_text(file.read_text().replace("adapters.bank", "kept_bank"))
    monkeypatch.syspath_prepend(tmp_path)
    name = "kept_bank:BankAdapter"
    assert "✓ G09" not in call("check", name, "--only", "G09").stdout
    told = call("keep", name)
    assert told.exit_code == 0, told.output
    kept = package / "golden" / "prepared-1.0.0.json"
    ours = json.loads((ROOT / "adapters/bank/golden/prepared-1.0.0.json").read_text())
    assert json.loads(kept.read_text())["main"] == {**ours["main"], "files": []}
    again = call("keep", name)
    assert (again.exit_code, "is there already" in again.output) == (2, True)
    assert "✓ G09" in call("check", name, "--only", "G09").stdout


def test_a_module_without_a_package_can_be_checked_and_a_lower_level_written(tmp_path):
    shutil.copytree(ROOT / "adapters" / "bank" / "golden", tmp_path / "golden")
    for name in ("protocol.md", "quality.json"):
        shutil.copy(ROOT / "adapters" / "bank" / name, tmp_path)
    (tmp_path / "toplevel.py").write_text(
        "from adapters.bank import BankAdapter\n\n\nclass Own(BankAdapter):\n    pass\n"
    )
    (tmp_path / "kit.py").write_text(
        "from adapters.bank.kit import Kit as Bank\n\n\nclass Kit(Bank):\n    pass\n"
    )

    def called(*words):
        code = "import sys; from adapters.kit.commands import adapter; adapter(sys.argv[1:])"
        done = subprocess.run(
            [sys.executable, "-c", code, *words], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}, timeout=280,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert called("lint", "toplevel:Own") == ""
    called("check", "toplevel:Own", "--level", "bronze", "--write", "--at-once", "2")
    kept = json.loads((tmp_path / "quality.json").read_text())
    assert (kept["level"], "B06" in kept["passed"], "S01" in kept["passed"]) == (
        "bronze",
        True,
        False,
    )
