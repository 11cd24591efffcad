"""Signs nobody can see are named, placed and taken out; what joins an emoji goes with the emoji."""

import unicodedata

import pytest
from marshmallow import ValidationError

from forms import fields
from forms.defects import Found, defect
from forms.values import signs

VARIANT = "\U000e0100"


def sentence(typed, **how):
    with pytest.raises(ValidationError) as caught:
        fields.Text("住所", **how).deserialize(typed)
    return defect(Found("/x", caught.value.messages[0]), label="住所").message


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("示范司\u200b路", "“住所”第 3 个字“司”之后有一个看不见的符号（零宽空格 U+200B），请去掉。"),
        ("示范 司\u00ad路", "“住所”第 3 个字“司”之后有一个看不见的符号（软连字符 U+00AD），请去掉。"),
        ("\ufeff示范路", "“住所”开头有一个看不见的符号（零宽不换行空格 U+FEFF），请去掉。"),
        ("示\u200d范路", "“住所”第 1 个字“示”之后有一个看不见的符号（零宽连字符 U+200D），请去掉。"),
        ("示范\ufe0f路", "“住所”第 2 个字“范”之后有一个看不见的符号（变体选择符 U+FE0F），请去掉。"),
        (f"示范葛{VARIANT}路", "“住所”第 3 个字“葛”之后有一个看不见的符号（异体字标记 U+E0100），请去掉。"),
        ("示范\u3164路", "“住所”第 2 个字“范”之后有一个看不见的符号（谚文填充符 U+3164），请去掉。"),
        ("示范\u206a路", "“住所”第 2 个字“范”之后有一个看不见的符号（不显示的符号 U+206A），请去掉。"),
        ("示\u202e范路", "“住所”第 1 个字“示”之后有一个看不见的、会改变文字方向的符号（右至左覆盖 U+202E），请去掉。"),
    ],
)  # fmt: skip
def test_a_sign_nobody_can_see_is_named_with_its_place(typed, told):
    assert sentence(typed) == told


def test_of_a_sensitive_answer_the_place_is_told_and_no_character():
    told = sentence("示范司\u200b路", sensitive=True)
    assert told == "“住所”第 3 个字之后有一个看不见的符号（零宽空格 U+200B），请去掉。"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("👨\u200d👩", "text.emoji"),
        ("\ufe0f❤", "text.emoji"),
        ("张❤\ufe0f\u200d三", "text.emoji"),
        ("1\ufe0f\u20e3", "text.emoji"),
        ("张\u200d三😀", "text.invisible"),
        ("张\ufe0f三", "text.invisible"),
        (f"葛{VARIANT}", "text.invisible"),
        ("张三", ""),
        ("𠮷\U00031350〇", ""),
    ],
)
def test_what_joins_is_an_emoji_only_beside_one(typed, code):
    assert signs.flaw_of(typed) == code


def test_only_what_nobody_can_see_is_taken_out():
    typed = f"\ufeff张\u200b 三\u202e、葛{VARIANT}👨\u200d👩❤\ufe0f<\x00>\u00a0é"
    assert signs.cleaned(typed) == "张 三、葛👨\u200d👩❤\ufe0f<\x00>\u00a0é"


def test_nothing_that_formats_is_left_in_a_clean_text():
    every = "".join(map(chr, range(0x110000)))
    left = [char for char in signs.cleaned("字".join(every)) if unicodedata.category(char) == "Cf"]
    assert left == [], list(map(ord, left))
