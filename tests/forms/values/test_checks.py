"""The published examples of every identifier, good and bad."""

import pytest

from forms.values import checks

CREDIT_CODES = [
    "91350100M000100Y43",
    "91110000600037341L",
    "91110108551385082Q",
    "914403001922038216",
    "91440300708461136T",
    "91431302MA4KB0010N",
    "91431302MA4KB0029K",
    "92431302MA4KB0037B",
    "93431302MA4KB00453",
    "91431381MA4KB0053H",
    "N2431302MF0000013T",
]
BAD_CREDIT_CODES = [
    "91350100M000100Y4Z",
    "91440101MA59J3TL4X",
    "12100000400014976L",
    "91350100M000100Y4",
    "91350100M000100Y433",
    "91350100m000100Y43",
    "９1350100M000100Y43",
    "91350100I000100Y43",
]
ID_CARDS = [
    "11010519491231002X",
    "440524188001010014",
    "360426199101010071",
    "11010119900307299X",
    "431302199001010018",
    "431302199202290028",
    "431302197106300135",
    "110101198507150037",
    "431302201001010042",
    "810000199408230021",
    "830000199201300022",
]
BAD_ID_CARDS = [
    "110105194912310021",
    "110105199002300021",
    "110105199013010021",
    "1101051949123100",
    "1101051949123100234",
    "11010519491231002x",
    "110105491231002",
    "４31302199001010018",
    "031302199001010018",
]
BANK_CODES = [
    "313651027012",
    "402873600013",
    "102100099996",
    "105100000017",
    "104100000004",
    "990990100013",
]


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_a_credit_code_with_both_checks_right_is_accepted(code):
    assert checks.is_credit_code(code)


@pytest.mark.parametrize("code", BAD_CREDIT_CODES)
def test_a_wrong_credit_code_is_refused(code):
    assert not checks.is_credit_code(code)


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_any_other_last_character_of_a_credit_code_is_refused(code):
    others = set(checks.CREDIT_ALPHABET) - {code[-1]}
    assert not any(checks.is_credit_code(code[:-1] + other) for other in others)


def test_the_inner_organisation_check_is_judged_even_if_the_outer_one_fits():
    body = "91431302MA4KB00110"[:17]
    assert checks.organisation_check(body[8:16]) != body[16]
    assert not checks.is_credit_code(body + checks.credit_code_check(body))


@pytest.mark.parametrize("authority", ["A1", "N2", "Y1", "52", "92"])
def test_every_authority_of_the_standard_is_accepted(authority):
    body = f"{authority}431302MA000001"
    body += checks.organisation_check(body[8:])
    assert checks.is_credit_code(body + checks.credit_code_check(body))


@pytest.mark.parametrize("number", ID_CARDS)
def test_a_right_id_number_is_accepted(number):
    assert checks.is_id_card(number)


@pytest.mark.parametrize("number", BAD_ID_CARDS)
def test_a_wrong_id_number_is_refused(number):
    assert not checks.is_id_card(number)


@pytest.mark.parametrize("number", ID_CARDS)
def test_any_other_last_character_of_an_id_number_is_refused(number):
    others = set("0123456789X") - {number[-1]}
    assert not any(checks.is_id_card(number[:-1] + other) for other in others)


@pytest.mark.parametrize("birth", ["19900230", "19901301", "19900001", "00000101", "20230229"])
def test_a_day_that_does_not_exist_is_refused_whatever_the_check_digit(birth):
    body = f"431302{birth}001"
    assert not checks.is_id_card(body + checks.id_card_check(body))


def test_an_id_number_tells_birth_and_sex():
    assert str(checks.id_card_birth("431302199202290028")) == "1992-02-29"
    assert checks.id_card_sex("431302199202290028") == "female"
    assert checks.id_card_sex("431302199001010018") == "male"


@pytest.mark.parametrize("code", BANK_CODES)
def test_a_right_bank_code_is_accepted_and_its_neighbours_are_not(code):
    others = set("0123456789") - {code[-1]}
    assert checks.is_bank_code(code)
    assert not any(checks.is_bank_code(code[:-1] + other) for other in others)
    assert not checks.is_bank_code(code[:-1])


@pytest.mark.parametrize("number", ["4111111111111111", "5500000000000004"])
def test_luhn_knows_right_card_numbers(number):
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert checks.is_card_number(number)
    assert not checks.is_card_number(wrong)
    assert not checks.is_card_number(number[:15])


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            "hk_macao_pass",
            ["H12345678", "M1234567890", "HA1234567", "MA7654321"],
            ["A12345678", "H1234567"],
        ),
        ("taiwan_pass", ["12345678", "1234567890"], ["1234567", "H1234567"]),
        ("foreign_permanent", ["911124198108030024", "ABC123456789012"], ["811124198108030024"]),
        ("cn_passport", ["E12345678", "EA1234567"], ["X12345678", "E1234"]),
        ("passport", ["XA1234567", "12345"], ["1234", "AB-12345", "a12345"]),
        ("military", ["南字第01234567号"], ["", "一二三四五六七八九十一二三四五六七八九十一"]),
        ("foreign_registration", ["HRB 12345".replace(" ", ""), "12-345/6"], ["AB", "A B C D"]),
    ],
)
def test_other_documents_are_judged_by_their_pattern(kind, good, bad):
    assert all(checks.PATTERNS[kind].fullmatch(n) for n in good)
    assert not any(checks.PATTERNS[kind].fullmatch(n) for n in bad)


def test_phone_patterns():
    good = [
        "13812345678",
        "0738-8312345",
        "07388312345",
        "010-12345678-12",
        "4001234567",
        "400-123-4567",
    ]
    bad = ["12812345678", "8312345", "1381234567", "0738--8312345", "+8613812345678"]
    assert all(checks.PHONE.fullmatch(n) for n in good)
    assert not any(checks.PHONE.fullmatch(n) for n in bad)
