"""Come back to a filing on another device: resume code (续办码), phone, and a code sent to it.

Nothing here tells whether a resume code exists: for a pair that belongs to no filing a code is
made and counted as well, only nobody is sent it.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kaiban.domain.filing import Filing, read_code, read_phone
from kaiban.domain.notice import Defect
from kaiban.ports import Filings, Limit, Limits, ReturnCodes, Texts

VALID_FOR = timedelta(minutes=10)
TRIES = 5
DIGITS = 6
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

#: How often a code may be asked for; a hall's kiosks share one address.
ASKING = {
    "address": (Limit("ask:address", 60, _HOUR),),
    "code": (Limit("ask:code", 5, _HOUR),),
    "phone": (Limit("ask:phone", 5, _HOUR), Limit("ask:phone:day", 10, _DAY)),
}
#: How often digits may be tried.
PROVING = {
    "address": (Limit("prove:address", 200, _HOUR),),
    "code": (Limit("prove:code", 10, _HOUR),),
    "phone": (Limit("prove:phone", 10, _HOUR), Limit("prove:phone:day", 50, _DAY)),
}

NO_TEXTS = Defect(
    "", "resume.no_texts",
    "本系统尚未接通短信，不能用手机验证码找回申请；请在原来的设备上继续，或携带续办码到窗口办理。",
)  # fmt: skip
TOO_OFTEN = Defect(
    "", "resume.too_often", "操作次数过多，为保护您的申请已暂停，请一小时后再试，或到窗口办理。"
)
NO_CODE = Defect(
    "/code", "resume.code", "续办码为 8 位字母和数字，请照清单或者回执填写。", example="7K4M-2QXD"
)
NO_PHONE = Defect(
    "/phone", "resume.phone", "请填写 11 位手机号码，即留下的号码。", example="13800000000"
)
WRONG = Defect(
    "/digits", "resume.wrong",
    "验证码不正确、已使用或已超过 10 分钟，请核对；连续错 5 次后需重新获取。",
)  # fmt: skip

SENTENCES = {
    "zh-CN": "【{city}开办企业】验证码 {digits}，10 分钟内有效，用于继续您的开办申请，请勿告诉他人。",
    "en": "[{city}] Your code is {digits}, valid for 10 minutes, to go on with your application.",
}


@dataclass(frozen=True)
class Claim:
    """Who somebody says they are, "" for what could not be read; where they are is only counted."""

    code: str
    phone: str
    address: str

    @classmethod
    def read(cls, code: str, phone: str, address: str) -> "Claim":
        """What somebody typed, from that network address."""
        return cls(read_code(code), read_phone(phone), address)

    @property
    def defects(self) -> list[Defect]:
        """What was not typed well; says nothing about whether it is known here."""
        return [
            defect for defect, text in ((NO_CODE, self.code), (NO_PHONE, self.phone)) if not text
        ]


@dataclass(frozen=True)
class Door:
    """The way back in; ``texts`` is None where no gateway is configured, ``wall`` is real time.

    ``texts`` must take a message at once: how long it takes would tell whether there was one.
    """

    filings: Filings
    codes: ReturnCodes
    limits: Limits
    texts: Texts | None
    wall: Callable[[], datetime]
    city: str

    def ask(self, claim: Claim) -> list[Defect]:
        """Send a one-time code to the phone, if the filing with that code has that number.

        No defect means: if the two belong together, the code is on its way.
        """
        if self.texts is None:
            return [NO_TEXTS]
        if defects := claim.defects:
            return defects
        if not self._within(ASKING, claim):
            return [TOO_OFTEN]
        digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        self.codes.put(claim.code, claim.phone, digits, self.wall())
        filing = self.filings.find(claim.code, claim.phone)
        if filing:
            sentence = SENTENCES.get(filing.lang, SENTENCES["zh-CN"])
            self.texts.send(claim.phone, sentence.format(city=self.city, digits=digits))
        return []

    def prove(self, claim: Claim, digits: str) -> Filing | list[Defect]:
        """The filing, if these are the digits that were sent; each works once."""
        if defects := claim.defects:
            return defects
        if not self._within(PROVING, claim):
            return [TOO_OFTEN]
        typed, since = "".join(digits.split()), self.wall() - VALID_FOR
        if not self.codes.redeem(claim.code, claim.phone, typed, since, TRIES):
            return [WRONG]
        return self.filings.find(claim.code, claim.phone) or [WRONG]

    def _within(self, limits: Mapping[str, tuple[Limit, ...]], claim: Claim) -> bool:
        """Count it, until one limit refuses: whoever is refused uses up nobody else's share."""
        subjects = {"address": claim.address, "code": claim.code, "phone": claim.phone}
        at = self.wall()
        return all(
            self.limits.take(limit, subjects[name], at)
            for name, each in limits.items()
            for limit in each
        )
