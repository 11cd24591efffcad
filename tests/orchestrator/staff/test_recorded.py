"""What is done with accounts and its record in the audit are written together, or neither."""

import pytest
from sqlalchemy import event, select
from structlog.testing import capture_logs

from kaiban.orchestrator.staff import managing
from kaiban.orchestrator.staff.managing import CHANGES
from kaiban.orchestrator.staff.own_account import NewPassword, choose_password, enrol, set_mail
from kaiban.orchestrator.staff.second_factor import new_secret
from kaiban.ports import Account
from kaiban.storage.schema import audit_records, metadata
from tests.orchestrator.staff.test_signing_in import HERE, PASSWORD, ROOT, house, wang

__all__ = ["house", "wang"]
NEXT = "mian bao he niu nai"


def own_password(staff, account):
    return choose_password(staff.office, account, NewPassword(PASSWORD, NEXT, NEXT), HERE, "")


def own_authenticator(staff, account):
    staff.secrets["next"] = new_secret()
    return enrol(staff.office, account, staff.secrets["next"], staff.code("next"), HERE)


ACTS = {
    **{name: lambda staff, account, change=change: change(staff.office, account, ROOT) for name, change in CHANGES.items()},
    "make": lambda staff, account: managing.make(staff.office, Account("ck02", "李静", account.role, "main"), ROOT),
    "password": own_password,
    "authenticator": own_authenticator,
    "mail": lambda staff, account: set_mail(staff.office, account, "wang@example.com"),
    "sign_in": lambda staff, _account: staff.try_in("ck01"),
}  # fmt: skip


class NoRecordError(Exception):
    """The audit could not be written."""


def kept(staff):
    """Every row there is, but for counts of tries and used codes."""
    with staff.database.reading() as connection:
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for name, table in metadata.tables.items()
            if name != "limits"
        }


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_cannot_be_recorded_has_not_happened(wang, act):
    if act == "enable":
        CHANGES["disable"](wang.office, wang.account("ck01"), ROOT)
    account = wang.account("ck01")

    def no_record(_connection, _cursor, statement, *_):
        if statement.startswith(f"INSERT INTO {audit_records.name}"):
            raise NoRecordError

    before = kept(wang)
    event.listen(wang.database.engine, "before_cursor_execute", no_record)
    with capture_logs() as logs, pytest.raises(NoRecordError):
        ACTS[act](wang, account)
    event.remove(wang.database.engine, "before_cursor_execute", no_record)
    after = kept(wang)
    assert {name for name in before if before[name] != after[name]} <= USED_UP.get(act, set())
    assert logs == []
    # And with its record it happens: what was looked at can differ.
    ACTS[act](wang, wang.account("ck01"))
    assert kept(wang)["audit_records"] != before["audit_records"]
    assert any(kept(wang)[name] != before[name] for name in before if name != "audit_records")


#: A code that was shown to us is used up, whatever becomes of the sign-in.
USED_UP = {"sign_in": {"users"}}
