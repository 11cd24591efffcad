"""What people and programs are told of a case: which event is told as what, when it is tried again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kaiban.domain.cases.event import Event
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import ENDED, GRANTED, CaseState


class Kind(StrEnum):
    """What somebody is told; webhooks call it ``case.<value>``."""

    ACCEPTED = "accepted"
    CORRECTION = "correction"
    REFUSAL = "refusal"
    DEADLINE = "deadline"
    ENDED = "ended"
    PACKAGE_READY = "package_ready"
    POSTED = "posted"
    #: Told to programs alone, and kept beside the other messages (``storage.supervision``).
    CARD = "card"


KIND_TITLES: Final[Mapping[StrEnum, str]] = {
    Kind.ACCEPTED: "受理通知",
    Kind.CORRECTION: "补正通知",
    Kind.REFUSAL: "不予办理通知",
    Kind.DEADLINE: "期限提醒",
    Kind.ENDED: "办结通知",
    Kind.PACKAGE_READY: "证照包通知",
    Kind.POSTED: "寄出通知",
    Kind.CARD: "红黄牌",
}

#: Every event that is told, by its kind and by what became of it.
TOLD: Final[Mapping[tuple[str, str], Kind]] = {
    ("accepted", ""): Kind.ACCEPTED,
    ("notice", ""): Kind.CORRECTION,
    ("step", LinkState.REFUSED.value): Kind.REFUSAL,
    ("deadline", ""): Kind.DEADLINE,
    ("lapsed", ""): Kind.DEADLINE,
    ("commitment_false", ""): Kind.DEADLINE,
    **{("case", state.value): Kind.ENDED for state in ENDED},
    ("package", ""): Kind.PACKAGE_READY,
    ("posted", ""): Kind.POSTED,
    ("fetch_reminder", ""): Kind.DEADLINE,
    ("answer_due", ""): Kind.DEADLINE,
    ("fetch_due", ""): Kind.DEADLINE,
    ("result_received", ""): Kind.DEADLINE,
}
#: Told to people alone: a program that hears of deadlines would look for a material.
FOR_PEOPLE: Final = frozenset({"fetch_reminder", "result_received", "commitment_false"})
#: Every kind of event nobody is told of: it shows on the case.
UNTOLD: Final = frozenset(
    {
        "link_added", "fact", "corrected", "deferred", "material", "resent", "edited", "stale",
        "withdrawal", "sheet", "irrevocable", "delivery", "handed_out", "reconciled", "messages",
        "explained", "left_out", "finding", "finding_dropped", "unlisted", "notice_read",
        "notice_handed", "notice_settled", "copied", "assisted", "edit_asked", "edit_refused",
        "edit_approved", "extended", "waived", "forwarded", "taken", "handed_on", "taken_over",
        "taken_in", "original_seen", "sent_on", "received", "result_sent", "committed", "commitment_true",
        "vouched", "finding_unsent", "unsent_known", "progress_link",
        "complaint",  # told by lines of their own, to whoever complained
        # Told by lines of their own, to the staff and to programs.
        "card", "card_appealed", "card_upheld", "card_cleared",
    }
)  # fmt: skip

#: What is legally served (法定送达) on whoever agreed to electronic service; it cannot be switched off.
STATUTORY: Final = frozenset({Kind.CORRECTION, Kind.REFUSAL})


class Channel(StrEnum):
    """How it is told."""

    SMS = "sms"
    MAIL = "mail"
    WEBHOOK = "webhook"


CHANNEL_TITLES: Final[Mapping[Channel, str]] = {
    Channel.SMS: "短信",
    Channel.MAIL: "电子邮件",
    Channel.WEBHOOK: "程序推送",
}


class MessageState(StrEnum):
    """How far a message is."""

    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"  # by whoever carries it on; nobody knows who read it
    FAILED = "failed"


MESSAGE_STATE_TITLES: Final[Mapping[MessageState, str]] = {
    MessageState.WAITING: "等待发送",
    MessageState.SENDING: "正在发送",
    MessageState.ACCEPTED: "已送出",
    MessageState.FAILED: "没有送达",
}


@dataclass(frozen=True)
class Message:
    """One message to one receiver.

    ``id`` is what the receiver, or whoever carries it on, knows it by: the same for every try. ``kind`` is a
    ``Kind``, or what a ticket tells. ``case_no`` is "" where there is no case; ``seq`` is the event's place in the case. ``at`` is the event's instant. ``text`` is what is sent (of a mail: the
    subject is its first line). ``tries`` counts those since it was written or replayed, ``attempts`` all.
    """

    id: str
    case_no: str
    seq: int
    kind: StrEnum
    channel: Channel
    at: datetime
    text: str
    address: str = ""
    webhook: str = ""
    state: MessageState = MessageState.WAITING
    tries: int = 0
    attempts: int = 0
    code: str = ""


class Verdict(StrEnum):
    """What came of a try, as far as we know."""

    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"  # this message, for good
    GONE = "gone"  # the receiver wants no message any more
    UNKNOWN = "unknown"  # perhaps accepted: tried again under the same id


@dataclass(frozen=True)
class Answer:
    """What came of a try: under which code, and when they want to be asked again (real time).

    ``receipt`` is the number whoever took it gave it then.
    """

    verdict: Verdict
    code: str = ""
    after: timedelta | None = None
    receipt: str = ""


@dataclass(frozen=True)
class Delivery:
    """One try as it is kept; ``outcome`` "" is one nobody came back from."""

    number: int
    at: datetime
    outcome: str = ""
    code: str = ""
    milliseconds: int = 0


#: Real time between one try and the next; three days in all.
BACKOFF: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 60, 300, 1800, 7200, 18000, *[36000] * 4, 50400, 36000)
)
#: No wait is longer: what is due later was written down by a clock that was ahead.
LONGEST_WAIT: Final = timedelta(days=1)
_FINAL: Final = frozenset({Verdict.REFUSED, Verdict.GONE})


def next_try(answer: Answer, tries: int, spread: float = 0.0) -> timedelta | None:
    """How long to wait after that many tries; None if it is not tried again.

    ``spread`` (0 to 1) keeps what failed together from coming back together: a tenth at most.
    """
    if answer.verdict in _FINAL or tries > len(BACKOFF):
        return None
    pause = BACKOFF[tries - 1] * (1 + spread / 10)
    return min(max(pause, answer.after or pause), LONGEST_WAIT)


def kind_of(event: Event) -> Kind | None:
    """What the event is told as; None if it is not."""
    return TOLD.get((event.kind, event.after if event.kind in ("step", "case") else ""))


def for_people(
    told: Iterable[tuple[int, Event, Kind]], state: CaseState
) -> list[tuple[int, Event, Kind]]:
    """What people are told of what happened at once: each thing one time, and nothing twice in other words."""
    latest = {(kind, event.link): (seq, event, kind) for seq, event, kind in told}
    kinds = {kind for kind, _ in latest}
    double = Kind.ENDED if state in GRANTED else Kind.PACKAGE_READY
    unwanted = {double} if kinds >= {Kind.ENDED, Kind.PACKAGE_READY} else set()
    return [each for each in latest.values() if each[2] not in unwanted]


def is_quiet(events: Sequence[Event]) -> bool:
    """Whether the applicant wants nothing but what must be served: the last word counts."""
    said = [event.code for event in events if event.kind == "messages"]
    return bool(said) and said[-1] == "off"


def masked(address: str) -> str:
    """An address as it is shown: 138****0000, l***@example.com."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else "****"  # noqa: PLR2004 - or nothing would be hidden
