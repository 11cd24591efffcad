"""Until when a city wants something of the applicant, in the words of a page; that no day is set is said, too."""

from kaiban.domain.cases.case import Case
from kaiban.domain.papers.deadlines import Awaited, answer_of, fetch_of
from kaiban.web.presentation.texts import day, say
from kaiban.web.service import office


def answer_by(case: Case) -> str:
    """Until when the open notice is to be answered; "" if there is none."""
    return _told(
        answer_of(case, office().city),
        "请在 %(due)s（含当日）前补正（依据：%(basis)s），%(reminded)s；到期没有补正的，申请仍然保留。",
        "本市没有规定补正的期限，不会到期提醒。",
    )


def fetch_by(case: Case) -> str:
    """Until when the package is to be fetched; "" if it is not to be."""
    return _told(
        fetch_of(case, office().city),
        "请在 %(due)s（含当日）前领取（依据：%(basis)s），%(reminded)s；到期以后仍然可以领取。",
        "本市没有规定领取的期限，不会到期提醒。",
    )


def _told(found: Awaited | None, dated: str, undated: str) -> str:
    if found is None:
        return ""
    if found.due is None:
        return say(undated)
    reminded = say("到期前会提醒您") if found.reminds else say("到期前不另外提醒")
    return say(dated, due=day(found.due), basis=say(found.basis), reminded=reminded)
