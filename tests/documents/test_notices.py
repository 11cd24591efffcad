"""Notices and refusals as PDF: everything on them can be read, and nothing typed breaks the page."""

import re
from dataclasses import replace
from datetime import date

import pytest

from kaiban.documents.notices import notice_pdf
from kaiban.documents.package.packages import SAMPLE
from kaiban.domain.notices.refusal import redress_of, terms
from kaiban.orchestrator.window.notices.notice_papers import NoticeSheet, RefusalSheet, Row
from tests.documents.paper import pages_of, text_of
from tests.documents.samples import CASE_NO, COMPANY, NOW

COMMON = {
    "document": f"示企开告字〔2026〕{CASE_NO}-1 号", "addressee": "张晓燕", "company": COMPANY,
    "case_no": CASE_NO, "accepted_at": NOW, "issued_at": NOW, "hall": "示范市政务服务中心",
}  # fmt: skip
ROW = Row(
    "市场监督管理局 / 企业设立登记", "门牌号缺失，请补正。", "市场主体登记管理条例第十六条", "88 号 502 室",
    "住所的证明文件", "网上修改，或者到窗口修改", "",
)  # fmt: skip
NOTICE = NoticeSheet(
    name="notice-1-1", by="03 号窗口 李敏", number=1, reason="", basis="优化营商环境条例第三十六条",
    due=date(2026, 12, 4), due_basis="本市服务规范", rows=(ROW,), **COMMON,
)  # fmt: skip
HOME = "https://kaiban.example"


def printed(sheet, sample=""):
    return text_of(notice_pdf(sheet, "示范市", HOME, sample))


def refusal(link, code="", **more):
    found = redress_of(link, code)
    last = terms(date(2026, 11, 22)) if found.has_terms else None
    usual = {
        "name": "refusal", "office": "登记机关", "link": "企业设立登记", "title": found.title,
        "reason": "存在任职限制情形。", "reason_code": code, "basis": found.basis,
        "remedy": found.remedy, "remedy_basis": found.remedy_basis, "last": last, "is_copy": False,
    }  # fmt: skip
    return RefusalSheet(**COMMON, **{**usual, **more})


def test_a_notice_says_everything_once_and_how_to_answer():
    text = printed(NOTICE)
    for expected in (
        COMMON["document"].replace(" ", ""), "张晓燕（申请人）", COMPANY, "共1项", ROW.message, ROW.rule, "88号502室",
        ROW.bring, "凭您的续办码", HOME, "经办：03号窗口李敏", "申请人签收", "优化营商环境条例第三十六条",
    ):  # fmt: skip
        assert expected in text, expected
    assert "请在2026年12月4日（含当日）前补正（依据：本市服务规范）" in text
    assert "没有规定补正的期限" not in text
    assert text.count(ROW.message) == 1
    assert "再次告知" not in text
    assert "样例" not in text


@pytest.mark.parametrize("sheet", [NOTICE, refusal("registration", "R09")])
def test_every_day_on_it_is_said_in_the_same_way(sheet):
    text = printed(sheet)
    assert "2026年11月" in text
    assert not re.search(r"\d{4}-\d\d-\d\d", text.replace(CASE_NO, ""))


def test_a_city_that_has_set_no_day_says_so_on_paper():
    text = printed(replace(NOTICE, due=None, due_basis=""))
    assert "本市没有规定补正的期限" in text
    assert "前补正" not in text


def test_a_second_notice_says_why_and_a_material_off_the_list_too():
    rows = (replace(ROW, reason="属地要求"),)
    text = printed(replace(NOTICE, reason="第一次漏看", rows=rows, by=""), SAMPLE)
    for expected in (
        "再次告知的理由：第一次漏看",
        "清单以外的材料，要求提供的理由：属地要求",
        "系统汇总发出",
        "样例",
    ):
        assert expected in text, expected


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "䶮𠮷", "名" * 500, "{{7}}"])
def test_whatever_stands_there_is_printed(words):
    pdf = notice_pdf(
        replace(NOTICE, company=words, rows=(replace(ROW, message=words),) * 30),
        "示范市",
        HOME,
        "",
    )
    assert pages_of(pdf) >= 1
    assert words[:4] in text_of(pdf) or "䶮" in words


def test_a_refusal_says_rule_remedy_and_terms():
    text = printed(refusal("registration", "R09"))
    for expected in (
        "不予登记告知书", "第一联交申请人", "R09", "市场主体登记管理条例第二十条", "行政复议法（2023修订）第二十条",
        "2027年1月21日", "2027年5月22日", "不代替登记机关的书面决定",
    ):  # fmt: skip
        assert expected in text, expected
    assert (
        "第二联抄告监督人员"
        in printed(refusal("registration", is_copy=True)).split("（申请人）")[0]
    )


def test_a_bank_that_declines_has_no_terms():
    text = printed(refusal("bank", "B01"))
    assert "行政复议" not in text
    assert "改选其他单位" in text


def test_the_same_sheet_gives_the_same_bytes():
    assert notice_pdf(NOTICE, "示范市", HOME, "") == notice_pdf(NOTICE, "示范市", HOME, "")
