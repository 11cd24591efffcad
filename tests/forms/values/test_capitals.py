"""Sums in capital numerals, by the examples of 正确填写票据和结算凭证的基本规定 (支付结算办法, annex 1) among others."""

from decimal import Decimal

import pytest

from forms.values.capitals import in_capitals


@pytest.mark.parametrize(
    ("yuan", "said"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1000000", "壹佰万元整"),
        ("1050000", "壹佰零伍万元整"),
        ("100050000", "壹亿零伍万元整"),
        ("1000000000000", "壹万亿元整"),
        ("10010001", "壹仟零壹万零壹元整"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.001", ""),
        ("-1", ""),
        ("100000000000000000", ""),
    ],
)
def test_a_sum_in_capitals(yuan, said):
    assert in_capitals(Decimal(yuan)) == said
