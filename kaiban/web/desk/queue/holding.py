"""Who answers for a case, and what the reader can do about that, as the case's page shows it."""

from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.desk.worklist import first_of, holder_of, tenure_of
from kaiban.domain.roles import Act
from kaiban.orchestrator.window.queue.assigning import REASONS, colleagues
from kaiban.web.access.admission import the_staff
from kaiban.web.presentation.staff_names import name_of, with_account
from kaiban.web.presentation.texts import say
from kaiban.web.service import service


def held(found: Case) -> dict[str, Any]:
    """Who answers for it, who was the first to act, and which buttons the reader has."""
    who, holder, first = the_staff().position, holder_of(found), first_of(found)
    may = who.may(Act.TAKE, found.hall) and not found.ended
    hands_on = may and (holder == who.login or who.may(Act.ASSIGN, found.hall))
    return {
        "holder": name_of(holder),
        "first": name_of(first) if first and first != holder else "",
        "mine": bool(holder) and holder == who.login,
        "version": tenure_of(found),
        "takes": may and not holder,
        "takes_over": may and bool(holder) and holder != who.login,
        "colleagues": _colleagues(found) if hands_on else [],
        "reasons": [(key, say(words)) for key, words in REASONS.items()],
    }


def _colleagues(found: Case) -> list[tuple[str, str]]:
    others = colleagues(service().staff.accounts, found)
    return [(each.login, with_account(each.name, each.login)) for each in others]
