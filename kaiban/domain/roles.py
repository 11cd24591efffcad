"""Who of the staff may do what, and where: one table, asked by pages and commands alike."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is employed for; the values are stored."""

    WINDOW = "window"
    HALL_MANAGER = "hall_manager"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    #: An account in an envelope (应急账号), for when nobody else can sign in; every use is an alarm.
    EMERGENCY = "emergency"


ROLE_TITLES: Mapping[Role, str] = {
    Role.WINDOW: "窗口人员",
    Role.HALL_MANAGER: "大厅负责人",
    Role.SUPERVISOR: "监督人员",
    Role.AUDITOR: "审计人员",
    Role.OPERATOR: "系统管理员",
    Role.EMERGENCY: "应急账号",
}


class Act(StrEnum):
    """What can be done that not everybody may do."""

    SEE_CASES = "see_cases"
    UNMASK = "unmask"
    ENTER_RESULTS = "enter_results"
    NOTIFY = "notify"
    RESEND = "resend"
    APPROVE = "approve"
    HAND_OUT = "hand_out"
    CALL = "call"
    #: Fill in and hand in the form for somebody at the window or on the telephone.
    FILE = "file"
    TEND_OBLIGATIONS = "tend_obligations"
    ANSWER_COMPLAINTS = "answer_complaints"
    CLOSE_COMPLAINTS = "close_complaints"
    TAKE = "take"
    ASSIGN = "assign"
    #: Let a case go from hall to hall (跨域通办): see the originals, send it on, receive it, send the result back.
    CROSS_REGION = "cross_region"
    #: Take away everything about a case, nothing masked, as one file (电子案卷).
    CASE_FILE = "case_file"
    MANAGE_ACCOUNTS = "manage_accounts"
    #: Say why a card (红黄牌) one answers for should not stand; uphold or clear one that somebody else answers for.
    APPEAL_CARDS = "appeal_cards"
    DECIDE_CARDS = "decide_cards"
    #: What is wrong now, in counts: with cases of one's reach, or with the systems one keeps running.
    SEE_PROBLEMS = "see_problems"
    #: How well the promises are kept: figures, and the cases behind each.
    SEE_FIGURES = "see_figures"


class Reach(StrEnum):
    """Where: in the hall somebody works in, or in every hall of the city."""

    HALL = "hall"
    CITY = "city"


_AT_THE_WINDOW: Mapping[Act, Reach] = {
    Act.SEE_CASES: Reach.HALL,
    Act.UNMASK: Reach.HALL,
    Act.ENTER_RESULTS: Reach.HALL,
    Act.NOTIFY: Reach.HALL,
    Act.RESEND: Reach.HALL,
    Act.APPROVE: Reach.HALL,
    Act.HAND_OUT: Reach.HALL,
    Act.CALL: Reach.HALL,
    Act.FILE: Reach.HALL,
    Act.TEND_OBLIGATIONS: Reach.HALL,
    Act.ANSWER_COMPLAINTS: Reach.HALL,
    Act.TAKE: Reach.HALL,
    Act.CROSS_REGION: Reach.HALL,
    Act.APPEAL_CARDS: Reach.HALL,
}

#: What is not here, nobody of that role may do. Who keeps the system running sees no case, and who supervises changes none.
PERMISSIONS: Mapping[Role, Mapping[Act, Reach]] = {
    Role.WINDOW: _AT_THE_WINDOW,
    Role.HALL_MANAGER: {
        **_AT_THE_WINDOW,
        Act.CASE_FILE: Reach.HALL,
        Act.CLOSE_COMPLAINTS: Reach.HALL,
        Act.ASSIGN: Reach.HALL,
        Act.MANAGE_ACCOUNTS: Reach.HALL,
        Act.SEE_FIGURES: Reach.HALL,
        Act.SEE_PROBLEMS: Reach.HALL,
    },
    Role.SUPERVISOR: {
        Act.SEE_CASES: Reach.CITY,
        Act.SEE_FIGURES: Reach.CITY,
        Act.UNMASK: Reach.CITY,
        Act.CASE_FILE: Reach.CITY,
        Act.ANSWER_COMPLAINTS: Reach.CITY,
        Act.CLOSE_COMPLAINTS: Reach.CITY,
        Act.DECIDE_CARDS: Reach.CITY,
        Act.SEE_PROBLEMS: Reach.CITY,
    },
    Role.AUDITOR: {
        Act.SEE_CASES: Reach.CITY,
        Act.SEE_FIGURES: Reach.CITY,
        Act.SEE_PROBLEMS: Reach.CITY,
    },
    Role.OPERATOR: {Act.MANAGE_ACCOUNTS: Reach.CITY, Act.SEE_PROBLEMS: Reach.CITY},
    Role.EMERGENCY: {Act.SEE_CASES: Reach.CITY, Act.MANAGE_ACCOUNTS: Reach.CITY},
}

#: Which accounts somebody who manages accounts may make, change and close; an emergency account is the command line's.
MANAGED: Mapping[Role, frozenset[Role]] = {
    Role.HALL_MANAGER: frozenset({Role.WINDOW}),
    Role.OPERATOR: frozenset(Role) - {Role.EMERGENCY},
    Role.EMERGENCY: frozenset(Role) - {Role.EMERGENCY},
}


@dataclass(frozen=True)
class Position:
    """Whom an account belongs to in the house: what decides what it may do."""

    login: str
    role: Role
    hall: str

    def may(self, act: Act, hall: str = "") -> bool:
        """Whether this is allowed in that hall; "" asks whether it is allowed anywhere."""
        reach = PERMISSIONS[self.role].get(act)
        return reach is Reach.CITY or (reach is Reach.HALL and hall in ("", self.hall))

    def within(self, act: Act) -> str:
        """The one hall in which it is allowed; "" is every hall. For whoever may do it at all."""
        return self.hall if PERMISSIONS[self.role].get(act) is Reach.HALL else ""

    def may_manage(self, other: "Position") -> bool:
        """Whether that account may be made, changed or closed by this one; nobody's own, ever."""
        return (
            self.login != other.login
            and self.may(Act.MANAGE_ACCOUNTS, other.hall)
            and other.role in MANAGED.get(self.role, ())
        )

    def may_approve(self, other_login: str, hall: str) -> bool:
        """Whether what that account wants done in that hall may be approved by this one: nobody approves themselves."""
        return self.login != other_login and self.may(Act.APPROVE, hall)

    def may_close(self, parties: Collection[str], hall: str) -> bool:
        """Whether this one may say alone that a complaint of that hall is settled: nobody whom it may be about."""
        return self.login not in parties and self.may(Act.ANSWER_COMPLAINTS, hall)
