"""Rosters as people keep them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from forms.opening import check
from forms.roster import columns, fits, read
from forms.sample import person, sample
from forms.sections.staff import MOST_MEMBERS

HEAD = ("姓名", "证件号码", "手机号码", "户籍性质", "入职日期", "月工资", "首次参保")


def line(number=1, **changed):
    one = person(number)
    cells = {
        "name": one["name"], "no": one["cert"]["no"], "mobile": one["mobile"], "household": "本地城镇",
        "start": "2026-12-01", "wage": "8000", "first": "否",
    }  # fmt: skip
    return tuple({**cells, **changed}.values())


@pytest.fixture
def told(today):
    """Return a function: lines under the usual head -> what is wrong."""
    return lambda *lines: read([HEAD, *lines], today=today).errors


def test_what_is_read_is_what_the_form_takes(today):
    roster = read([HEAD, line(1), line(2, first="是")], today=today)
    assert (roster.errors, roster.ignored) == ((), ())
    form = sample()
    form["staff"]["members"] = list(roster.members)
    checked = check(form, today=today)
    assert checked.defects == ()
    first, second = checked.form["staff"]["members"]
    assert (first["monthly_wage"], first["household"]) == (Decimal(8000), "local_urban")
    assert second["first_time"] is True


def test_the_head_is_the_forms_own_in_any_order_with_stars_and_units(today):
    rows = [
        ("月工资（元） *", "序号", "户籍 性质", "手机号码", "证件号码", "姓名", "证件类型"),
        ("8,000.50元", "1", "外地农村", "13800000000", "123", "李四", "外国护照"),
    ]
    roster = read(rows, today=today)
    assert roster.ignored == ("序号",)
    (error,) = roster.errors
    assert error.startswith("第 2 行“证件号码”：外国护照号码格式不对")


@pytest.mark.parametrize(
    "start",
    [
        "2026/12/1",
        "2026.12.01",
        "2026年12月1日",
        date(2026, 12, 1),
        datetime.fromisoformat("2026-12-01T00:00:00"),
    ],
)
def test_days_in_every_usual_spelling(today, start):
    roster = read([HEAD, line(start=start)], today=today)
    assert [one["start_date"] for one in roster.members] == ["2026-12-01"]


@pytest.mark.parametrize("wage", [8000, 8000.0, "8000.00", "8,000", "8000元", Decimal(8000)])
def test_amounts_in_every_usual_spelling(today, wage):
    roster = read([HEAD, line(wage=wage)], today=today)
    assert [one["monthly_wage"] for one in roster.members] == [Decimal(8000)]


def test_numbers_a_spreadsheet_took_for_quantities(told, today):
    roster = read([HEAD, line(mobile=14000009973.0)], today=today)
    assert [one["mobile"] for one in roster.members] == ["14000009973"]
    for lost in (9.90102199003073e17, 990102199003072990, "9.90102E+17"):
        assert told(line(no=lost)) == (
            "第 2 行“证件号码”：被表格软件当成数字，末几位已经丢失，请把这一列设为文本格式后重新填写。",
        )


def test_every_error_of_every_line_is_told_by_its_line(told):
    errors = told(
        line(1), (), line(2, no="990102199003072990"), line(3, household="火星", wage="面议")
    )
    assert [error[:6] for error in errors] == ["第 4 行“", "第 5 行：", "第 5 行："]
    assert "请对照证件逐位核对" in errors[0]
    assert "本地城镇" in errors[1]
    assert "“月工资”" in errors[2]


def test_somebody_twice_is_told(told):
    assert told(line(1), line(1)) == (
        "第 3 行“证件号码”：这名职工与名册中第 1 名重复，请删除一行。",
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "没有内容"),
        ([(), ("", None, " ")], "没有内容"),
        ([HEAD], "只有列名"),
        (
            [("称呼", "编号"), ("张三", "1")],
            "缺少列“姓名”“证件号码”“手机号码”“户籍性质”“月工资”",
        ),
        ([(*HEAD, "姓名"), line()], "列“姓名”出现了两次"),
    ],
)
def test_what_is_no_roster_says_so(rows, said, today):
    roster = read(rows, today=today)
    assert roster.members == ()
    assert len(roster.errors) == 1
    assert said in roster.errors[0]


def test_ten_thousand_lines_are_refused_without_reading_them(today):
    roster = read([HEAD, *[line()] * 10_000], today=today)
    assert roster.errors == (
        f"表中有 10000 名职工，一次最多导入 {MOST_MEMBERS} 名，请分批办理增员。",
    )


def test_no_column_is_asked_twice():
    labels = [one.label for one in columns()]
    assert len(set(labels)) == len(labels)
    assert {"姓名", "证件号码", "月工资"} <= {one.label for one in columns() if one.required}


def test_what_people_call_the_columns_is_understood(today):
    head = ("姓 名", "身份证号", "手机号", "户口性质", "入职时间", "月薪", "首次参保")
    roster = read([head, line(1)], today=today)
    assert (roster.errors, roster.ignored, len(roster.members)) == ((), (), 1)
    assert fits([head]) == len(head)


def test_one_column_under_two_names_is_told(today):
    roster = read([(*HEAD, "手机号"), (*line(1), "1")], today=today)
    assert "出现了两次" in roster.errors[0]


def test_a_title_may_stand_above_the_head_and_lines_count_from_the_top(today, told):
    title = ("示范市青禾云软件有限公司职工名册", "", "")
    rows = [title, (), ("填表人：张三", "2026年12月"), HEAD, line(1)]
    assert len(read(rows, today=today).members) == 1
    wrong = read([*rows[:-1], line(1, household="火星")], today=today)
    assert wrong.errors[0].startswith("第 5 行")
    assert fits(rows) == len(HEAD)
    assert fits([title, ("说明",)]) == 0


@pytest.mark.parametrize("wage", ["8000,50", "0,5", "8,00", "8,0000"])
def test_a_comma_that_cannot_group_is_never_dropped(told, wage):
    assert "“月工资”" in told(line(wage=wage))[0]


@pytest.mark.parametrize(
    ("column", "cell"),
    [("no", "9.90102E+17"), ("mobile", "1.40006E+10"), ("wage", "1.2E+4"), ("start", "4.6E+4")],
)
def test_a_spoilt_cell_is_told_once(told, column, cell):
    errors = told(line(**{column: cell}))
    assert len(errors) == 1
    assert "末几位已经丢失" in errors[0]


def test_guards_of_numbers_are_taken_off(today):
    one = person(1)
    cells = line(1, no=f'="{one["cert"]["no"]}"', mobile=f"'{one['mobile']}", wage='="8,000"')
    (member,) = read([HEAD, cells], today=today).members
    assert (member["cert"]["no"], member["mobile"], member["monthly_wage"]) == (
        one["cert"]["no"],
        one["mobile"],
        Decimal(8000),
    )


def test_what_is_only_strange_is_left_to_be_confirmed_with_the_form(today):
    roster = read([HEAD, line(1, wage="1")], today=today)
    assert (roster.errors, len(roster.members)) == ((), 1)


@pytest.mark.parametrize(
    ("column", "cell", "key", "meant"),
    [
        ("mobile", "+86 140-0000-9973", "mobile", "14000009973"),
        ("wage", "0.8万", "monthly_wage", Decimal(8000)),
        ("start", "20261201", "start_date", "2026-12-01"),
        ("household", "本地 城镇", "household", "local_urban"),
    ],
)
def test_cells_are_read_as_the_pages_read(today, column, cell, key, meant):
    (member,) = read([HEAD, line(1, **{column: cell})], today=today).members
    assert member[key] == meant
