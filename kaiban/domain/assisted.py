"""Filing at the window or on the telephone (帮办、电话申报): who is there, for whom, by what paper, and how well it is known.

These are kept apart, and none is taken for another: an agent with a paper has not shown who they are, and whoever
has shown that has no right yet to speak for somebody else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kaiban.domain.notices.notice import Defect

#: What a desk number is made of: digits alone, so that it can be read aloud and typed with one hand.
NUMBER_LENGTH = 6
LONGEST_NAME, LONGEST_NUMBER = 60, 40


class Actor(StrEnum):
    """Who files; the values are stored and stand in packages."""

    APPLICANT = "applicant"
    AGENT = "agent"
    #: Somebody tells it on the telephone, and staff write it down.
    TELEPHONE = "telephone"


ACTORS: Mapping[Actor, str] = {
    Actor.APPLICANT: "申请人本人到场",
    Actor.AGENT: "代理人到场代办",
    Actor.TELEPHONE: "电话申报，工作人员代填",
}


class Authority(StrEnum):
    """By which paper somebody speaks for another."""

    NONE = "none"
    POWER_OF_ATTORNEY = "power_of_attorney"
    LETTER = "letter"
    CONTRACT = "contract"


AUTHORITIES: Mapping[Authority, str] = {
    Authority.NONE: "没有",
    Authority.POWER_OF_ATTORNEY: "授权委托书",
    Authority.LETTER: "单位介绍信",
    Authority.CONTRACT: "代理服务合同",
}


class Identity(StrEnum):
    """How well it is known who is there."""

    NONE = "none"
    ORIGINAL = "original"
    REAL_NAME = "real_name"


IDENTITIES: Mapping[Identity, str] = {
    Identity.NONE: "未核验",
    Identity.ORIGINAL: "工作人员核对过证件原件",
    Identity.REAL_NAME: "实名认证平台核验",
}


class Way(StrEnum):
    """How what was read back was confirmed."""

    PAPER = "paper"
    PHONE = "phone"


WAYS: Mapping[Way, str] = {
    Way.PAPER: "申请人在核对单上签字",
    Way.PHONE: "申请人用手机验证码确认",
}


@dataclass(frozen=True)
class Filer:
    """Whoever is at the counter or on the telephone.

    ``name`` and ``cert_no`` are their own; ``represents`` is for whom they speak, "" for themselves. ``proof`` is the
    number under which a real-name provider knows the check.
    """

    actor: Actor
    name: str = ""
    cert_no: str = ""
    represents: str = ""
    authority: Authority = Authority.NONE
    authority_no: str = ""
    identity: Identity = Identity.NONE
    proof: str = ""

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What can be said of them in words, each thing in a line of its own; neither number nor telephone."""
        rows = (
            ("谁来办理", ACTORS[self.actor]),
            ("姓名", self.name),
            ("替谁办理", self.represents),
            ("授权文件", AUTHORITIES[self.authority] if self.speaks_for_another else ""),
            ("文件编号", self.authority_no),
            ("身份核验", IDENTITIES[self.identity]),
            ("核验流水号", self.proof),
        )
        return [(title, words) for title, words in rows if words]

    @property
    def speaks_for_another(self) -> bool:
        """Whether what is filed is somebody else's."""
        return self.actor is Actor.AGENT or bool(self.represents)


@dataclass(frozen=True)
class Confirmation:
    """That the applicant found right what was read back: which version of the form, how, when, and who saw to it."""

    version: int
    way: Way
    at: datetime
    by: str


@dataclass(frozen=True)
class Copied:
    """What was taken over from an earlier case or draft: its number, and the form's sections."""

    source: str
    sections: tuple[str, ...]


@dataclass(frozen=True)
class PhoneChange:
    """That staff let another telephone be the applicant's: when, and who; neither of the numbers."""

    at: datetime
    by: str


@dataclass(frozen=True)
class AssistedFiling:
    """A form that staff fill in for somebody, beside the form itself.

    ``number`` finds it again at the desk, in its hall. ``filing_id`` is the form's. ``staff`` are all who had it
    open, the first first, ``held_by`` who has it in hand now. ``printed`` is the version that was last read back, 0 for none.
    ``deciding`` is the other hall for which it is taken in (跨域通办), "" for its own.
    ``own``: its applicant had begun it on their own; None: not known, of one from before that was written down.
    """

    number: str
    filing_id: str
    hall: str
    filer: Filer
    begun_at: datetime
    staff: tuple[str, ...]
    held_by: str
    parked_at: datetime | None = None
    printed: int = 0
    confirmation: Confirmation | None = None
    copied: tuple[Copied, ...] = ()
    deciding: str = ""
    own: bool | None = None
    rephoned: tuple[PhoneChange, ...] = ()

    @property
    def shown_number(self) -> str:
        """The number as people read it aloud: ``412 073``."""
        return f"{self.number[:3]} {self.number[3:]}"

    @property
    def tenure(self) -> str:
        """Another text whenever it has come into other hands, or was laid aside."""
        return f"{self.held_by} {self.parked_at.isoformat() if self.parked_at else ''}"

    def opened_by(self, login: str) -> "AssistedFiling":
        """The same, once that account has seen it."""
        return self if login in self.staff else replace(self, staff=(*self.staff, login))

    def taken_by(self, login: str) -> "AssistedFiling":
        """The same in that account's hands."""
        return replace(self.opened_by(login), held_by=login, parked_at=None)

    def parked_by(self, login: str, at: datetime) -> "AssistedFiling":
        """The same laid aside; whoever did it is who knows of it."""
        return replace(self.taken_by(login), parked_at=at)

    def rephoned_by(self, login: str, at: datetime) -> "AssistedFiling":
        """The same once that account has let another telephone be the applicant's."""
        return replace(self.opened_by(login), rephoned=(*self.rephoned, PhoneChange(at, login)))

    @property
    def has_proved_phone(self) -> bool:
        """Whether the applicant's telephone is known to be theirs: digits sent to it confirmed the form, or they had come back with it themselves."""
        by_code = self.confirmation is not None and self.confirmation.way is Way.PHONE
        return by_code or (self.own is True and not self.rephoned)

    def is_confirmed(self, version: int) -> bool:
        """Whether the form as it stands in that version is what was read back and found right."""
        return self.confirmation is not None and self.confirmation.version == version


