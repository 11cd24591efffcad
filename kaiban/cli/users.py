"""``kaiban user``: accounts of staff; and who of them answers for what a command does."""

from collections.abc import Callable
from typing import Any

import click

from kaiban.app import Kaiban
from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import ROLE_TITLES, Act, Role
from kaiban.orchestrator.staff import managing
from kaiban.orchestrator.staff.managing import Superior
from kaiban.orchestrator.staff.own_account import set_mail, wrong_mail
from kaiban.orchestrator.staff.signing_in import Attempt, sign_in
from kaiban.ports import Account, Place

#: Whoever can run commands can do everything; the log says that it was done here.
HERE = Superior(None, "command-line")
_AT_TERMINAL = Place("", "command-line")


@click.group()
def user() -> None:
    """Accounts of staff."""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The person's name; kept encrypted.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--hall", default="", help="The hall they work in; the usual one without it.")
@click.option("--window", default="", help="The window they sit at.")
@click.option("--mail", default="", help="Where they are told of cards and tasks.")
@click.pass_obj
def add_user(
    kaiban: Kaiban, login: str, *, name: str, role: str, hall: str, window: str, mail: str
) -> None:
    """Make an account and print its one-time password, this once; it is changed at the first sign-in."""
    place = hall or next(iter(kaiban.profile.city.halls))
    wanted = Account(login, name, Role(role), place, window)
    # Before there is an account: its password is printed once.
    _refuse(wrong_mail(mail))
    made = managing.make(kaiban.staff, wanted, HERE)
    if not isinstance(made, str):
        raise click.UsageError(" ".join(each.message for each in made))
    click.echo(made)
    if mail:
        _set_mail(kaiban, login, mail)


@user.command("mail")
@click.argument("login")
@click.argument("address", default="")
@click.pass_obj
def change_mail(kaiban: Kaiban, login: str, address: str) -> None:
    """Tell its owner of cards and tasks there; nowhere without an address."""
    _set_mail(kaiban, login, address)


def _set_mail(kaiban: Kaiban, login: str, address: str) -> None:
    account = managing.find(kaiban.staff, login.strip().lower(), HERE)
    if account is None:
        raise click.UsageError(f"no account of the name {login}")
    _refuse(set_mail(kaiban.staff, account, address, HERE.name))


@user.command("list")
@click.option("--hall", default="", help="Of a hall; of all without it.")
@click.pass_obj
def list_users(kaiban: Kaiban, *, hall: str) -> None:
    """Every account that was not removed."""
    for each in kaiban.staff.accounts.listed(hall):
        seen = f"{each.signed_in_at:%Y-%m-%d}" if each.signed_in_at else "-"
        closed = "已停用" if each.disabled_at else "动态口令已绑定" if each.enrolled else ""
        parts = (each.login, ROLE_TITLES[each.role], each.hall, each.window, seen, closed)
        click.echo("  ".join(part for part in parts if part))


def _changing(name: str, what: str, done: str) -> Callable[..., Any]:
    """A command that does this to an account, and prints what came of it."""

    @click.argument("login")
    @click.pass_obj
    def change(kaiban: Kaiban, login: str) -> None:
        account = managing.find(kaiban.staff, login.strip().lower(), HERE)
        if account is None:
            raise click.UsageError(f"no account of the name {login}")
        click.echo(managing.CHANGES[what](kaiban.staff, account, HERE) or done)

    return user.command(name, help=done)(change)


_changing("disable", "disable", "Nobody can sign in with the account; its sessions have ended.")
_changing("enable", "enable", "Its owner can sign in again.")
_changing("remove", "remove", "Closed for good; the name is never given again.")
_changing("password", "reset_password", "Give it a new one-time password, printed this once.")
_changing(
    "authenticator",
    "reset_authenticator",
    "For a lost phone: no authenticator, and a new one-time password, printed this once.",
)


def answering(kaiban: Kaiban, case: Case, login: str, act: Act) -> str:
    """The account that answers for the act on the case; a usage error if it cannot."""
    return answering_in(kaiban, case.hall, login, act)


def answering_in(kaiban: Kaiban, hall: str, login: str, act: Act) -> str:
    """The account that answers for the act in the hall; a usage error if it cannot."""
    _refuse(managing.answers(kaiban.staff, login, act, hall))
    return login.strip().lower()


def approving(kaiban: Kaiban, case: Case, login: str, by: str) -> str:
    """The second person, who proves to be there; a usage error if they may not, or do not."""
    _refuse(managing.answers(kaiban.staff, login, Act.APPROVE, case.hall, beside=by))
    password = click.prompt(f"{login} 的口令", hide_input=True, err=True)
    code = click.prompt(f"{login} 的动态口令", hide_input=True, err=True, default="")
    found = sign_in(kaiban.staff, Attempt.read(login, password, code, _AT_TERMINAL))
    if not isinstance(found, Account):
        _refuse(found)
    elif not found.enrolled:
        raise click.UsageError("复核人请先登录网页，设置口令并绑定动态口令。")
    return login.strip().lower()


def _refuse(defects: list[Defect]) -> None:
    if defects:
        raise click.UsageError(" ".join(each.message for each in defects))
