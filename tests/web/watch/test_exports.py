"""Figures leave the house with what they were counted from, and open in other people's programs."""

import csv
import io
import subprocess
import zipfile

import pytest

from kaiban.domain.roles import Role
from kaiban.domain.statistics.marks import KIND_RULES, KIND_TITLES, MarkKind
from kaiban.orchestrator.supervisor import reports
from tests.documents.paper import text_of
from tests.waiting import until
from tests.web.desk.people import OTHER
from tests.web.watch.test_overview import EVER, facts, watching


@pytest.fixture(scope="module")
def granted(city):
    no = city.submit(city.form())
    assert city.follow(no)["status"] == "completed"
    return no


@pytest.fixture
def watch(city, granted):
    visitor = watching(city)
    yield visitor
    visitor.close()


def file(visitor, name, asked=EVER):
    answers = []

    def made():
        answers.append(visitor.http.get(f"{visitor.address}/watch/{name}?{asked}", timeout=120))
        # On a busy machine all who make documents may be at work: whoever asks again gets it.
        return answers[-1].status_code != 503

    until(made)
    answer = answers[-1]
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return answer.content


def rows(content):
    assert content.startswith(b"\xef\xbb\xbf"), (
        "a spreadsheet would read it in its country's code page"
    )
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def opened(content, folder, sheet):
    """The sheet of that number as LibreOffice reads it, written as CSV by it."""
    (folder / "figures.xlsx").write_bytes(content)
    filters = f"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,{sheet}"
    told = subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", filters, "--outdir", str(folder), str(folder / "figures.xlsx")],
        check=True, capture_output=True, text=True, timeout=1200,
    )  # fmt: skip
    [found] = folder.glob("*.csv")
    assert "figures" in told.stdout
    text = found.read_text("utf-8")
    found.unlink()
    return list(csv.reader(io.StringIO(text, newline="")))


def test_cases_are_told_one_by_one_and_as_they_were_frozen(city, watch):
    head, *found = rows(file(watch, "export/cases.csv"))
    told = {row[0]: dict(zip(head, row, strict=True)) for row in found}
    expected = facts(city)
    assert sorted(told) == sorted(each.no for each in expected)
    for each in expected:
        row = told[each.no]
        assert (row["办理用时（分钟）"], row["承诺（分钟）"]) == (
            str(each.used),
            str(each.promised),
        )
        assert row["结束日"] == each.ended_on.isoformat()
        assert row["时限内"] == ("是" if each.used <= each.promised else "否")
        assert sum(
            int(row[name])
            for name in head
            if name.endswith("（分钟）") and name not in ("办理用时（分钟）", "承诺（分钟）")
        ) == sum(each.minutes.values())


def test_every_figure_brings_both_its_numbers_and_its_rule(city, watch):
    head, *found = rows(file(watch, "export/figures.csv"))
    told = {row[0]: dict(zip(head, row, strict=True)) for row in found}
    granted = [each for each in facts(city) if each.outcome.value.startswith("completed")]
    kept = told["在承诺时限内办结"]
    assert (kept["分子"], kept["分母"]) == (
        str(sum(each.used <= each.promised for each in granted)),
        str(len(granted)),
    )
    assert all(row["分母口径"] and row["分子口径"] and row["分母"] for row in told.values())


def test_a_workbook_opens_in_libreoffice_with_numbers_as_numbers(city, watch, tmp_path):
    content = file(watch, "export/figures.xlsx")
    assert zipfile.is_zipfile(io.BytesIO(content))
    head, *found = opened(content, tmp_path, 9)
    mine = [row for row in found if row[:1] and row[0].startswith("KB")]
    plain = rows(file(watch, "export/cases.csv"))
    assert [head, *mine] == plain
    figures = opened(content, tmp_path, 1)
    assert figures[0][:5] == ["指标", "数值", "单位", "分子", "分母"]
    assert any("停表" in "".join(row) for row in figures), "the rule of the clock stands below"


def test_a_report_tells_the_same_on_paper(city, watch):
    granted = [each for each in facts(city) if each.outcome.value.startswith("completed")]
    text = text_of(file(watch, "report.pdf", "first=2026-01-01&last=2026-03-31"))
    words = "".join(text.split())
    assert "企业开办时效2026年第一季度通报" in words
    assert "停表（等待申请人、特别程序）的分钟" in words
    assert "在承诺时限内办结" in words
    for title in ("主要数字", "各环节用时", "时间去了哪里", "收件去向", "大厅对比"):
        assert title in words, title
    assert granted
    assert not [each.no for each in granted if each.no in words], "a report names no case"


def test_more_cases_than_leave_the_house_at_once_are_told(watch, monkeypatch):
    monkeypatch.setattr(reports, "MOST", 0)
    watch.open(f"/watch/export/cases.csv?{EVER}")
    assert watch.status == 413
    assert "请把日期选短一些" in watch.text
    assert watch.open(f"/watch/export/figures.csv?{EVER}").status == 200


def test_another_hall_takes_nothing_of_ours_along(city, granted):
    manager = watching(city, Role.HALL_MANAGER, hall=OTHER)
    _, *found = rows(file(manager, "export/cases.csv", f"{EVER}&hall=main"))
    assert granted not in [row[0] for row in found]
    manager.close()


def test_the_ways_to_take_figures_along_stand_on_the_first_page(watch):
    watch.open(f"/watch?{EVER}")
    ways = watch.page.xpath("//h2[.='导出']/following-sibling::ul[1]//a/@href")
    assert len(ways) == 4
    assert all("first=2026-01-01" in way for way in ways)
    assert watch.open("/watch/export/cases.txt").status == 404


def test_what_was_sent_back_leaves_the_house_with_both_its_numbers_and_its_rule(
    city, watch, tmp_path
):
    content, found = file(watch, "export/figures.xlsx"), facts(city)
    kinds = {row[0]: row for row in opened(content, tmp_path, 6)}
    for kind, title in KIND_TITLES.items():
        marks = [mark for each in found for mark in each.marks if mark.kind is kind]
        cases = sum(any(mark.kind is kind for mark in each.marks) for each in found)
        assert kinds[title][1:4] == [str(len(marks)), str(cases), str(len(found))], title
        assert kinds[title][5] == KIND_RULES[kind]
    demands = sum(mark.kind is MarkKind.DEMAND for each in found for mark in each.marks)
    counted = [row[2] for row in opened(content, tmp_path, 7)[1:] if row[2:3] and row[2].isdigit()]
    assert sum(map(int, counted)) == demands
