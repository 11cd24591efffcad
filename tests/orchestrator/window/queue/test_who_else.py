"""Who has a case open is a courtesy: while nothing can be written, the case is shown all the same."""

from argon2 import PasswordHasher
from sqlalchemy import event

from kaiban.domain.roles import Role
from kaiban.orchestrator.window.queue.who_else import others_in
from kaiban.ports import Account
from kaiban.storage.access.staff import SqlStaff
from kaiban.storage.database import Database
from kaiban.storage.desk.presence import SqlPresence
from kaiban.storage.encryption.crypto import Keyring
from tests.orchestrator.departments import REGISTRATION, Scripted


def test_nobody_is_named_while_nothing_can_be_written(drive):
    driver = drive(Scripted("registration", steps=REGISTRATION))
    no, now = driver.open("registration"), driver.clock.now()
    staff = SqlStaff(
        driver.database, Keyring({"k1": bytes(32)}, "k1", bytes(32)), PasswordHasher()
    )
    staff.add(Account("ck01", "李敏", Role.WINDOW, "main"), "zao fan jiu bei cha", now)

    def others(presence, login):
        found = others_in(presence, staff, no, login, lambda: now)
        return [account.name for account, _ in found]

    presence = SqlPresence(driver.database)
    assert others(presence, "ck01") == []
    assert others(presence, "ck02") == ["李敏"]
    sealed = Database(str(driver.database.url))
    event.listen(sealed.engine, "connect", lambda each, _: each.execute("PRAGMA query_only = 1"))
    assert others(SqlPresence(sealed), "ck03") == []
    sealed.close()
