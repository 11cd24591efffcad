import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text
from structlog.testing import capture_logs

from kaiban.domain.filing import CODE_LETTERS
from kaiban.orchestrator.applicant.filing import keep, start
from kaiban.orchestrator.applicant.returning.resuming import (
    ASKING,
    DIGITS,
    PER_DAY,
    TRIES,
    Claim,
    Resuming,
)
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.access.return_codes import SqlReturnCodes
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.filings import SqlFilings
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import START

PHONE = "13900001234"
HERE = "203.0.113.7"


class Phones:
    """What arrived on which phone."""

    def __init__(self):
        self.got = []

    def send(self, phone, text):
        self.got.append((phone, text))

    @property
    def digits(self):
        return re.search(r"\b\d{6}\b", self.got[-1][1].replace("码", "码 "))[0]


@pytest.fixture
def driver(drive):
    return drive(Scripted("registration", steps=REGISTRATION))


class Hut:
    """The way back in, a filing, and the wall clock."""

    def __init__(self, driver):
        keyring = Keyring({"k1": bytes(range(32))}, "k1", bytes(32))
        self.at, self.phones = START, Phones()
        self.filings = SqlFilings(driver.database, keyring)
        self.resuming = Resuming(
            self.filings, SqlReturnCodes(driver.database, keyring),
            SqlRateLimits(driver.database, keyring), self.phones, lambda: self.at, "示范市",
        )  # fmt: skip
        started = start(driver.office, self.filings)
        self.filing = keep(driver.office, self.filings, replace(started, phone=PHONE))

    def claim(self, *, code=None, phone=PHONE, address=HERE):
        return Claim.read(code or self.filing.shown_code, phone, address)

    def ask(self, **claim):
        return self.resuming.ask(self.claim(**claim))

    def prove(self, digits, **claim):
        return self.resuming.prove(self.claim(**claim), digits)


@pytest.fixture
def hut(driver):
    return Hut(driver)


def codes(outcome):
    return [defect.code for defect in outcome]


def other(digits):
    return f"{(int(digits) + 1) % 10**6:06}"


def test_somebody_comes_back_with_code_and_phone(hut):
    assert hut.ask() == []
    [(phone, text)] = hut.phones.got
    assert phone == PHONE
    assert text.startswith("【示范市开办企业】验证码")
    assert hut.filing.code not in text
    assert not hut.filings.get(hut.filing.id).is_proved
    assert hut.prove(hut.phones.digits) == hut.filing
    assert hut.filings.get(hut.filing.id).is_proved, "the digits came back"


def test_what_was_typed_carelessly_is_understood(hut):
    hut.ask(code=f" {hut.filing.code.lower()} ", phone="+86 139-0000 1234")
    digits = hut.phones.digits
    assert hut.prove(f" {digits[:3]} {digits[3:]} ") == hut.filing


def test_the_message_speaks_the_filings_language(driver, hut):
    hut.filing = keep(driver.office, hut.filings, replace(hut.filing, lang="en"))
    hut.ask()
    assert hut.phones.got[0][1].startswith("[示范市] Your code is")


@pytest.mark.parametrize("claim", [{"code": "AAAA-AAAA"}, {"phone": "13900009999"}])
def test_an_answer_never_tells_whether_there_is_such_a_filing(hut, claim):
    assert hut.ask(**claim) == hut.ask() == []
    assert [phone for phone, _ in hut.phones.got] == [PHONE]
    wrong = other(hut.phones.digits)
    assert hut.prove(wrong, **claim) == hut.prove(wrong)


def test_digits_work_once(hut):
    hut.ask()
    assert hut.prove(hut.phones.digits) == hut.filing
    assert codes(hut.prove(hut.phones.digits)) == ["resume.wrong"]


def test_digits_end_after_ten_minutes(hut):
    hut.ask()
    hut.at += timedelta(minutes=10)
    assert codes(hut.prove(hut.phones.digits)) == ["resume.wrong"]


def test_digits_end_after_five_tries(hut):
    hut.ask()
    for _ in range(5):
        assert codes(hut.prove(other(hut.phones.digits))) == ["resume.wrong"]
    assert codes(hut.prove(hut.phones.digits)) == ["resume.wrong"]


def test_a_filings_phone_is_not_sent_more_than_five_in_an_hour_and_the_answer_does_not_change(hut):
    assert [hut.ask() for _ in range(9)] == [[]] * 9
    assert len(hut.phones.got) == 5
    hut.at += timedelta(hours=1)
    assert hut.ask() == []
    assert len(hut.phones.got) == 6


def test_what_is_asked_for_too_often_leaves_the_digits_that_were_sent(hut):
    for _ in range(9):
        hut.ask()
    assert hut.prove(hut.phones.digits) == hut.filing


def test_a_filings_phone_is_not_sent_more_than_ten_in_a_day(hut):
    for _ in range(24):
        hut.at += timedelta(minutes=13)
        hut.ask()
    assert len(hut.phones.got) == 10


def test_guessing_is_slow_however_many_codes_are_asked_for(hut):
    for _ in range(2):
        hut.ask()
        wrong = other(hut.phones.digits)
        assert [codes(hut.prove(wrong)) for _ in range(5)] == [["resume.wrong"]] * 5
    hut.ask()
    assert codes(hut.prove(hut.phones.digits)) == ["resume.wrong"], "ten were tried"
    hut.at += timedelta(hours=1)
    hut.ask()
    assert hut.prove(hut.phones.digits) == hut.filing


