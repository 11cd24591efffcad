"""What people of the staff are called where pages speak of them."""

from kaiban.domain.complaint import APPLICANT
from kaiban.web.presentation.texts import say
from kaiban.web.service import service


def name_of(login: str) -> str:
    """Who an account is, by name and account; the applicant and the system as such; "" for nobody."""
    if login == APPLICANT:
        return say("申请人")
    if login == "system":
        return say("系统")
    account = service().staff.accounts.get(login) if login else None
    return with_account(account.name if account else "", login)


def with_account(name: str, login: str) -> str:
    """A name with its account, as two colleagues may have the same; of somebody without one the account."""
    return say("%(name)s（%(login)s）", name=name, login=login) if name else login
