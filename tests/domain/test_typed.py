"""However a number or a code was typed, pasted or scanned, it is read as what everybody sees."""

import pytest

from kaiban.domain.desk.search_terms import PHONE, asked
from kaiban.domain.filing import read_code, read_phone
from kaiban.domain.papers.delivery import parcel_number
from kaiban.domain.papers.verification import plain_code
from kaiban.domain.typed import compact

UNSEEN = "\u200b", "\ufeff", "\u200e", "\u202a", "\u00ad", "\u2060"


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
def test_signs_nobody_can_see_are_no_part_of_a_number(sign):
    assert compact(f"{sign}12{sign}3 ４{sign}") == "1234"
    assert read_phone(f"{sign}+86 139{sign}0000-1234") == "13900001234"
    assert read_code(f"7k4m{sign}-2qxd") == "7K4M2QXD"
    assert parcel_number(f"SF{sign}１２３ 456") == "SF123456"
    assert plain_code(f"ab{sign}-12") == "AB12"
    assert (PHONE, "13900001234") in asked(f"139{sign}00001234")


def test_what_everybody_sees_stays():
    assert compact("张·三") == "张·三"
    assert compact("A-1/2") == "A-1/2"
