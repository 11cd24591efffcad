"""Leave a number to come back with (see `resuming`): it counts once the digits sent to it have come back.

Where the city has no gateway for short messages nothing can be sent, and a number counts as it was typed. Whoever
is at the form is told when too much was asked: what is counted is theirs.
"""

import secrets

from kaiban.domain.filing import Filing
from kaiban.domain.notices.notice import Defect
from kaiban.domain.typed import compact
from kaiban.orchestrator.applicant.returning.resuming import (
    ASKING,
    DIGITS,
    PROVING,
    VALIDITY,
    Claim,
    Resuming,
)
from kaiban.orchestrator.security import SecurityEvent, report

SENTENCES = {
    "zh-CN": "【{city}开办企业】验证码 {digits}，10 分钟内有效，用于核验您留下的手机号码，请勿告诉他人。",
    "en": "[{city}] Your code is {digits}, valid for 10 minutes, to confirm the mobile number you left.",
}
TOO_MANY = Defect(
    "/phone", "reach.often", "向这个号码发的验证码太多了，请过一小时再试；申请可以先接着填写。"
)
WRONG = Defect(
    "/digits", "reach.wrong",
    "验证码不正确、已使用或已超过 10 分钟，请核对；连续错 5 次后需重新获取。",
)  # fmt: skip


def can_prove(way: Resuming) -> bool:
    """Whether a number can be proved at all."""
    return way.texts is not None


def ask(way: Resuming, filing: Filing, phone: str, address: str) -> list[Defect]:
    """Send digits to the number; what keeps us from it."""
    sentence = SENTENCES.get(filing.lang, SENTENCES["zh-CN"])
    return send_digits(way, _claim(filing, phone, address), sentence)


def send_digits(way: Resuming, claim: Claim, sentence: str, **told: str) -> list[Defect]:
    """Send digits in that sentence to the claim's phone; what keeps us from it."""
    assert way.texts is not None
    if not all(way.limits.take(limit, of(claim), way.wall()) for limit, of in ASKING):
        report(SecurityEvent.RETURN_LIMIT_REACHED, claim.address, limit="reach")
        return [TOO_MANY]
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    way.codes.put(claim.pair, digits, way.wall())
    way.texts.send(claim.phone, sentence.format(city=way.city, digits=digits, **told))
    return []


def prove(way: Resuming, filing: Filing, phone: str, digits: str, address: str) -> list[Defect]:
    """What is wrong with the digits; nothing if they are those that were sent to the number. They work once."""
    return take_digits(way, _claim(filing, phone, address), digits)


def take_digits(way: Resuming, claim: Claim, digits: str) -> list[Defect]:
    """What is wrong with the digits that were sent for that claim; nothing if they are right. They work once."""
    within = all(way.limits.take(limit, of(claim), way.wall()) for limit, of in PROVING)
    typed = compact(digits)
    if within and way.codes.redeem(claim.pair, typed, way.wall(), VALIDITY):
        return []
    report(SecurityEvent.RETURN_CODE_WRONG, claim.address)
    return [WRONG]


def _claim(filing: Filing, phone: str, address: str) -> Claim:
    """Counted apart from coming back: the one uses nothing up of the other."""
    return Claim(f"leave {filing.code}", phone, address)
