"""What becomes of each link of a case that is withdrawn, as rows of a table."""

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState
from kaiban.orchestrator.applicant.withdrawing import FATES, fate
from kaiban.web.presentation.texts import say
from kaiban.web.service import office


def fates_of(case: Case) -> list[list[str]]:
    """Every link with its department and what becomes, or has become, of it."""
    return [[say(link.title), say(link.office), _fate(case, link.name)] for link in case.links]


def _fate(case: Case, name: str) -> str:
    link = case.link(name)
    if link.remaining:
        return say(FATES["partly"])
    # One step may be cancelled while its department is still asked for another.
    if case.withdrawing and link.finished and link.state is LinkState.CANCELLED:
        return say("已经停办")
    return say(FATES[fate(office(), case, link)])
