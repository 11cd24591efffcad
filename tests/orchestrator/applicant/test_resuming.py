import re
from dataclasses import replace
from datetime import timedelta

import pytest

from kaiban.domain.filing import CODE_LETTERS
from kaiban.orchestrator.applicant.filing import keep, start
from kaiban.orchestrator.applicant.resuming import Claim, Door
from kaiban.storage.crypto import Keyring
from kaiban.storage.doors import SqlLimits, SqlReturnCodes
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
    """A door, the filing behind it, and the wall clock."""

    def __init__(self, driver):
        keyring = Keyring({"k1": bytes(range(32))}, "k1", bytes(32))
        self.at, self.phones = START, Phones()
        self.filings = SqlFilings(driver.database, keyring)
        self.door = Door(
            self.filings, SqlReturnCodes(driver.database, keyring),
            SqlLimits(driver.database, keyring), self.phones, lambda: self.at, "示范市",
        )  # fmt: skip
        started = start(driver.office, self.filings)
        self.filing = keep(driver.office, self.filings, replace(started, phone=PHONE))

    def claim(self, *, code=None, phone=PHONE, address=HERE):
        return Claim.read(code or self.filing.shown_code, phone, address)

    def ask(self, **claim):
        return self.door.ask(self.claim(**claim))

    def prove(self, digits, **claim):
        return self.door.prove(self.claim(**claim), digits)


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
    assert hut.prove(hut.phones.digits) == hut.filing


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


@pytest.mark.parametrize("phone", [PHONE, "13900009999"])
def test_one_phone_is_not_sent_more_than_five_in_an_hour(hut, phone):
    outcomes = [codes(hut.ask(phone=phone)) for _ in range(6)]
    assert outcomes == [[]] * 5 + [["resume.too_often"]]
    hut.at += timedelta(hours=1)
    assert hut.ask(phone=phone) == []


def test_one_phone_is_not_sent_more_than_ten_in_a_day(hut):
    for _ in range(24):
        hut.at += timedelta(minutes=13)
        hut.ask()
    assert len(hut.phones.got) == 10


def test_guessing_is_slow_however_many_codes_are_asked_for(hut):
    outcomes = []
    for _ in range(3):
        hut.ask()
        outcomes += [codes(hut.prove(other(hut.phones.digits)))[0] for _ in range(5)]
    assert outcomes == ["resume.wrong"] * 10 + ["resume.too_often"] * 5


def many():
    """Sixty pairs of code and phone that nobody has."""
    return [
        (f"ABCDEF{CODE_LETTERS[n % 32]}{CODE_LETTERS[n // 32]}", f"139{n:08}") for n in range(60)
    ]


def test_one_address_cannot_try_everybody(hut):
    assert [hut.ask(code=code, phone=phone) for code, phone in many()] == [[]] * 60
    assert codes(hut.ask()) == ["resume.too_often"]
    assert hut.ask(address="198.51.100.9") == []


def test_whoever_is_refused_for_their_address_uses_up_nobody_elses_share(hut):
    for code, phone in many():
        hut.ask(code=code, phone=phone)
    for _ in range(6):
        assert codes(hut.ask()) == ["resume.too_often"]
    assert [hut.ask(address="198.51.100.9") for _ in range(5)] == [[]] * 5


def test_what_is_no_code_or_no_number_is_said_at_once(hut):
    assert codes(hut.ask(code="7K4M", phone="1390000123")) == ["resume.code", "resume.phone"]
    assert codes(hut.prove("123456", code="7K4M")) == ["resume.code"]


def test_without_a_gateway_that_is_said_in_a_sentence(hut):
    hut.door = replace(hut.door, texts=None)
    [defect] = hut.ask()
    assert defect.code == "resume.no_texts"
    assert "窗口" in defect.message