@dataclass(frozen=True)
class FiledBy:
    """What of all this stays with the case: who filed it and how, for the package, its owner and an audit.

    ``phone`` is the applicant's as it was given at the desk: the case is found by it.
    """

    number: str
    filer: Filer
    staff: tuple[str, ...]
    confirmed: Way
    version: int
    copied: tuple[Copied, ...] = ()
    own: bool | None = None
    rephoned: tuple[str, ...] = ()
    phone: str = ""

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The same in words, for people; nobody's number in it."""
        rows = (
            *self.filer.rows,
            ("表单由谁开始", _BEGUN.get(self.own, "")),
            ("改过申请人手机号码的", "、".join(self.rephoned)),
            ("内容确认", WAYS[self.confirmed]),
            ("确认的版本", str(self.version)),
            ("照抄自", "、".join(each.source for each in self.copied)),
            ("经办人员", "、".join(self.staff)),
        )
        return [(title, words) for title, words in rows if words]

    @property
    def facts(self) -> dict[str, str]:
        """What of it names nobody but staff, for the record of events."""
        return {
            "number": self.number,
            "actor": self.filer.actor.value,
            "authority": self.filer.authority.value,
            "identity": self.filer.identity.value,
            "confirmed": self.confirmed.value,
            "version": str(self.version),
            "staff": " ".join(self.staff),
            "copied": " ".join(each.source for each in self.copied),
            **({} if self.own is None else {"own": "yes" if self.own else "no"}),
            **({"rephoned": " ".join(self.rephoned)} if self.rephoned else {}),
        }


#: Who began the form, in words; what is not known is left out.
_BEGUN: Mapping[bool | None, str] = {
    True: "申请人自己填写，后来由窗口接着办",
    False: "窗口",
}


def read_number(typed: str) -> str:
    """The desk number somebody typed or heard, with or without spaces; "" if it is none."""
    digits = "".join(each for each in typed if not each.isspace() and each != "-")
    return digits if len(digits) == NUMBER_LENGTH and digits.isascii() and digits.isdigit() else ""


# --- what goes together ---------------------------------------------------------------------------

_Rule = tuple[str, str, Callable[[Filer], bool], str]

_RULES: Sequence[_Rule] = (
    ("/name", "filer.name", lambda f: not f.name, "请填写现场办理人或者来电人的姓名。"),
    (
        "/represents", "filer.represents",
        lambda f: f.actor is Actor.AGENT and not f.represents,
        "代理人代办的，请填写替谁办理。",
    ),
    (
        "/authority", "filer.authority",
        lambda f: f.actor is Actor.AGENT and f.authority is Authority.NONE,
        "代理人代办的，请选择看到的授权文件；没有授权文件的，请申请人本人办理。",
    ),
    (
        "/represents", "filer.represents_themselves",
        lambda f: f.actor is Actor.APPLICANT and bool(f.represents),
        "本人办理的，不用填写替谁办理；替别人办理的，请选“代理人到场代办”。",
    ),
    (
        "/authority", "filer.authority_for_nobody",
        lambda f: not f.speaks_for_another and f.authority is not Authority.NONE,
        "为自己办理的，不需要授权文件。",
    ),
    (
        "/authority_no", "filer.authority_number",
        lambda f: f.authority is Authority.NONE and bool(f.authority_no),
        "没有授权文件的，不用填写文件编号。",
    ),
    (
        "/identity", "filer.original_by_telephone",
        lambda f: f.actor is Actor.TELEPHONE and f.identity is Identity.ORIGINAL,
        "电话里看不到证件原件，请选“未核验”或者“实名认证平台核验”。",
    ),
    (
        "/cert_no", "filer.number_of_original",
        lambda f: f.identity is not Identity.NONE and not f.cert_no,
        "核验过身份的，请填写证件号码。",
    ),
    (
        "/proof", "filer.proof",
        lambda f: f.identity is Identity.REAL_NAME and not f.proof,
        "实名认证平台核验的，请填写核验流水号。",
    ),
    (
        "/proof", "filer.proof_of_nothing",
        lambda f: f.identity is not Identity.REAL_NAME and bool(f.proof),
        "没有经实名认证平台核验的，不用填写核验流水号。",
    ),
)  # fmt: skip
_LENGTHS = (
    ("name", LONGEST_NAME), ("represents", LONGEST_NAME), ("cert_no", LONGEST_NUMBER),
    ("authority_no", LONGEST_NUMBER), ("proof", LONGEST_NUMBER),
)  # fmt: skip
_TOO_LONG = "最多 {most} 个字。"


def check(filer: Filer) -> list[Defect]:
    """Everything that does not go together, at once; one sentence for each place."""
    wrong = [
        Defect(place, code, text) for place, code, is_wrong, text in _RULES if is_wrong(filer)
    ]
    long = [
        Defect(f"/{name}", "filer.long", _TOO_LONG.format(most=most))
        for name, most in _LENGTHS
        if len(getattr(filer, name)) > most
    ]
    return list({each.pointer: each for each in reversed([*wrong, *long])}.values())[::-1]
