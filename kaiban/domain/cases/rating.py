"""Ratings (好差评): how satisfied somebody was with a case or with one of its links."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

#: Five stars to one, in the words of the national scale (国办发〔2019〕51号, 政务服务“好差评”).
LEVELS: Mapping[int, str] = {
    5: "非常满意",
    4: "满意",
    3: "基本满意",
    2: "不满意",
    1: "非常不满意",
}
#: At or below this a rating is a bad one (差评) and has to be answered.
BAD = 2
#: Where it was given.
SOURCES: Mapping[str, str] = {"web": "网上", "window": "窗口", "api": "对接系统"}


@dataclass(frozen=True)
class Rating:
    """What was said of a link, or ("" for ``link``) of the case as a whole; one of each.

    ``level`` is of LEVELS, ``source`` of SOURCES. Until ``answered_at`` it may be given anew.
    """

    link: str
    level: int
    at: datetime
    source: str
    remark: str = ""
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None

    @property
    def is_bad(self) -> bool:
        """Whether somebody has to answer it."""
        return self.level <= BAD
