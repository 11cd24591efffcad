"""Prove that a phone is one's own: a code is sent to it, and typed into the browser that asked.

A code belongs to the browser that asked for it (``nonce``): whoever asks for somebody else's number neither
spoils their code nor can use it. What is counted is what costs and annoys, messages; whoever has had their share
reads the same answer as everybody. Tries are limited by the code itself.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kaiban.domain.notices.notice import Defect
from kaiban.domain.typed import compact
from kaiban.orchestrator.applicant.returning.resuming import DIGITS, NO_PHONE, VALIDITY
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.ports import RateLimit, RateLimits, ReturnCodes, Texts

NO_TEXTS = Defect(
    "", "phone.no_texts",
    "本系统尚未接通短信，不能在网上预约和查询预约；请直接到大厅取号，或者拨打办事热线预约。",
)  # fmt: skip
WRONG = Defect(
    "/digits", "phone.wrong",
    "验证码不正确、已使用或已超过 10 分钟，请核对；连续错 5 次后需重新获取。",
)  # fmt: skip

#: What a code may be for.
APPOINTMENT, COLLECTION = "appointment", "collection"
#: What is sent, by what it is for and by language.
SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    APPOINTMENT: {
        "zh-CN": "【{city}开办企业】验证码 {digits}，10 分钟内有效，用于预约取号，请勿告诉他人。",
        "en": "[{city}] Your code is {digits}, valid for 10 minutes, for your appointment at the hall.",
    },
    COLLECTION: {
        "zh-CN": "【{city}开办企业】验证码 {digits}，10 分钟内有效。您正在出件窗口领取证照，报出验证码等于签收。",
        "en": "[{city}] Your code is {digits}, valid for 10 minutes. Telling it at the exit window signs for your certificates.",
    },
}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
#: How often a code is sent: to one phone, whoever asks, and for one address.
PER_PHONE: Final = (
    RateLimit("book:phone", 5, _HOUR),
    RateLimit("book:phone:day", 10, _DAY),
)
PER_ADDRESS: Final = RateLimit("book:address", 200, _HOUR)


@dataclass(frozen=True)
class Asker:
    """Whose phone somebody says it is ("" if it could not be read), which browser asks, and from where."""

    phone: str
    nonce: str
    address: str
    lang: str = "zh-CN"
    purpose: str = APPOINTMENT

    @property
    def subject(self) -> str:
        """What a code is for."""
        return f"{self.purpose} {self.phone} {self.nonce}"


@dataclass(frozen=True)
class PhoneCodes:
    """``texts`` is None where no gateway is configured, ``wall`` is real time."""

    codes: ReturnCodes
    limits: RateLimits
    texts: Texts | None
    wall: Callable[[], datetime]
    city: str

    def ask(self, asker: Asker) -> list[Defect]:
        """Send a code, unless too many were sent; that reads the same."""
        if self.texts is None:
            return [NO_TEXTS]
        if not asker.phone:
            return [NO_PHONE]
        if self._within(asker):
            digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
            self.codes.put(asker.subject, digits, self.wall())
            sentences = SENTENCES[asker.purpose]
            sentence = sentences.get(asker.lang, sentences["zh-CN"])
            self.texts.send(asker.phone, sentence.format(city=self.city, digits=digits))
        return []

    def prove(self, asker: Asker, digits: str) -> list[Defect]:
        """Nothing if these are the digits that were sent to that phone for that browser; they work once."""
        typed = compact(digits)
        if asker.phone and self.codes.redeem(asker.subject, typed, self.wall(), VALIDITY):
            return []
        report(SecurityEvent.PHONE_CODE_WRONG, asker.address)
        return [WRONG]

    def _within(self, asker: Asker) -> bool:
        counted = ((PER_ADDRESS, asker.address), *((each, asker.phone) for each in PER_PHONE))
        for limit, subject in counted:
            if not self.limits.take(limit, subject, self.wall()):
                report(SecurityEvent.PHONE_LIMIT_REACHED, asker.address, limit=limit.kind)
                return False
        return True
