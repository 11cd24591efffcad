"""Tables as spreadsheets and mail programs write them."""

import io
import zipfile
from datetime import date, datetime
from functools import cache

import openpyxl
import pytest

from forms.roster import columns, read
from kaiban.documents import tables
from kaiban.documents.tables import MOST_BYTES, MOST_COLUMNS, Sheet, pasted, sheet_of, template

TEXT = "姓名,月工资\r\n张䶮,8000\r\n"
#: As spreadsheets have it: a time without a zone.
NOON = datetime.fromisoformat("2026-12-01T12:00:00")
ROWS = (("姓名", "月工资"), ("张䶮", "8000"))


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "read_as"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8"),
        (TEXT.encode("gb18030"), "GB 18030"),
        (TEXT.replace(",", "\t").encode("utf-16"), "UTF-16"),
    ],
)
def test_text_is_read_strictly_and_said_how(content, read_as):
    assert sheet_of(content) == Sheet(ROWS, read_as)


@pytest.mark.parametrize("by", ["\t", ",", "，"])
def test_pasted_text_is_parted_as_its_head_is(by):
    assert pasted(TEXT.replace(",", by)) == Sheet(ROWS, "UTF-8")


def test_quoted_cells_may_hold_commas_and_lines():
    assert pasted('a,b\n"1,2","x\ny"\n').rows == (("a", "b"), ("1,2", "x\ny"))


def test_a_workbook_keeps_the_kinds_of_its_cells():
    sheet = sheet_of(workbook(("姓名", "入职日期"), ("张三", NOON), (None, 8000.5), (True, 1)))
    assert sheet.read_as == "XLSX"
    cut = [row[:2] for row in sheet.rows]
    assert cut[1:] == [("张三", NOON), (None, 8000.5), (True, 1)]
    assert {len(row) for row in sheet.rows} <= {2, MOST_COLUMNS}


@cache
def bomb():
    """Made once: it is asked for when tests are collected, in every process of theirs."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("xl/worksheets/sheet1.xml", bytes(80 * 1024 * 1024))
    return target.getvalue()


def laughs():
    """A workbook whose XML doubles an entity over and over."""
    source = zipfile.ZipFile(io.BytesIO(workbook(("a",))))
    target = io.BytesIO()
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with zipfile.ZipFile(target, "w") as bundle:
        for name in source.namelist():
            text = source.read(name)
            if name.endswith("sheet1.xml"):
                text = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><worksheet><sheetData><row><c t="str"><v>&l11;</v></c></row></sheetData></worksheet>'.encode()
            bundle.writestr(name, text)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "code", "advice"),
    [
        (bytes(MOST_BYTES + 1), "sheet.too_large", "只保留职工名册"),
        (bomb(), "sheet.too_large", "只保留职工名册"),
        (laughs(), "sheet.damaged", "另存为 xlsx"),
        (b"PK\3\4nothing", "sheet.damaged", "另存为 xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sheet.old", "另存为 xlsx"),
        (b"\xff\xd8\xff\xe0\xff\xff", "sheet.encoding", "CSV UTF-8"),
        (b"%PDF-1.7\0\0", "sheet.type", "xlsx、CSV"),
        (b'a,b\n"1,2\n', "sheet.damaged", "引号"),
        (b"a,b\n" + b"x" * 200_000, "sheet.damaged", "单元格过长"),
    ],
)
def test_what_is_no_table_says_what_to_do(content, code, advice):
    found = sheet_of(content)
    assert (found.code, advice in found.message) == (code, True)


def test_the_template_is_filled_in_and_read_again():
    book = openpyxl.load_workbook(io.BytesIO(template(columns())))
    table, explained = book.worksheets
    heads = [cell.value for cell in table[1]]
    assert heads == [one.label for one in columns()]
    assert [row[0].value for row in explained][1:] == heads
    for cell, column in zip(table[2], columns(), strict=True):
        assert cell.number_format == "@"
        cell.value = column.field.metadata["example"] if column.required else None
    table.cell(2, heads.index("户籍性质") + 1).value = "本地城镇"
    target = io.BytesIO()
    book.save(target)
    roster = read(sheet_of(target.getvalue()).rows, today=date(2026, 12, 1))
    assert roster.errors == ()
    assert roster.members[0]["cert"]["no"] == "99010219900307299X"


def test_lists_of_answers_are_short_enough_for_spreadsheets():
    book = openpyxl.load_workbook(io.BytesIO(template(columns())))
    rules = book.worksheets[0].data_validations.dataValidation
    assert {len(rule.formula1) < 256 for rule in rules} == {True}
    assert len(rules) == 4


def parts_of(book, **changed):
    """The workbook with some parts replaced, by the last word of their name."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(target, "w", 8) as bundle:
        for name in source.namelist():
            stem = name.rpartition("/")[2].partition(".")[0]
            bundle.writestr(name, changed.get(stem, source.read(name)))
    return target.getvalue()


