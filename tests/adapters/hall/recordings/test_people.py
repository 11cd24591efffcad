"""People become others of the same shape and width, always the same ones, and nobody stays who they are."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.hall.recordings.people import COMMON, EDGE, RARE, VERY_RARE, WIDE, People
from adapters.hall.speech import PAPER, Speech

YEAR = 2026
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def right(number):
    """GB 11643, told apart from the code under test."""
    total = sum(w * int(d) for w, d in zip(WEIGHTS, number[:17], strict=True)) + (
        10 if number[17] in "xX" else int(number[17])
    )
    return total % 11 == 1


def people(**fields):
    known = People(YEAR)
    known.learn(fields, Speech())
    return known


ID = "990102199003070011"


def test_an_identity_number_keeps_year_and_sex_and_is_right_where_it_was():
    known = people()
    for number in (ID, "99010219900307299X", "990102198507150037", "990102199202290025"):
        made = known.change(f"号码{number}。")[2:-1]
        assert (made[:6], made[6:10], int(made[16]) % 2) == (
            "990102",
            number[6:10],
            int(number[16]) % 2,
        )
        assert right(made)
        assert made != number


def test_a_wrong_one_in_its_field_is_wrong_afterwards_too():
    wrong = ID[:17] + "2"
    made = people(legal_cert_no=wrong).change(wrong)
    assert made != wrong
    assert not right(made)


@pytest.mark.parametrize("number", [
    "999900202603040001", "999900202603040004", "202603040915300012", "91990102MA00000015", "20260304093000123", "SL9901001554271923",
    ID[:17] + "2",
])  # fmt: skip
def test_numbers_of_cases_and_companies_stay(number):
    assert people(ref=number).change(f"{number}-main-1") == f"{number}-main-1"


@pytest.mark.parametrize("value", ["13900000001", "0999-8800001", "a.b@example.com"])
def test_telephones_and_mail_are_found_in_whatever_text_they_stand(value):
    made = people().change(f"请联系 {value}，谢谢")
    assert value not in made
    shape = lambda text: re.sub("[0-9]", "0", re.sub("[a-z]", "a", text))  # noqa: E731 - of this test only
    assert shape(made) == shape(f"请联系 {value}，谢谢")


def test_the_same_person_is_the_same_other_everywhere_and_two_are_two():
    known = People(YEAR)
    known.learn({"legal_name": "张三", "agent_name": "张三丰", "clerk.name": "李四"}, Speech())
    one, long, two = (known.change(name) for name in ("张三", "张三丰", "李四"))
    assert len({one, long, two, "张三", "张三丰", "李四"}) == 6
    assert known.change("经办人张三，复核李四。") == f"经办人{one}，复核{two}。"


def test_a_hundred_people_become_a_hundred_others():
    known = People(YEAR)
    names = [f"{a}{b}" for a in "赵钱孙李周吴郑王冯陈" for b in "一二三四五六七八九十"]
    known.learn({f"people.{n}.name": name for n, name in enumerate(names)}, Speech())
    assert len({known.change(name) for name in names} | set(names)) == 200


@given(
    st.text("张李青禾·堃㐂䶮𠮷𠀋欧阳", min_size=2, max_size=6).filter(
        lambda t: not t.startswith("·")
    )
)
def test_a_name_is_as_wide_as_it_was_in_every_encoding(name):
    made = people(legal_name=name).change(name)
    assert len(made) == len(name)
    assert len(made.encode()) == len(name.encode())
    assert len(made.encode("gb18030")) == len(name.encode("gb18030"))
    assert [c == "·" for c in made] == [c == "·" for c in name]
    try:
        name.encode("gbk")
    except UnicodeEncodeError:
        return
    assert len(made.encode("gbk")) == len(name.encode("gbk"))


def test_what_takes_a_characters_place_is_of_its_kind():
    assert all(len(each.encode("gb2312")) == 2 for each in COMMON)
    for pool, encoding in ((WIDE, "gb2312"), (EDGE, "gbk"), (RARE, "gbk"), (VERY_RARE, "gbk")):
        for each in pool:
            with pytest.raises(UnicodeEncodeError):
                each.encode(encoding)
    assert all(len(each.encode("gbk")) == 2 for each in WIDE)
    assert all(len(each.encode("gb18030")) == 2 for each in EDGE)
    assert all(len(each.encode("gb18030")) == 4 for each in RARE + VERY_RARE)
    assert all(len(each.encode()) == 4 for each in VERY_RARE)


@pytest.mark.parametrize(
    "name", ["示范市青禾云软件有限公司", "示范市青禾云软件有限公司发票专用章", "示范银行"]
)
def test_organisations_stay(name):
    assert people(**{"seals.0.text": name, "owners.0.name": name}).change(name) == name


def test_an_address_keeps_how_it_is_built():
    before = "示范市开元区青云路 18 号 3 栋 502 室"
    made = people(addr=before).change(before)
    shape = re.compile("..市..区..路 [1-9]{2} 号 [1-9] 栋 [1-9]{3} 室")
    assert shape.fullmatch(made), made
    assert "青云" not in made


def test_a_day_of_birth_goes_with_the_number():
    known = people(cert_no=ID, birth="1990-03-07")
    made = known.change(ID)
    assert (
        known.change("1990-03-07") == f"{made[6:10]}-{made[10:12]}-{made[12:14]}" != "1990-03-07"
    )
    assert known.change("19900307") == made[6:14]
    assert known.change("2026-03-01") == "2026-03-01"


def test_a_masked_number_is_the_others_masked():
    known = people(cert_no=ID)
    made = known.change(ID)
    assert known.change("990*************11") == f"{made[:3]}{'*' * 13}{made[-2:]}"
    assert known.change("888*************88") == f"000{'*' * 13}00"


@pytest.mark.parametrize("number", ["E12345678", "AB1234567", "H0812345678"])
def test_a_passport_becomes_another(number):
    made = people(cert_no=number).change(number)
    assert made != number
    assert re.sub("[0-9]", "0", made) == re.sub("[0-9]", "0", number)


def test_papers_within_a_message_are_not_kept():
    assert base64.b64decode(people().change(base64.b64encode(b"%PDF" * 99).decode())) == PAPER


def test_what_has_nothing_of_anybody_stays_and_takes_no_time():
    assert people(addr="东路", legal_name="··").change("东路··") == "东路··"
    assert people(input_pwd="张三", wage="8000.00").change("8000.00") == "8000.00"
