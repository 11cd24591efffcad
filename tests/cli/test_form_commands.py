"""Materials, papers, uploads and rosters from the command line."""

import io
import json

import openpyxl
import pytest
from PIL import Image

from tests.cli.test_commands import kaiban, sample, written
from tests.documents.paper import text_of


@pytest.fixture
def form(home, tmp_path):
    return written(tmp_path / "form.json", sample(home))


def test_materials_are_listed_by_who_has_to_make_them(home, form):
    listed = kaiban(home, "form", "materials", form)
    produced, brought = listed.stdout.split("请自行准备：")
    assert "articles  公司章程" in produced
    assert "lease  房屋租赁合同（可容缺，10 个工作日内补交）" in brought
    told = json.loads(
        kaiban(home, "form", "materials", form, "--json", "--links", "registration").stdout
    )
    assert told["working_days"] == 10
    assert {"key": "lease", "produced": False, "may_follow": True}.items() <= told["materials"][
        -2
    ].items()
    assert "seal_filing" not in {one["key"] for one in told["materials"]}
    [identity] = [one for one in told["materials"] if one["key"] == "identity"]
    assert "/people/holders/0" in identity["of"]
    assert "99010219" not in listed.stdout + json.dumps(told), "nobody's number"


def test_papers_are_written_one_file_each(home, form, tmp_path):
    out = tmp_path / "papers"
    run = kaiban(home, "form", "papers", form, "--out", out, "--links", "registration,seal")
    assert run.returncode == 0
    assert {"articles.pdf", "seal_filing.pdf", "identity_annex.pdf"} <= {
        path.name for path in out.iterdir()
    }
    assert "（含敏感信息）" in next(
        line for line in run.stdout.splitlines() if "identity_annex" in line
    )
    company = json.loads(form.read_text("utf-8"))["company"]["name"]["trade_name"]
    assert company in text_of((out / "articles.pdf").read_bytes())


def test_one_paper_alone_or_none(home, form, tmp_path):
    assert (
        kaiban(
            home, "form", "papers", form, "--out", tmp_path / "a", "--only", "roster"
        ).returncode
        == 0
    )
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["roster.pdf"]
    refused = kaiban(home, "form", "papers", form, "--out", tmp_path / "b", "--only", "lease")
    assert (refused.returncode, "lease" in refused.stderr) == (2, True)
    assert not (tmp_path / "b").exists()


def test_a_form_with_defects_has_no_papers(home, tmp_path):
    entry = sample(home)
    del entry["company"]["capital"]
    file = written(tmp_path / "bad.json", entry)
    for command in (("materials", file), ("papers", file, "--out", tmp_path / "out")):
        refused = kaiban(home, "form", *command)
        assert (refused.returncode, "/company/capital" in refused.stderr) == (1, True)
    assert not (tmp_path / "out").exists()


def test_a_file_is_tried_as_an_upload(home, tmp_path):
    picture = io.BytesIO()
    Image.new("RGB", (300, 200)).save(picture, "PNG")
    (tmp_path / "a.png").write_bytes(picture.getvalue())
    run = kaiban(home, "form", "upload", tmp_path / "a.png", "--out", tmp_path / "kept")
    assert run.stdout.startswith("a.jpg  image/jpeg  1 页")
    assert (tmp_path / "kept").read_bytes().startswith(b"\xff\xd8")
    (tmp_path / "b.heic").write_bytes(b"\0\0\0\x18ftypheic")
    refused = kaiban(home, "form", "upload", tmp_path / "b.heic")
    assert (refused.returncode, "兼容性最佳" in refused.stderr) == (1, True)


def test_a_roster_is_filled_in_and_read(home, form, tmp_path):
    file = tmp_path / "roster.xlsx"
    assert kaiban(home, "form", "roster-template", file).returncode == 0
    member = json.loads(form.read_text("utf-8"))["staff"]["members"][0]
    book = openpyxl.load_workbook(file)
    cells = {
        "姓名": member["name"], "证件号码": member["cert"]["no"], "手机号码": member["mobile"],
        "户籍性质": "本地城镇", "月工资": 8000,
    }  # fmt: skip
    table = book.worksheets[0]
    for cell in table[1]:
        table.cell(2, cell.column).value = cells.get(cell.value)
    book.save(file)
    read = kaiban(home, "form", "roster", file)
    assert (read.returncode, "XLSX" in read.stderr) == (0, True)
    [found] = json.loads(read.stdout)
    assert (found["cert"]["no"], found["monthly_wage"]) == (member["cert"]["no"], 8000)


def test_a_wrong_roster_is_refused_by_line(home, tmp_path):
    file = tmp_path / "roster.csv"
    file.write_text(
        "姓名,证件号码,手机号码,户籍性质,月工资,序号\n张三,1,13800000000,本地城镇,1,1\n", "gb18030"
    )
    refused = kaiban(home, "form", "roster", file)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "GB 18030" in refused.stderr
    assert "未使用的列：序号" in refused.stderr
    assert "第 2 行“证件号码”" in refused.stderr
