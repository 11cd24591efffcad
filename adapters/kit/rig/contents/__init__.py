"""Contents for a department's needs, and where they stand in them."""

from adapters.kit.rig.contents.filling import PEOPLE, drawn, enriched, filled, fresh
from adapters.kit.rig.contents.kinds import (
    ID,
    MAIL,
    MOBILE,
    NAME,
    PLAIN,
    Kind,
    answers,
    kind_name,
    kind_of,
)
from adapters.kit.rig.contents.leaves import Leaf, get, is_person, leaves, put

__all__ = [
    "ID", "MAIL", "MOBILE", "NAME", "PEOPLE", "PLAIN", "Kind", "Leaf",
    "answers", "drawn", "enriched", "filled", "fresh", "get", "is_person", "kind_name", "kind_of", "leaves",
    "put",
]  # fmt: skip
