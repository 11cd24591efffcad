"""The roster from a table: nothing is taken over before it was looked at, or as long as anything is wrong."""

import io
import zipfile

import openpyxl
import pytest

from forms.roster import as_table, read
from forms.sample import person
from tests.web.rosters import HEAD, line, pasted
from tests.web.visitor import Visitor


def workbook(rows, *hidden):
    """A table in which the rows of these numbers are hidden, as a filter hides them."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    for number in hidden:
        book.worksheets[0].row_dimensions[number].hidden = True
    book.save(target)
    return target.getvalue()


@pytest.fixture
def listing(filing):
    """Somebody where a table of staff is chosen or pasted."""
    filing.go("staff")
    return filing.follow("从表格导入")


def members(city, visitor):
    return city.kaiban.filings.get(visitor.filing_id).entry.get("staff", {}).get("members", [])


def look(visitor, *lines):
    return visitor.press("读取表格", text=pasted(*lines))


def test_a_pasted_table_is_looked_at_and_then_taken_over(listing, city):
    look(listing, line(1), line(2))
    assert listing.status == 200
    assert "确认读到的 2 名职工" in listing.heading
    assert person(1)["cert"]["no"] not in listing.text
    assert members(city, listing) == []
    listing.press("确认，写进名册")
    assert listing.path.startswith(f"/a/{listing.filing_id}/staff")
    assert [one["cert"]["no"] for one in members(city, listing)] == [
        person(1)["cert"]["no"], person(2)["cert"]["no"],
    ]  # fmt: skip


def test_the_template_is_filled_in_and_comes_back(listing, city):
    href = next(a.get("href") for a in listing.page.iter("a") if "下载模板" in a.text_content())
    answer = listing.http.get(listing.address + href, timeout=60)
    assert "roster.xlsx" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    table, one = book.worksheets[0], person(3)
    cells = {"姓名": one["name"], "证件号码": one["cert"]["no"], "手机号码": one["mobile"],
             "户籍性质": "本地城镇", "月工资": 8000}  # fmt: skip
    for column, head in enumerate(table[1], 1):
        table.cell(2, column, cells.get(head.value))
    target = io.BytesIO()
    book.save(target)
    listing.bring("", ("名册.xlsx", target.getvalue()))
    assert "文件按 XLSX 读取" in listing.text
    listing.press("确认，写进名册")
    assert [one["name"] for one in members(city, listing)] == [one["name"]]


ROWS = [each.split("\t") for each in (HEAD, line(1), line(2), line(3))]
UNSEEN = "隐藏或者被筛选掉的 2 行没有读取"


def test_rows_that_were_not_read_because_they_are_hidden_are_told(listing):
    # The fifth and the last are hidden, but only the fifth held anything.
    listing.bring("", ("名册.xlsx", workbook([*ROWS, line(4).split("\t"), []], 3, 5, 6)))
    assert "确认读到的 2 名职工" in listing.heading
    assert UNSEEN in listing.text


def test_where_nothing_is_hidden_nothing_is_told_of_it(listing):
    listing.bring("", ("名册.xlsx", workbook(ROWS)))
    assert "没有读取" not in listing.text


def test_a_table_of_hidden_rows_only_says_why_nobody_is_in_it(listing):
    listing.bring("", ("名册.xlsx", workbook(ROWS[:3], 2, 3)))
    assert listing.status == 422
    assert any(UNSEEN in each for each in listing.mistakes)


def test_every_mistake_is_told_by_its_line_and_nothing_is_taken_over(listing, city):
    look(listing, line(1), line(2, no="123", wage="很多"), line(3, household="月球"))
    assert listing.status == 422
    lines = [each[:5] for each in listing.mistakes]
    assert lines == ["第 3 行", "第 3 行", "第 4 行"]
    assert "很多" in listing.control("text").text
    assert members(city, listing) == []


def test_the_roster_there_is_replaced_or_added_to_as_asked(listing, city):
    look(listing, line(1)).press("确认，写进名册")
    listing.follow("从表格导入")
    look(listing, line(2)).press("确认，写进名册")
    assert listing.mistakes == ["名册里已经有职工，请选择替换还是追加。"]
    listing.press("确认，写进名册", way="append")
    assert len(members(city, listing)) == 2
    listing.follow("从表格导入")
    look(listing, line(2), line(4)).press("确认，写进名册", way="append")
    assert "已经在名册里" in listing.mistakes[0]
    listing.press("确认，写进名册", way="replace")
    assert [one["name"] for one in members(city, listing)] == [
        person(2)["name"], person(4)["name"],
    ]  # fmt: skip


def test_a_roster_changed_elsewhere_is_not_overwritten_unseen(listing, city):
    look(listing, line(1))
    other = Visitor(listing.address)
    other.http.cookies.update(listing.http.cookies)
    other.open(f"/a/{listing.filing_id}/staff/roster")
    look(other, line(2)).press("确认，写进名册")
    listing.press("确认，写进名册")
    assert listing.status == 409
    assert "名册刚在别处修改过" in listing.text
    assert [one["name"] for one in members(city, listing)] == [person(2)["name"]]
    listing.press("确认，写进名册", way="append")
    assert len(members(city, listing)) == 2
    other.close()


def test_another_page_saved_meanwhile_does_not_matter(listing, city):
    look(listing, line(1))
    other = Visitor(listing.address)
    other.http.cookies.update(listing.http.cookies)
    other.open(f"/a/{listing.filing_id}/licence")
    other.press("先保存，回清单", company__contact_phone="0999-8800001")
    listing.press("确认，写进名册")
    assert listing.mistakes == []
    assert len(members(city, listing)) == 1
    other.close()


def bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", bytes(80 * 1024 * 1024))
    return target.getvalue()


HOSTILE = {
    "bomb": (bomb, "表格解压后过大"),
    "nul": (lambda: b"\0" * 4096, "这不是表格"),
    "ten megabytes": (lambda: b"a," * (5 * 1024 * 1024), "表格文件超过 5 MB"),
    "no encoding": (lambda: b"\xff\xff\xff,\x80", "无法识别文件的编码"),
    "broken": (lambda: b"PK\3\4" + bytes(64), "表格文件已损坏"),
    "empty": (lambda: b"", "没有内容"),
    "too many": (lambda: pasted(*["张三"] * 501).encode(), "一次最多导入 500 名"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_roster_is_answered_with_what_to_do(listing, city, what):
    make, sentence = HOSTILE[what]
    listing.bring("", ("a.xlsx", make()))
    assert listing.status == 422
    assert sentence in listing.mistakes[0]
    assert listing.page.get_element_by_id("file") is not None
    assert members(city, listing) == []


def test_formulas_stay_text_and_markup_is_shown_as_it_is(listing, city):
    rows = [HEAD.split("\t"), ["=HYPERLINK(1)", *line(1).split("\t")[1:]]]
    listing.bring("", ("a.xlsx", workbook(rows)))
    assert listing.status == 422
    listing.press("读取表格", text=pasted(line(1, name="<b>王</b>")))
    assert "<b>王" not in listing.answer.text
    assert members(city, listing) == []


def test_a_pasted_table_outlives_the_session(listing):
    listing.http.cookies.clear()
    look(listing, line(1))
    assert listing.status == 403
    assert listing.control("kept.text").get("value").startswith("姓名")


def test_five_hundred_are_taken_over_and_gb18030_is_told(listing, city):
    rows = pasted(*[line(n) for n in range(1, 501)]).replace("\t", ",")
    listing.bring("", ("名册.csv", rows.encode("gb18030")))
    assert "文件按 GB 18030 读取" in listing.text
    listing.press("确认，写进名册")
    assert len(members(city, listing)) == 500


def test_a_table_written_again_is_read_as_the_same(city):
    today = city.today
    rows = [row.split("\t") for row in pasted(line(1), line(2)).splitlines()]
    first = read(rows, today=today).members
    again = read([row.split("\t") for row in as_table(first).splitlines()], today=today)
    assert again.members == first