def test_the_chance_of_a_guess_is_two_in_a_hundred_thousand_a_day(hut):
    """Somebody knows code and phone of a filing, and tries all day, from another address each time."""
    tried = 0
    # A hundred messages, of which twenty could be guessed at: five times what is let through.
    for minute in range(0, 24 * 60, 14):
        hut.at += timedelta(minutes=14)
        here = f"203.0.113.{minute % 250}"
        hut.ask(address=here)
        # The fifth try of a message would get in, if all five are compared with what was sent.
        digits = [other(hut.phones.digits)] * (TRIES - 1) + [hut.phones.digits]
        *_, last = [hut.prove(each, address=here) for each in digits]
        tried += 0 if isinstance(last, list) else TRIES
    assert 0 < tried <= PER_DAY
    assert PER_DAY * 10**-DIGITS <= 2e-5


# --- nobody locks somebody else out -----------------------------------------------------------------

STRANGER = "198.51.100.66"


def many():
    """Sixty pairs of code and phone that nobody has."""
    return [
        (f"ABCDEF{CODE_LETTERS[n % 32]}{CODE_LETTERS[n // 32]}", f"139{n:08}") for n in range(60)
    ]


@pytest.mark.parametrize("known", ["phone", "code"])
@pytest.mark.parametrize("address", [STRANGER, HERE])
def test_whoever_knows_only_a_phone_or_only_a_code_keeps_nobody_out(hut, known, address):
    for code, phone in many():
        claim = {"code": code} if known == "phone" else {"phone": phone}
        hut.ask(**claim, address=address)
        hut.prove("000000", **claim, address=address)
    assert hut.phones.got == []
    assert [hut.ask() for _ in range(5)] == [[]] * 5
    assert len(hut.phones.got) == 5
    assert hut.prove(hut.phones.digits) == hut.filing


def test_whoever_leaves_somebody_elses_number_on_forms_of_their_own_keeps_them_not_out(
    driver, hut
):
    for _ in range(3):
        own = keep(
            driver.office, hut.filings, replace(start(driver.office, hut.filings), phone=PHONE)
        )
        for _ in range(5):
            hut.ask(code=own.shown_code, address=STRANGER)
            hut.prove("000000", code=own.shown_code, address=STRANGER)
    assert len(hut.phones.got) == 10, "from one address a phone is not sent more in a day"
    hut.ask()
    assert len(hut.phones.got) == 11
    assert hut.prove(hut.phones.digits) == hut.filing


def test_an_answer_is_the_same_however_often_and_whether_or_not_there_is_such_a_filing(hut):
    strange = {"phone": "13900009999"}
    for _ in range(12):
        assert hut.ask(**strange) == hut.ask() == []
        assert hut.prove("000000", **strange) == hut.prove("000000")


def test_as_much_is_written_whether_or_not_there_is_such_a_filing(driver, hut):
    """Timing would tell: the statements are the same, within the limits and beyond them."""
    asked = []
    event.listen(driver.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    def statements(**claim):
        asked.clear()
        hut.ask(**claim)
        hut.prove("000000", **claim)
        return [each for each in asked if not each.startswith(("PRAGMA", "BEGIN"))]

    for _ in range(12):
        assert statements() == statements(phone="13900009999")


def test_asking_from_one_address_for_what_nobody_has_leaves_few_rows(driver, hut):
    for code, phone in many():
        hut.ask(code=code, phone=phone)
    with driver.database.reading() as connection:
        rows = [
            connection.execute(text(f"SELECT count(*) FROM {t}")).scalar()
            for t in ("limits", "return_codes")
        ]
    assert rows == [len(ASKING), 1]


# --- security events --------------------------------------------------------------------------------


def test_what_is_tried_in_vain_is_in_the_log_with_its_address_and_nothing_personal(hut):
    with capture_logs() as logs:
        hut.ask(phone="13900009999", address=STRANGER)
        for _ in range(6):
            hut.ask()
        hut.prove(other(hut.phones.digits))
        hut.prove(hut.phones.digits)
    found = [(each["event"], each["address"], each.get("limit")) for each in logs]
    assert found == [
        ("return_pair_unknown", STRANGER, None),
        ("return_limit_reached", HERE, "ask:pair"),
        ("return_code_wrong", HERE, None),
        ("returned", HERE, None),
    ]
    assert all(each["security"] for each in logs)
    for secret in (PHONE, "13900009999", hut.filing.code, hut.filing.id, hut.phones.digits):
        assert secret not in repr(logs)


def test_what_is_no_code_or_no_number_is_said_at_once(hut):
    assert codes(hut.ask(code="7K4M", phone="1390000123")) == ["resume.code", "resume.phone"]
    assert codes(hut.prove("123456", code="7K4M")) == ["resume.code"]


def test_without_a_gateway_that_is_said_in_a_sentence(hut):
    hut.resuming = replace(hut.resuming, texts=None)
    [defect] = hut.ask()
    assert defect.code == "resume.no_texts"
    assert "窗口" in defect.message
