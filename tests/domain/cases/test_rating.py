"""The words of 好差评 (国办发〔2019〕51号 has five levels)."""

from kaiban.domain.cases.rating import LEVELS


def test_levels_go_from_very_satisfied_to_very_dissatisfied():
    assert LEVELS == {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
