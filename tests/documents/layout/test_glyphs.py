"""What the printing fonts can draw, asked of the fonts that are really installed."""

import pytest
from markupsafe import Markup

from kaiban.documents.layout.glyphs import Fonts, FontsMissingError


@pytest.fixture(scope="module")
def fonts():
    return Fonts.installed()


def test_everyday_and_rare_names_can_be_printed(fonts):
    assert fonts.missing_glyphs("示范市青禾云软件有限公司 𠮷䶮㛃·•—“”〔2026〕①ⅢABC 123") == ""


def test_what_is_missing_is_named_once_and_in_order(fonts):
    assert fonts.missing_glyphs("甲\U0002fffd\ue000乙\ue000") == "\ue000\U0002fffd"


def test_what_has_no_picture_is_not_missed_and_not_printed(fonts):
    text = "名\u200b字\ufe00\U000e0100\x00\u202e\n空 格\t"
    assert fonts.missing_glyphs(text) == ""
    assert fonts.printable(text) == "名字\n空 格\t"


def test_a_missing_character_leaves_a_printers_mark(fonts):
    assert fonts.printable("王\ue000") == "王〓"


def test_markup_stays_markup_and_other_values_are_left_alone(fonts):
    assert isinstance(fonts.printable(Markup("<b>\ue000</b>")), Markup)
    assert not isinstance(fonts.printable("<b>"), Markup)
    assert fonts.printable(12) == 12


def test_a_face_that_is_not_installed_is_told_by_name(monkeypatch):
    monkeypatch.setattr("kaiban.documents.layout.glyphs.FAMILIES", ("No Such Family",))
    with pytest.raises(FontsMissingError, match=r"No Such Family Regular.*fonts-noto-cjk"):
        Fonts.installed()


def test_a_machine_without_fontconfig_is_told_so(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FontsMissingError, match="fontconfig"):
        Fonts.installed()


def test_what_paper_drops_without_a_trace_is_not_shown_but_spaces_and_breaks_are():
    text = "甲\u200b乙\u00ad\u202e\ufe0f\ue000 \u00a0\u3000\r\n\t末"
    assert Fonts.installed().not_shown(text) == "\u00ad\u200b\u202e\ue000\ufe0f"
