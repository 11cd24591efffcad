"""The sheet for a department that is served by hand."""

import pytest
from marshmallow import Schema, fields, validate

from forms.sample import sample
from forms.sections import SECTIONS
from kaiban.documents.package.packages import SAMPLE
from kaiban.documents.sheets import sheet_pdf
from kaiban.orchestrator.window.by_hand.handing import Sheet
from tests.documents.paper import pages_of, text_of
from tests.documents.samples import CASE_NO, COMPANY, NOW, SIX, department

FORM = sample(today=NOW.date())
REP = FORM["people"]["legal_rep"]


class Row(Schema):
    name = fields.String(metadata={"label": "税种"})
    period = fields.String(validate=validate.OneOf(["月", "季"]), metadata={"label": "征收期"})


class Result(Schema):
    number = fields.String(required=True, metadata={"label": "登记编号"})
    day = fields.Date(metadata={"label": "登记日期"})
    kinds = fields.List(fields.Nested(Row), metadata={"label": "税种认定"})


def sheet(**other):
    usual = {
        "case_no": CASE_NO, "key": f"{CASE_NO}-tax-main-1", "company": COMPANY,
        "manifest": department(SIX[2]).manifest, "step": "main", "revision": 1, "corrects": "",
        "answers": {"people": {"legal_rep": {"name": REP["name"], "cert": REP["cert"]}}},
        "facts": (("统一社会信用代码", "91990100MA41000025"),), "enclosed": (), "result": Result(),
        "hall": "示范市政务服务中心", "printed_at": NOW, "printed_by": "王工", "copy": 1,
    }  # fmt: skip
    return Sheet(**{**usual, **other})


def printed(sample="", **other):
    return text_of(sheet_pdf(sheet(**other), SECTIONS, "示范市", sample))


def test_it_shows_what_the_department_needs_in_full_and_what_to_bring_back():
    text = printed()
    for expected in (
        REP["cert"]["no"], "people.legal_rep.cert.no", "91990100MA41000025", f"{CASE_NO}-tax-main-1",
        "登记编号*", "征收期（月、季）", "部门经办", "王工",
    ):  # fmt: skip
        assert expected in text, expected
    assert REP["mobile"] not in text, "it was not asked for"
    assert "样例" not in text
    assert "次打印" not in text


def test_it_lists_the_files_that_go_with_it():
    text = printed(enclosed=("房屋租赁合同", "身份证件"))
    assert "随附材料" in text
    assert "第2份，共2份" in text
    assert "随附材料" not in printed()


def test_a_sample_says_so_and_a_correction_which_application_it_is_about():
    text = printed(SAMPLE, revision=2, corrects="SW-9", copy=3)
    assert "样例" in text
    assert "SW-9" in text
    assert "第3次打印" in text


@pytest.mark.parametrize("name", ["<script>", "䶮𠮷", "名" * 400])
def test_whatever_stands_there_is_printed(name):
    pdf = sheet_pdf(sheet(company=name), SECTIONS, "示范市", "")
    assert pages_of(pdf) >= 1


def test_the_whole_form_fits_on_sheets():
    pdf = sheet_pdf(sheet(answers=FORM), SECTIONS, "示范市", "")
    assert pages_of(pdf) > 2
    assert "编号" in text_of(pdf)
