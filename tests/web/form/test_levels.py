"""Long lists by their levels: few entries at once, more in drawers, none out of reach."""

import pytest

from forms import codes
from kaiban.web.form.levels import AT_ONCE, LEVELS, entries, shelf, start


def a_list(name, count, **more):
    rows = tuple(codes.Item(f"{number:012}", f"第 {number} 个", more) for number in range(count))
    return codes.CodeList(name, name, "", "", rows, {each.code: each for each in rows})


def lying(shelf):
    return [each.item.code for group in shelf.groups.values() for each in group]


def test_every_list_with_levels_exists():
    assert set(LEVELS) <= {each.name for each in codes.ALL}


@pytest.mark.parametrize("listed", codes.ALL, ids=lambda each: each.name)
def test_nothing_of_a_list_is_out_of_reach(listed):
    found = entries(listed)
    reached, ahead = set(), [()]
    while ahead:
        place = ahead.pop()
        here = shelf(found, place)
        reached |= set(lying(here))
        way = tuple(step.key for step in here.path)
        assert way[: len(place)] == place
        ahead += [(*way, drawer.key) for drawer in here.drawers]
        assert sum(each.size for each in here.drawers) + len(lying(here)) == len(
            [each for each in found if tuple(s.key for s in each.path)[: len(way)] == way]
        )
    opened = {each.more.get("parent") for each in listed.items}
    assert reached == {each.code for each in listed.items} - opened


def test_a_level_with_one_drawer_opens_by_itself():
    branches = a_list("bank_branches", AT_ONCE + 1, region="990102", bank="示范银行")
    here = shelf(entries(branches), ())
    assert [step.title for step in here.path] == ["示范市", "开元区", "示范银行"]
    assert len(lying(here)) == AT_ONCE + 1


def test_a_few_entries_are_shown_at_once_whatever_drawers_they_lie_in():
    here = shelf(entries(codes.BANK_BRANCHES), ())
    assert here.drawers == ()
    assert len(lying(here)) == len(codes.BANK_BRANCHES.items)


def test_a_list_without_levels_is_one_drawer():
    here = shelf(entries(a_list("unheard_of", 300)), ())
    assert (here.path, here.drawers, len(lying(here))) == ((), (), 300)


def test_what_is_not_there_is_no_place():
    assert shelf(entries(codes.SCOPE), ("Z",)) is None
    assert shelf(entries(codes.SCOPE), ("F", "general", "G201")) is None


def test_a_list_of_regions_begins_at_the_city_and_others_at_the_top():
    assert start(entries(codes.REGIONS), "431300") == ("430000", "431300")
    assert start(entries(codes.BANK_BRANCHES), "990100") == ("990100",)
    assert start(entries(codes.REGIONS), "110100") == ()
    assert start(entries(codes.SCOPE), "990100") == ()
