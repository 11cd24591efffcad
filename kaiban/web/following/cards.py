"""What a card (红黄牌) means to the applicant: that their case is late, whose doing it is, and that somebody was told."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kaiban.domain.cases.case import Case
from kaiban.domain.hours.cards import Cause, Level
from kaiban.web.presentation.texts import clock, say

#: What is said of each card; of a mere notice nothing: it may still be in time.
_SAID: Final[Mapping[tuple[str, str], str]] = {
    (Level.YELLOW, Cause.PROMISE): "%(at)s，办理用时接近承诺时限，系统已提醒责任人员加快办理。",
    (
        Level.RED,
        Cause.PROMISE,
    ): "%(at)s，办理用时用完了承诺时限，系统已通知责任人员和大厅负责人；监督人员看得到。",
    (Level.YELLOW, Cause.LINK_LIMIT): "%(at)s，“%(link)s”超过了本环节的时限，系统已提醒责任人员。",
    (
        Level.RED,
        Cause.SECOND_NOTICE,
    ): "%(at)s，告知书里有上次就应当告诉您的内容，这是我们的差错，系统已通知大厅负责人。",
}


def cards_of(case: Case) -> Iterator[dict[str, Any]]:
    """The cards of the case that concern its applicant, in order."""
    cleared = {each.facts["number"] for each in case.events if each.kind == "card_cleared"}
    titles = {link.name: link.title for link in case.links}
    for each in case.events:
        told = _SAID.get((each.code, each.facts.get("cause", ""))) if each.kind == "card" else None
        if told:
            link = say(titles.get(each.link, each.link))
            words = say(told, at=clock(each.at), link=link)
            yield {"plate": each.code, "text": words, "cleared": each.facts["number"] in cleared}
