"""What a rule is."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from forms.defects import Found
from forms.structure.view import Setting, View

#: From this day on the form asks of owners, committees and holders what their filing wants (受益所有人信息管理办法 since
#: 2024-11-01, 公司登记管理实施办法 since 2025-02-10); cases of before were never asked.
ASKED_SINCE = date(2026, 12, 1)


class Rule(NamedTuple):
    """`judge` yields what is wrong; with `each` it is asked once per row of that list.

    early: it needs nothing but the answer and those right beside it, and what it finds stands
    whatever is still to be filled in; so it may be told while somebody types.
    since: the day from which it holds, or from which the form asks what it judges, whichever is later; a case is
    judged by the rules of the day it was accepted on.
    """

    judge: Callable[[View, Setting], Iterator[Found]]
    each: str = ""
    early: bool = False
    since: date = date.min
