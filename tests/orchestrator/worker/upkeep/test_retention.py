from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from structlog.testing import capture_logs

from kaiban.domain.cases.exchange import Exchange
from kaiban.orchestrator.applicant.filing import keep, start, submit
from kaiban.orchestrator.applicant.returning.resuming import Claim, Resuming
from kaiban.orchestrator.worker.upkeep.retention import Keeping, prune
from kaiban.ports import FilingNotFound, Lifetime, New, Session
from kaiban.storage.access.idempotency import IdempotencyKeys
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.access.return_codes import SqlReturnCodes
from kaiban.storage.access.sessions import SqlSessions
from kaiban.storage.access.staff import SqlStaff
from kaiban.storage.desk.presence import SqlPresence
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.filings import SqlFilings
from kaiban.storage.messages.outbox import SqlOutbox
from kaiban.storage.supervision.staff_messages import StaffMessages
from tests.notifying.test_texts import PHONE, Slow
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import FORM

NOTHING = {
    "drafts": 0,
    "codes": 0,
    "counts": 0,
    "exchanges": 0,
    "sessions": 0,
    "keys": 0,
    "webhook_messages": 0,
    "places": 0,
    "presence": 0,
    "staff_messages": 0,
}


def test_everything_is_dropped_in_its_time_and_submitted_filings_stay(drive):
    driver = drive(Scripted("registration", steps=REGISTRATION))
    keyring = Keyring({"k1": bytes(range(32))}, "k1", bytes(32))
    parts = [
        kind(driver.database, keyring) for kind in (SqlFilings, SqlReturnCodes, SqlRateLimits)
    ]
    resuming = Resuming(*parts, Slow(), driver.clock.now, "示范市")
    keys = IdempotencyKeys(driver.database, keyring)
    sessions = SqlSessions(driver.database, keyring)
    day = Lifetime(timedelta(hours=8), timedelta(hours=24))
    sessions.add("s", Session.begin({"mine": []}, driver.clock.now(), day))
    keeping = Keeping(
        *parts,
        sessions,
        driver.clock.now,
        keys,
        SqlOutbox(driver.database, keyring),
        timedelta(days=30),
        timedelta(days=32),
        SqlStaff(driver.database, keyring, PasswordHasher()),
        SqlPresence(driver.database),
        StaffMessages(driver.database, keyring),
    )
    draft, sent = (start(driver.office, resuming.filings) for _ in range(2))
    sent = keep(driver.office, resuming.filings, sent, FORM)
    submit(driver.office, resuming.filings, sent.id, sent.version)
    resuming.ask(Claim.read("AAAA-AAAA", PHONE, "203.0.113.7"))
    begun = Exchange("registration", "main", 1, "send", driver.clock.now())
    no = driver.open("registration")
    with driver.office.cases.transaction() as tx:
        tx.begin_exchange(no, begun)
    SqlPresence(driver.database).come_in(no, "ck01", driver.clock.now(), driver.clock.now())
    assert isinstance(keys.begin("app", "k", "f", driver.clock.now()), New)
    with capture_logs() as logs:
        assert prune(driver.office, keeping) == NOTHING
    assert logs == []
    driver.advance(days=2, seconds=1)
    assert prune(driver.office, keeping) == {
        **NOTHING, "codes": 1, "counts": 4, "sessions": 1, "presence": 1,
    }  # fmt: skip
    draft = keep(driver.office, resuming.filings, replace(draft, phone=PHONE))
    driver.advance(days=29)
    assert prune(driver.office, keeping) == {**NOTHING, "keys": 1}
    driver.advance(days=2)
    with capture_logs() as logs:
        assert prune(driver.office, keeping) == {**NOTHING, "drafts": 1, "exchanges": 1}
    assert logs[0]["event"] == "pruned"
    with pytest.raises(FilingNotFound):
        resuming.filings.get(draft.id)
    assert resuming.filings.get(sent.id).case_no