def test_a_workbook_of_more_styles_than_it_may_have_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MOST_STYLES", 10_000)
    book = workbook(("姓名",))
    assert isinstance(sheet_of(book), Sheet)
    found = sheet_of(parts_of(book, styles=bytes(10_001)))
    assert (found.code, "样式过多" in found.message) == ("sheet.too_large", True)


def test_the_parts_of_a_workbook_are_summed_up_before_they_are_read(monkeypatch):
    monkeypatch.setattr(tables, "MOST_UNPACKED", 100_000)
    book = workbook(("姓名",))
    assert isinstance(sheet_of(book), Sheet)
    assert (
        sheet_of(parts_of(book, app=bytes(60_000), core=bytes(60_000))).code == "sheet.too_large"
    )


def test_a_part_larger_than_it_says_is_not_read():
    book = parts_of(workbook(("姓名",)), sheet1=b"x" * 5_000)
    size = (5_000).to_bytes(4, "little")
    assert book.count(size) == 2
    assert sheet_of(book.replace(size, (50).to_bytes(4, "little"))).code == "sheet.damaged"


HEAD = ("姓名", "证件号码", "手机号码", "户籍性质", "月工资")
LINE = ("张三", "99010219900307299X", "13800000000", "本地城镇", "8000")


def made(**sheets):
    """A workbook of these sheets, and what was done to each (`hide`, `rows`, `columns`)."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, (rows, done) in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = done.get("state", "visible")
        for number in done.get("rows", ()):
            sheet.row_dimensions[number].hidden = True
        for letter in done.get("columns", ()):
            sheet.column_dimensions[letter].hidden = True
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def seen(content):
    """The rows of a workbook without the empty cells at their ends."""
    rows = [list(row) for row in sheet_of(content).rows]
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    return tuple(map(tuple, rows))


WORDS = [("户籍性质",), ("本地城镇",)]


@pytest.mark.parametrize("first", ["字典", "说明"])
def test_the_sheet_whose_heads_fit_is_read_wherever_it_stands(first):
    content = made(**{first: (WORDS, {}), "职工名册": ([("某公司职工名册",), HEAD, LINE], {})})
    assert seen(content)[1:] == (HEAD, LINE)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_never_read(state):
    old = ("李四", *LINE[1:])
    content = made(旧=([HEAD, old, old], {"state": state}), 新=([HEAD, LINE], {}))
    assert seen(content) == (HEAD, LINE)


def test_hidden_rows_and_columns_are_never_read_and_the_others_keep_their_numbers():
    rows = [HEAD, ("李四", *LINE[1:]), LINE]
    content = made(名册=([(*row, "x") for row in rows], {"rows": [2], "columns": ["F"]}))
    assert seen(content) == (HEAD, (), LINE)


@pytest.mark.parametrize("by", [" ", "   ", "\u3000", "\t\t", " \t", ";", "；", "|"])
def test_text_from_a_chat_is_parted_by_what_parts_its_head(by):
    table = pasted("\n".join(by.join(row) for row in (HEAD, LINE)))
    (member,) = read(table.rows, today=date(2026, 12, 1)).members
    assert (member["name"], member["monthly_wage"]) == ("张三", 8000)


def test_a_head_with_room_in_its_words_is_parted_by_wide_gaps():
    text = "姓 名  身份证号  手机号  户籍性质  月薪\n" + "  ".join(LINE)
    assert [len(row) for row in pasted(text).rows] == [5, 5]


def test_a_line_parted_by_room_that_lacks_a_cell_is_not_guessed_at():
    found = pasted(" ".join(HEAD) + "\n" + " ".join(LINE[:-1]))
    assert (found.code, "第 2 行有 4 项" in found.message) == ("sheet.uneven", True)


def test_a_workbook_with_a_password_is_told_as_one():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert sheet_of(ole).code == "sheet.old"
    locked = sheet_of(ole + "EncryptedPackage".encode("utf-16-le") + bytes(96))
    assert (locked.code, "密码" in locked.message) == ("sheet.password", True)


def test_the_template_speaks_chinese_not_codes():
    book = openpyxl.load_workbook(io.BytesIO(template(columns())))
    explained = list(book["填写说明"].iter_rows(min_row=2, values_only=True))
    examples = {row[0]: row[3] for row in explained}
    assert (examples["证件类型"], examples["户籍性质"], examples["首次参保"]) == (
        "居民身份证",
        "本地城镇",
        "否",
    )
