"""What people write, read the same wherever they write it."""

from decimal import Decimal

import pytest

from forms.reading.answers import NOTHING, read
from forms.sample import SAMPLE_DAY
from forms.sections import SECTIONS
from forms.structure.paths import inner_schema, questions


def field_of(path):
    section, *rest = path.split(".")
    schema = SECTIONS[section]()
    for key in rest[:-1]:
        schema = inner_schema(questions(schema)[key])
    return questions(schema)[rest[-1]]


def heard(path, said):
    return read(field_of(path), said, lambda: SAMPLE_DAY)


CAPITAL, WAGE = "company.capital.amount", "staff.members.monthly_wage"
COPIES, LIMIT = "company.licence.copies", "tax.invoice.limit"
RATIO, PAYDAY = "housing_fund.unit_ratio", "housing_fund.payday"
SHARE, TERM = "people.beneficial_owners.share_pct", "company.term"
DUE, UNTIL = "company.capital.paid_by", "people.legal_rep.cert.valid_until"
MONTH, MOBILE = "housing_fund.first_month", "people.legal_rep.mobile"
PHONE, NUMBER = "company.contact_phone", "people.legal_rep.cert.no"

READ = [
    (CAPITAL, "１００", Decimal(100)),
    (CAPITAL, "100万", Decimal(100)),
    (CAPITAL, "100 万元", Decimal(100)),
    (CAPITAL, "1,000,000元", Decimal(100)),
    (CAPITAL, "人民币1,000万元整", Decimal(1000)),
    (CAPITAL, "1亿", Decimal(10_000)),
    (CAPITAL, "¥1,000", Decimal(1000)),
    (WAGE, "8,000.50", Decimal("8000.5")),
    (WAGE, "8000 元", Decimal(8000)),
    (WAGE, "0.8万", Decimal(8000)),
    (WAGE, "8000,50", "8000,50"),
    (WAGE, "0,5", "0,5"),
    (WAGE, "8,00", "8,00"),
    (WAGE, "，5", "，5"),
    (WAGE, "面议", "面议"),
    (SHARE, "60%", Decimal(60)),
    (SHARE, "33.3333％", Decimal("33.3333")),
    (RATIO, "8%", 8),
    (RATIO, "８", 8),
    (RATIO, "8.5%", "8.5%"),
    (PAYDAY, "15号", 15),
    (PAYDAY, "15日", 15),
    (COPIES, "2 份", 2),
    (COPIES, "２份", 2),
    (LIMIT, "10万元", 100_000),
    (LIMIT, "100,000", 100_000),
    (DUE, "2027/1/1", "2027-01-01"),
    (DUE, "2027.1.1", "2027-01-01"),
    (DUE, "2027年1月1日", "2027-01-01"),
    (DUE, "２０２７－１－１", "2027-01-01"),
    (DUE, "20270101", "2027-01-01"),
    (DUE, "5年", "2031-12-01"),
    (DUE, "长期", "长期"),
    (TERM, "长期", "长期"),
    (TERM, " 长期有效 ", "长期"),
    (TERM, "20年", "2046-12-01"),
    (TERM, "20 年", "2046-12-01"),
    (UNTIL, "长期", None),
    (UNTIL, "20年", "20年"),
    (MONTH, "2026/12", "2026-12"),
    (MONTH, "2026年12月", "2026-12"),
    (MOBILE, "+86 138-0000-0000", "13800000000"),
    (MOBILE, "008613800000000", "13800000000"),
    (MOBILE, "１３８００００００００", "13800000000"),
    (PHONE, "(0731)88881234", "0731-88881234"),
    (PHONE, "（0731）8888 1234", "0731-88881234"),
    (PHONE, "0731 88881234转12", "0731-88881234-12"),
    (PHONE, "010-88881234-12", "010-88881234-12"),
    (PHONE, "+86 0731 88881234", "0731-88881234"),
    (PHONE, "400 800 1234", "400-800-1234"),
    (PHONE, "+86 13800000000", "13800000000"),
    (PHONE, "打电话", "打电话"),
    (NUMBER, "9901 0219 9003 0729 9x", "99010219900307299X"),
    (NUMBER, "9 9 0 1 0 2 1 9 9 0 0 3 0 7 2 9 9 x", "99010219900307299X"),
    (NUMBER, "990102-19900307-299X", "99010219900307299X"),
    (NUMBER, "军字第 0123 号", "军字第 0123 号"),
    ("company.postal_code", "９９９ ０００", "999000"),
    ("bank.branch_cnaps", "9909 9010 0021", "990990100021"),
    ("company.email", " ｌianxi@ example.com", "lianxi@example.com"),
    ("company.name.trade_name", "ＡＢ云", "ＡＢ云"),
    # Signs nobody can see mean nothing in numbers; in words they are left for the form to name.
    (MOBILE, "\u202d138\u200b00000000\u202c", "13800000000"),
    (PHONE, "\u202a0731\u00ad-88881234\u202c", "0731-88881234"),
    (NUMBER, "990102\u200b19900307\ufeff299x", "99010219900307299X"),
    (NUMBER, "军字第\u200b0123号", "军字第0123号"),
    (DUE, "\u200e2027/1/1", "2027-01-01"),
    (MONTH, "2026\u200d/12", "2026-12"),
    (CAPITAL, "100\u2060万", Decimal(100)),
    (PAYDAY, "15\ufe0f号", 15),
    (RATIO, "8\u200b%", 8),
    ("company.email", "lianxi\u200b@example.com", "lianxi@example.com"),
    ("bank.branch_cnaps", "990990\u200b100021", "990990100021"),
    ("company.name.trade_name", "青\u200b禾", "青\u200b禾"),
]


@pytest.mark.parametrize(("path", "said", "meant"), READ)
def test_it_is_read_as_it_is_meant_or_left_as_it_is(path, said, meant):
    found = heard(path, said)
    assert (found, type(found)) == (meant, type(meant))
    assert found is not NOTHING


@pytest.mark.parametrize("path", [CAPITAL, WAGE, COPIES, SHARE, RATIO, DUE, TERM, MONTH, PHONE])
@pytest.mark.parametrize(
    "said", ["", " ", "1e9", "NaN", "-", "--", "1,", "½", "٣", "年", "万", "9" * 40]
)
def test_nothing_else_becomes_a_number(path, said):
    assert heard(path, said) == said
