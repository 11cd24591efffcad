"""A past case is played again against pretended departments; the case itself is not touched."""

import os
import subprocess
import sys

import pytest


def replay(folder, *arguments, **environ):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    told = {"KAIBAN_VAR": str(folder), "KAIBAN_LINKS": str(folder / "links.toml"), **environ}
    return subprocess.run(
        [sys.executable, "-m", "kaiban.cli", "case", "replay", *arguments],
        env={**kept, **told}, capture_output=True, text=True, timeout=280,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


@pytest.fixture
def past(city):
    """Return a number: what it names was registered."""
    no = city.submit(city.form(), "registration", "seal")
    assert city.follow(no)["status"] == "completed"
    return no


@pytest.mark.timeout(600)  # half a minute on a machine with nothing else to do
def test_what_goes_as_it_went_is_told_and_what_does_not_too(city, past, tmp_path):
    before = city.case(past)
    # As if the seal office had decided otherwise then.
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(past)
        case.link("seal").current.reason_code = "S09"
        tx.save(case)
    done = replay(tmp_path, past, "--speed", "1200")
    assert (done.returncode, done.stdout != "") == (1, True), done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "＝ 设立登记 main  done"
    assert lines[1:] == ["≠ 公章刻制 main  done", "    结果：done S09 → done"]
    assert city.case(past)["facts"] == before["facts"]
    assert not list(tmp_path.glob("replay-*"))


def test_what_cannot_be_played_is_said_in_one_line(past, tmp_path):
    for arguments, environ, words in (
        (["KB99010020260304000029"], {}, "没有编号为"),
        ([past, "--link", "medical"], {}, "办件中没有环节 medical，有：registration、seal"),
        ([past], {"KAIBAN_ENV": "production"}, "开发环境"),
    ):
        done = replay(tmp_path, *arguments, **environ)
        assert done.returncode == 2, arguments
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_what_cannot_be_played_to_its_end_is_not_told_as_different(past, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nif 'stubs' in sys.argv: sys.exit(3)\n")
    done = replay(tmp_path, past, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2, done.stderr
    assert "没有重放完" in done.stderr
    assert done.stdout == ""
