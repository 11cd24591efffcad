"""Come back to a filing on another device: resume code (续办码), phone, and a code sent to it.

Nothing here tells whether a resume code exists, and nobody can use up somebody else's share. Counts
belong to a pair of resume code and phone that a filing has; whoever knows only one of the two counts
for nobody. What is refused for a count reads like what is wrong, and everything that is refused does the
same work, on rows of the address (a decoy) instead of the pair's.

How likely a guess is: somebody who knows both code and phone of a filing has ``PER_DAY`` tries a day, each
right with a chance of 10 ** -``DIGITS``: 2 in 100,000 a day, 0.7 % in a year, and the owner is sent a
message for every fifth of them. From how many addresses makes no difference.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kaiban.domain.filing import Filing, read_code, read_phone
from kaiban.domain.notices.notice import Defect
from kaiban.domain.typed import compact
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.ports import Filings, RateLimit, RateLimits, ReturnCodes, Texts, Validity

TRIES = 5
DIGITS = 6
VALIDITY = Validity(timedelta(minutes=10), TRIES)
PER_DAY = 20
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

NO_TEXTS = Defect(
    "", "resume.no_texts",
    "本系统尚未接通短信，不能用手机验证码找回申请；请在原来的设备上继续，或携带续办码到窗口办理。",
)  # fmt: skip
NO_CODE = Defect(
    "/code", "resume.code", "续办码为 8 位字母和数字，请照清单或者回执填写。", example="7K4M-2QXD"
)
NO_PHONE = Defect(
    "/phone", "resume.phone", "请填写 11 位手机号码，即留下的号码。", example="13800000000"
)
WRONG = Defect(
    "/digits", "resume.wrong",
    "验证码不正确、已使用或已超过 10 分钟，请核对；连续错 5 次后需重新获取，"
    "一小时内错 10 次后请过一小时再试，或到窗口办理。",
)  # fmt: skip

SENTENCES = {
    "zh-CN": "【{city}开办企业】验证码 {digits}，10 分钟内有效，用于继续您的开办申请，请勿告诉他人。",
    "en": "[{city}] Your code is {digits}, valid for 10 minutes, to go on with your application.",
}


@dataclass(frozen=True)
class Claim:
    """Who somebody says they are, "" for what could not be read, and where they are."""

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

    @property
    def pair(self) -> str:
        """What is counted: the two together."""
        return f"{self.code} {self.phone}"

    @property
    def phone_from_here(self) -> str:
        """Anybody can leave somebody else's number: what is sent there counts for where they are, too."""
        return f"{self.phone} {self.address}"

    @property
    def decoy(self) -> str:
        """What is counted instead of a pair that no filing has; it is like no pair."""
        return f"nobody {self.address}"


#: A limit, and what of a claim it counts.
_Counts = tuple[tuple[RateLimit, Callable[[Claim], str]], ...]

#: How often a code is sent. Whoever asks for more reads the same answer.
ASKING: _Counts = (
    (RateLimit("ask:pair", 5, _HOUR), lambda claim: claim.pair),
    (RateLimit("ask:pair:day", 10, _DAY), lambda claim: claim.pair),
    (RateLimit("ask:phone:day", 10, _DAY), lambda claim: claim.phone_from_here),
    # What the city pays for: filings cost nothing, messages do.
    (RateLimit("ask:address", 200, _HOUR), lambda claim: claim.address),
)
#: How often digits may be tried.
PROVING: _Counts = (
    (RateLimit("prove:pair", 10, _HOUR), lambda claim: claim.pair),
    (RateLimit("prove:pair:day", PER_DAY, _DAY), lambda claim: claim.pair),
)


@dataclass(frozen=True)
class Resuming:
    """The way back in; ``texts`` is None where no gateway is configured, ``wall`` is real time.

    ``texts`` must take a message at once: how long it takes would tell whether there was one.
    """

    filings: Filings
    codes: ReturnCodes
    limits: RateLimits
    texts: Texts | None
    wall: Callable[[], datetime]
    city: str

    def ask(self, claim: Claim) -> list[Defect]:
        """Send a one-time code to the phone, if the filing with that code has that number.

        No defect means: if the two belong together and not too much was sent, the code is on its way.
        """
        if self.texts is None:
            return [NO_TEXTS]
        if defects := claim.defects:
            return defects
        lang = self.filings.language(claim.code, claim.phone)
        subject = self._counted(ASKING, claim, known=lang is not None)
        digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        self.codes.put(subject, digits, self.wall())
        if subject == claim.pair:
            sentence = SENTENCES.get(lang or "", SENTENCES["zh-CN"])
            self.texts.send(claim.phone, sentence.format(city=self.city, digits=digits))
        return []

    def prove(self, claim: Claim, digits: str) -> Filing | list[Defect]:
        """The filing, if these are the digits that were sent; each works once."""
        if defects := claim.defects:
            return defects
        known = self.filings.language(claim.code, claim.phone) is not None
        subject = self._counted(PROVING, claim, known=known)
        typed = compact(digits)
        right = self.codes.redeem(subject, typed, self.wall(), VALIDITY)
        filing = self.filings.find(claim.code, claim.phone) if right else None
        if filing is None or subject != claim.pair:
            report(SecurityEvent.RETURN_CODE_WRONG, claim.address)
            return [WRONG]
        report(SecurityEvent.RETURNED, claim.address)
        if not filing.is_proved:
            self.filings.proved(filing)
        return filing

    def _counted(self, counts: _Counts, claim: Claim, *, known: bool) -> str:
        """Count it: the pair, if it is known and within every limit, else the decoy.

        What comes after a refusal is counted for the decoy: as much work, and nobody's share.
        """
        if not known:
            report(SecurityEvent.RETURN_PAIR_UNKNOWN, claim.address)
        refused = "" if known else "unknown"
        for limit, subject_of in counts:
            subject = claim.decoy if refused else subject_of(claim)
            within = self.limits.take(limit, subject, self.wall())
            refused = refused or ("" if within else limit.kind)
        if known and refused:
            report(SecurityEvent.RETURN_LIMIT_REACHED, claim.address, limit=refused)
        return claim.decoy if refused else claim.pair
