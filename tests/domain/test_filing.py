from kaiban.domain.filing import CODE_LETTERS, Filing, merged, read_code, read_phone
from tests.storage.samples import MORNING


def test_a_code_is_shown_in_two_halves():
    assert Filing("id", "7K4M2QXD", MORNING, MORNING).shown_code == "7K4M-2QXD"


def test_a_typed_code_is_read_in_any_dress():
    for typed in ("7K4M-2QXD", "7k4m2qxd", " 7k4m 2qxd ", "7K4M－2QXD", "7K4M—2QXD"):
        assert read_code(typed) == "7K4M2QXD"


def test_what_cannot_be_a_code_is_none():
    for typed in ("", "7K4M", "7K4M-2QXDA", "0K4M-2QXD", "OK4M-2QXD", "IK4M-2QX1", "７K4M2QXD"):
        assert read_code(typed) == ""


def test_the_letters_cannot_be_mistaken_for_each_other():
    assert len(CODE_LETTERS) == len(set(CODE_LETTERS)) == 32
    assert not set(CODE_LETTERS) & set("0O1I")


def test_a_typed_number_is_read_in_any_dress():
    for typed in (
        "13900001234",
        "+86 139 0000 1234",
        "86-139-0000-1234",
        "１３９００００１２３４",
    ):
        assert read_phone(typed) == "13900001234"


def test_what_cannot_be_a_mobile_number_is_none():
    for typed in ("", "1390000123", "12900001234", "139000012345", "0898-12345678", "1390000123x"):
        assert read_phone(typed) == ""


def test_a_part_changes_its_own_fields_only():
    entry = {"company": {"name": {"full": "晨光"}, "capital": "100"}, "people": [{"name": "王"}]}
    part = {"company": {"name": {"full": "晚霞", "trade": "霞"}}}
    assert merged(entry, part) == {
        "company": {"name": {"full": "晚霞", "trade": "霞"}, "capital": "100"},
        "people": [{"name": "王"}],
    }
    assert entry["company"]["name"] == {"full": "晨光"}


def test_a_list_is_replaced_whole_and_none_takes_away():
    entry = {"people": [{"name": "王"}, {"name": "李"}], "company": {"name": "x", "site": "y"}}
    part = {"people": [{"name": "李"}], "company": {"site": None}, "tax": {"paper": None}}
    assert merged(entry, part) == {
        "people": [{"name": "李"}], "company": {"name": "x"}, "tax": {},
    }  # fmt: skip


def test_a_group_takes_the_place_of_what_was_no_group():
    assert merged({"seal": "x"}, {"seal": {"kind": "copper"}}) == {"seal": {"kind": "copper"}}
