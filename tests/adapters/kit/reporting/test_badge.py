"""The level as a picture: readable by eye, by ear, and by a program."""

import xml.etree.ElementTree as ET

import pytest

from adapters.kit.reporting.badge import COLOURS, badge

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("level", "told"),
    [("gold", "金 gold"), ("silver", "银 silver"), ("bronze", "铜 bronze"), (None, "未达铜级")],
)
def test_it_says_the_level_and_whose_it_is(level, told):
    root = ET.fromstring(badge("医保登记", level))
    assert [each.text for each in root.iter(f"{SVG}text")] == ["Kaiban 适配器", told]
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find(f"{SVG}title").text
    assert root.get("aria-label").startswith("医保登记：")


def test_a_title_cannot_write_anything_else_into_it():
    root = ET.fromstring(badge('<script>&"', "gold"))
    assert not list(root.iter(f"{SVG}script"))


@pytest.mark.parametrize("level", COLOURS)
def test_its_text_can_be_read(level):
    assert contrast(*COLOURS[level]) >= 4.5


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
