import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kaiban.domain.pointer import (
    replaced,
    to_path,
    to_pointer,
    value_at,
    values_at,
    within,
    without,
)

PLAIN_KEYS = st.text("ab名0/~ -", min_size=1, max_size=4)
FORMS = st.dictionaries(
    PLAIN_KEYS,
    st.recursive(
        st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN_KEYS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


def places(node, path=()):
    if path:
        yield path
    if isinstance(node, dict):
        for key, each in node.items():
            yield from places(each, (*path, key))
    if isinstance(node, list):
        for n, each in enumerate(node):
            yield from places(each, (*path, str(n)))


def pointer_of(path):
    return to_pointer(".".join(path))


@given(st.lists(PLAIN_KEYS, min_size=1))
def test_paths_and_pointers_say_the_same(parts):
    path = ".".join(parts)
    assert to_path(to_pointer(path)) == path


def test_the_whole_form_is_empty_in_both():
    assert (to_pointer(""), to_path("")) == ("", "")


@given(FORMS, st.data(), st.integers())
def test_what_was_put_at_a_place_is_found_there_and_nothing_else_changed(form, data, value):
    found = list(places(form))
    assume(found)
    path = data.draw(st.sampled_from(found))
    before = json.dumps(form)
    changed = replaced(form, pointer_of(path), value)
    assert value_at(changed, ".".join(path)) == value
    assert json.dumps(form) == before
    untouched = [each for each in found if each[: len(path)] != path and path[: len(each)] != each]
    for each in untouched:
        assert value_at(changed, ".".join(each)) == value_at(form, ".".join(each))


@given(FORMS, st.data())
def test_putting_back_what_was_there_is_no_change(form, data):
    found = list(places(form))
    assume(found)
    path = data.draw(st.sampled_from(found))
    assert replaced(form, pointer_of(path), value_at(form, ".".join(path))) == form


@given(FORMS, st.data(), st.integers())
def test_what_is_added_to_a_mapping_and_taken_out_leaves_the_form_as_it_was(form, data, value):
    mappings = [(), *(path for path in places(form) if isinstance(value_at(form, ".".join(path)), dict))]  # fmt: skip
    pointer = pointer_of((*data.draw(st.sampled_from(mappings)), "new"))
    assert without(replaced(form, pointer, value), pointer) == form
    with pytest.raises(KeyError):
        without(form, pointer)


@given(FORMS, st.text())
def test_no_pointer_whatever_makes_it_fall_over(form, pointer):
    try:
        changed = replaced(form, pointer, 1)
    except KeyError:
        return
    assert isinstance(changed, dict)


@pytest.mark.parametrize("index", ["2", "-1", "01", "+1", "٣", "³", "1e0", "x", "", "9" * 5000])
def test_a_list_has_no_other_places_than_its_items_and_its_end(index):
    with pytest.raises(KeyError):
        replaced({"a": [1]}, f"/a/{index}", 0)
    assert value_at({"a": [1]}, f"a.{index}") is None


@pytest.mark.parametrize("end", ["1", "-"])
def test_a_list_grows_by_one_at_its_end(end):
    assert replaced({"a": [1]}, f"/a/{end}", 2) == {"a": [1, 2]}
    assert replaced({"a": [1]}, f"/a/{end}/b", 2) == {"a": [1, {"b": 2}]}


@pytest.mark.parametrize("pointer", ["", "a", "a/b"])
def test_the_form_itself_and_what_is_no_pointer_cannot_be_replaced(pointer):
    with pytest.raises(KeyError):
        replaced({"a": 1}, pointer, 0)


def test_nothing_fits_inside_a_plain_value():
    with pytest.raises(KeyError):
        replaced({"a": 1}, "/a/b", 0)


def test_a_missing_section_is_made():
    assert replaced({}, "/a/b/c", 1) == {"a": {"b": {"c": 1}}}


def test_a_key_with_a_dot_or_a_slash_is_one_key():
    assert replaced({}, "/a.b", 1) == {"a.b": 1}
    assert replaced({}, "/a~1b~01", 1) == {"a/b~1": 1}


@pytest.mark.parametrize(
    ("pointer", "place", "inside"),
    [("/a", "/a", True), ("/a/b", "/a", True), ("/ab", "/a", False), ("/a", "/a/b", False)],
)
def test_inside_means_below(pointer, place, inside):
    assert within(pointer, place) is inside


def test_values_are_found_through_lists():
    form = {"kinds": [{"kind": "a"}, {"kind": "b"}], "plain": ["x", "y"], "one": "z"}
    assert values_at(form, "kinds.kind") == ["a", "b"]
    assert values_at(form, "plain") == ["x", "y"]
    assert values_at(form, "one") == ["z"]
    assert values_at(form, "none.at.all") == [None]
