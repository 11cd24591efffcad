from forms.materials import MATERIALS
from forms.opening import path_exists
from kaiban.domain.notices.catalogue import CATALOGUE, FINDINGS, completed
from kaiban.domain.notices.notice import Item, Origin
from kaiban.domain.pointer import to_path


def test_what_a_demand_says_itself_stays_and_the_rest_is_added():
    told = Item("/premises/detail", "R03", "门牌号缺失。", "registration", example="88 号")
    full = completed(told)
    assert (full.message, full.example) == ("门牌号缺失。", "88 号")
    assert (full.rule, full.bring) == ("市场主体登记管理条例第十六条", "住所的证明文件")
    assert completed(Item("", "X99", "没有这个代码。")) == Item("", "X99", "没有这个代码。")


def test_what_staff_choose_says_everything_itself():
    full = completed(Item("", "window.lease", "", origin=Origin.WINDOW))
    assert (full.pointer, full.message) == ("/materials/lease", FINDINGS["window.lease"].message)


def test_every_entry_names_places_and_materials_there_are():
    keys = {one.key for one in MATERIALS}
    for entry in CATALOGUE.values():
        assert not entry.material or entry.material in keys, entry.code
        assert not entry.pointer or path_exists(to_path(entry.pointer)), entry.code
