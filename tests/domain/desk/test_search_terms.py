"""What somebody types at a window leads to the case, however their keyboard or card reader spells it."""

import pytest

from kaiban.domain.desk.search_terms import asked, terms_of

FORM = {
    "company": {
        "name": {
            "region": "娄底市", "trade_name": "青禾", "industry": "生态农业", "form": "有限公司",
            "full": "娄底市青禾生态农业有限公司",
        },
        "contact_phone": "0738-8800001",
    },
    "people": {
        "legal_rep": {"name": "阿依古丽·买买提", "cert": {"type": "id_card", "no": "99010219840312936X"}, "mobile": "13800005678"},
        "holders": [{"name": "SMITH JOHN", "cert": {"type": "passport", "no": "E12345678"}}],
    },
    "staff": {"members": [{"name": "钱七", "cert": {"type": "id_card", "no": "990102198512202532"}}]},
}  # fmt: skip
TERMS = terms_of(FORM, {"credit_code": "91431300MA4L0000X1"})


def is_found(text):
    return not TERMS.isdisjoint(asked(text))


@pytest.mark.parametrize(
    "text",
    [
        "娄底市青禾生态农业有限公司", "娄底市 青禾生态农业有限公司", "青禾", "青禾生态农业", "娄底市青禾",
        "青禾生态农业有限公司",
        "阿依古丽·买买提", "阿依古丽•买买提", "阿依古丽・买买提", "阿依古丽‧买买提", "阿依古丽．买买提", " 阿依古丽 · 买买提 ",
        "SMITH JOHN", "smith  john",
        "99010219840312936X", "99010219840312936x", "９９０１０２１９８４０３１２９３６Ｘ", "990102 19840312 936x",
        "990102-19840312-936X", "阿依古丽·买买提 男 99010219840312936X 2046.05.01",
        "e12345678", "91431300ma4l0000x1",
        "13800005678", "138 0000 5678", "+8613800005678", "008613800005678", "１３８００００５６７８", "0738-8800001", "07388800001",
    ],
)  # fmt: skip
def test_it_is_found_however_it_is_spelled(text):
    assert is_found(text)


@pytest.mark.parametrize(
    "text",
    ["青", "禾", "买买提", "钱七", "990102198512202532", "1380000567", "99010219840312936", "", "   ", "·"],
)  # fmt: skip
def test_a_part_of_a_name_or_number_or_an_employee_finds_nothing(text):
    assert not is_found(text)


def test_of_a_long_trade_name_its_beginning_is_enough():
    name = {**FORM["company"]["name"], "trade_name": "云岭数科"}
    found = terms_of({"company": {"name": name}}, {})
    for text in ("云岭", "云岭数", "云岭数科"):
        assert not found.isdisjoint(asked(text))
    assert found.isdisjoint(asked("岭数"))


def test_a_form_with_nothing_in_it_is_found_by_nothing():
    assert terms_of({}, {}) == frozenset()
    assert terms_of({"company": None, "people": {"holders": []}}, {}) == frozenset()
