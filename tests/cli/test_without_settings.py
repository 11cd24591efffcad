"""Checking a form, its papers, the description and a package: in a fresh clone, with nothing set up."""

import json

import pytest

from kaiban.app import Kaiban
from kaiban.orchestrator.applicant.opening import check
from tests.cli.test_commands import kaiban, sample, written
from tests.journeys.city import playing


@pytest.fixture
def nowhere(tmp_path):
    """A folder that is not there, and must not be made."""
    folder = tmp_path / "nowhere"
    yield folder
    assert not folder.exists()


@pytest.fixture
def form(nowhere, tmp_path):
    return written(tmp_path / "form.json", sample(nowhere))


def test_a_form_is_checked_and_its_papers_are_written(nowhere, form, tmp_path):
    told = json.loads(kaiban(nowhere, "form", "check", form, "--json").stdout)
    assert (told["ok"], len(told["links"]), told["errors"]) == (True, 6, [])
    out = tmp_path / "papers"
    run = kaiban(nowhere, "form", "papers", form, "--out", out, "--only", "roster", "--json")
    [paper] = json.loads(run.stdout)["papers"]
    assert (paper["key"], paper["path"]) == ("roster", str(out / "roster.pdf"))
    assert (out / "roster.pdf").read_bytes().startswith(b"%PDF")
    assert kaiban(nowhere, "form", "materials", form).returncode == 0


def test_a_form_with_defects_ends_with_one_and_tells_them_all(nowhere, form, tmp_path):
    entry = json.loads(form.read_text("utf-8"))
    del entry["company"]["capital"]
    entry["housing_fund"]["payday"] = 99
    bad = written(tmp_path / "bad.json", entry)
    run = kaiban(nowhere, "form", "check", bad, "--json")
    assert run.returncode == 1
    pointers = {each["pointer"] for each in json.loads(run.stdout)["errors"]}
    assert "/housing_fund/payday" in pointers
    assert any(each.startswith("/company/capital") for each in pointers)


def test_departments_find_the_same_without_settings_as_with_them(tmp_path, sqlite_url):
    """Text no department's character set holds, and answers only its own system refuses."""
    with playing(tmp_path, sqlite_url) as city:
        bare = Kaiban({"KAIBAN_VAR": str(tmp_path / "nowhere")})
        strange = city.form()
        strange["premises"]["detail"] = "𠮷祥路 7 号" + "长" * 60
        for form in (city.form(), strange):
            with_them = check(city.kaiban.office, form)
            without = check(bare.rules, form, at=city.hall.clock.now())
            assert without.defects == with_them.defects
            assert without.form == with_them.form
        assert any("𠮷" in each.message for each in with_them.defects), with_them.defects


def test_the_description_is_printed_as_it_is_served(home, nowhere):
    service = Kaiban({"KAIBAN_VAR": str(home)})
    served = service.api().test_client().get("/api/v1/openapi.json").get_data(as_text=True)
    service.database.close()
    assert kaiban(nowhere, "openapi").stdout == served


WRONG = {
    "nothing": (b"", "空"),
    "gbk": ('{"company": "公司"}'.encode("gbk"), "UTF-8"),
    "bom": (b"\xef\xbb\xbf{}", "BOM"),
    "utf16": ("{}".encode("utf-16"), "BOM"),
    "no-json": (b"company: x", "JSON"),
    "list": (b"[]", "JSON 对象"),
    "links": (b'{"links": 7}', "links"),
    "odd-links": (b'{"links": [{}]}', "links"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("command", ["check", "materials", "papers"])
def test_a_file_that_is_no_form_ends_with_two_in_words(nowhere, tmp_path, command, name):
    content, word = WRONG[name]
    (tmp_path / "form.json").write_bytes(content)
    more = ("--out", tmp_path / "out") if command == "papers" else ()
    run = kaiban(nowhere, "form", command, tmp_path / "form.json", "--json", *more)
    assert (run.returncode, run.stdout) == (2, "")
    assert word in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("command", [("form", "check"), ("verify",), ("form", "roster")])
def test_a_file_that_cannot_be_read_ends_with_two(nowhere, tmp_path, command):
    (tmp_path / "empty").touch()
    # Opening it works, reading it does not, for whomever it is.
    for path in (tmp_path, tmp_path / "missing", tmp_path / "empty", "/proc/self/mem"):
        run = kaiban(nowhere, *command, path)
        assert (run.returncode, run.stdout) == (2, ""), path
        assert "Traceback" not in run.stderr


def test_where_nothing_can_be_written_the_papers_end_with_two(nowhere, form, tmp_path):
    (tmp_path / "file").touch()
    run = kaiban(
        nowhere, "form", "papers", form, "--only", "roster", "--out", tmp_path / "file" / "in"
    )
    assert run.returncode == 2
    assert "无法写入" in run.stderr
