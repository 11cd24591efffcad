"""What a rule is."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from forms.defects import Found
from forms.structure.view import Setting, View


class Rule(NamedTuple):
    """`judge` yields what is wrong; with `each` it is asked once per row of that list.

    early: it needs nothing but the answer and those right beside it, and what it finds stands
    whatever is still to be filled in; so it may be told while somebody types.
    """

    judge: Callable[[View, Setting], Iterator[Found]]
    each: str = ""
    early: bool = False
