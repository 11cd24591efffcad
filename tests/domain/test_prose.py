"""Values put into sentences keep one full stop and paired quotation marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaiban.domain.prose import ended, inner, quoted
from tests.prose import faults


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("材料不齐", "材料不齐。"),
        ("材料不齐。", "材料不齐。"),
        ("材料不齐。。", "材料不齐。"),
        ("材料不齐； ", "材料不齐。"),
        ("可以吗？", "可以吗？"),
        ("请到窗…", "请到窗…"),
        ("", ""),
        ("。", ""),
    ],
)
def test_a_sentence_has_one_end(text, said):
    assert ended(text) == said


@given(st.text("甲乙。；，：“”？ ", max_size=8))
def test_whatever_the_value_ends_with_the_sentence_is_clean(value):
    plain = value.strip("“”。；，： ")
    if plain and not faults(plain):
        assert faults(f"原因：{ended(plain + '。')}请改。") == []
        assert faults(f"因{inner(plain + '；')}，不予受理。") == []


def test_quotation_marks_pair_in_a_name_that_has_some():
    assert quoted("甲“乙”") == "“甲‘乙’”"
    assert faults("请改" + quoted("甲“乙”")) == []


@pytest.mark.parametrize(
    "text", ["好。。", "好，。", "“”", "第{number}号", "原因：None", "“甲“乙”", "%(name)s"]
)
def test_the_scan_sees_what_is_wrong(text):
    assert len(faults(text)) >= 1


def test_the_scan_leaves_a_good_sentence_alone():
    assert faults("请填写“企业名称”，例如“示范市青禾云”。") == []
