"""What people read: short, plain, in the language of their form; no more of anybody than the company's name.

A link is only ever the service's own address, never one that opens a case: whoever gets hold of a
message can do nothing with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.states import CASE_TITLES, CaseState
from kaiban.domain.messages.notification import KIND_TITLES, STATUTORY, Channel, Kind
from kaiban.domain.pointer import value_at

HOME: Final = "zh-CN"

_ENGLISH_TITLES: Final[Mapping[StrEnum, str]] = {
    Kind.ACCEPTED: "Application accepted",
    Kind.CORRECTION: "Something to correct",
    Kind.REFUSAL: "A department has refused",
    Kind.DEADLINE: "A deadline is near",
    Kind.ENDED: "The case has ended",
    Kind.PACKAGE_READY: "Your certificates are ready",
    Kind.POSTED: "Your certificates are in the post",
}
_ENGLISH_STATES: Final[Mapping[CaseState, str]] = {
    CaseState.REFUSED: "not granted",
    CaseState.WITHDRAWN: "withdrawn",
    CaseState.COMPLETED: "completed",
    CaseState.COMPLETED_PARTLY: "partly completed",
}

_CHINESE: Final[Mapping[Kind, str]] = {
    Kind.ACCEPTED: "{company}的开办申请已受理，办件号{no}。凭续办码可在{url}查看进度。",
    Kind.CORRECTION: "{company}（办件号{no}）需要补正{count}项。请凭续办码在{url}查看一次性告知书并补正，等待补正的时间不计入办理用时。",
    Kind.REFUSAL: "{company}（办件号{no}）的“{link}”环节不予办理。原因和救济途径请凭续办码在{url}查看，或到窗口询问。",
    Kind.DEADLINE: "{company}（办件号{no}）承诺补交的“{material}”请在{due}前上传。请凭续办码在{url}补交。",
    Kind.ENDED: "{company}（办件号{no}）的办理已结束：{state}。请凭续办码在{url}查看。",
    Kind.PACKAGE_READY: "{company}（办件号{no}）{state}，证照包已做好。请凭续办码在{url}查看和领取。",
    Kind.POSTED: "{company}（办件号{no}）的证照包已寄出：{carrier} {tracking}。",
}
_ENGLISH: Final[Mapping[Kind, str]] = {
    Kind.ACCEPTED: "{company}: your application is accepted, case {no}. Follow it with your resume code at {url}.",
    Kind.CORRECTION: "{company} (case {no}): {count} item(s) to correct. See the notice with your resume code at {url}.",
    Kind.REFUSAL: "{company} (case {no}): the department has refused “{link}”. See why, and what you can do, with your resume code at {url}.",
    Kind.DEADLINE: "{company} (case {no}): please upload “{material}”, promised by {due}, with your resume code at {url}.",
    Kind.ENDED: "{company} (case {no}) has ended: {state}. See it with your resume code at {url}.",
    Kind.PACKAGE_READY: "{company} (case {no}): {state}. Your certificates are ready; see them with your resume code at {url}.",
    Kind.POSTED: "{company} (case {no}): your certificates are in the post: {carrier} {tracking}.",
}


#: That a promise was not kept, by what follows (``domain.papers.obligation.Lapse``).
_LAPSED: Final[Mapping[str, str]] = {
    "notice": "{company}（办件号{no}）承诺补交的“{material}”{due}到期，没有收到。请按一次性告知书补交，凭续办码在{url}查看。",
    "withdraw": "{company}（办件号{no}）承诺补交的“{material}”{due}到期，没有收到，需要它的环节按承诺视为撤回。请凭续办码在{url}查看。",
    "window": "{company}（办件号{no}）承诺补交的“{material}”{due}到期，没有收到。请尽快凭续办码在{url}补交，或者联系窗口。",
}
_LAPSED_ENGLISH: Final[Mapping[str, str]] = {
    "notice": "{company} (case {no}): “{material}”, promised by {due}, has not come. Please bring it as the notice says; see it with your resume code at {url}.",
    "withdraw": "{company} (case {no}): “{material}”, promised by {due}, has not come. What needs it counts as withdrawn, as promised; see it with your resume code at {url}.",
    "window": "{company} (case {no}): “{material}”, promised by {due}, has not come. Please upload it with your resume code at {url}, or ask the window.",
}


#: That what was declared (告知承诺) is false, by what follows.
_FALSE: Final[Mapping[str, str]] = {
    "notice": "{company}（办件号{no}）的“{material}”经核查不实。请按一次性告知书改正，理由请凭续办码在{url}查看。",
    "withdraw": "{company}（办件号{no}）的“{material}”经核查不实，相关环节按承诺视为撤回。理由请凭续办码在{url}查看，或到窗口询问。",
    "window": "{company}（办件号{no}）的“{material}”经核查不实，窗口会联系您。理由请凭续办码在{url}查看。",
}
_FALSE_ENGLISH: Final[Mapping[str, str]] = {
    "notice": "{company} (case {no}): “{material}” was checked and found false. Please put it right as the notice says; see why with your resume code at {url}.",
    "withdraw": "{company} (case {no}): “{material}” was checked and found false. What rests on it counts as withdrawn; see why with your resume code at {url}, or ask the window.",
    "window": "{company} (case {no}): “{material}” was checked and found false. The window will contact you; see why with your resume code at {url}.",
}


#: What is told of a kind of event otherwise than of its kind of news: to be fetched, and between two halls (跨域通办).
_COMING: Final[Mapping[str, str]] = {
    "fetch_reminder": "{company}（办件号{no}）的证照包做好了，还没有领取。请带身份证件在大厅开门时间到出件窗口领取，也可凭续办码在{url}改为邮寄。",
    "answer_due": "{company}（办件号{no}）还有{count}项等您补正，请在{due}（含当日）前补正。请凭续办码在{url}办理，等待补正的时间不计入办理用时。",
    "fetch_due": "{company}（办件号{no}）的证照包还没有领取，请在{due}（含当日）前带身份证件到出件窗口领取，也可凭续办码在{url}改为邮寄。",
    "result_received": "{company}（办件号{no}）的证照包已经送到{hall_title}。请带身份证件在大厅开门时间到出件窗口领取，也可凭续办码在{url}改为邮寄。",
    "taken_in": "{company}的开办申请已由大厅收件，办件号{no}，核验原件后转交受理大厅。凭续办码可在{url}查看进度。",
}
_COMING_ENGLISH: Final[Mapping[str, str]] = {
    "fetch_reminder": "{company} (case {no}): your certificates are ready and were not fetched yet. Bring your identity document to the exit window while the hall is open, or have them posted with your resume code at {url}.",
    "answer_due": "{company} (case {no}): {count} item(s) still to correct by {due}. Do it with your resume code at {url}.",
    "fetch_due": "{company} (case {no}): your certificates were not fetched yet. Bring your identity document to the exit window by {due}, or have them posted with your resume code at {url}.",
    "result_received": "{company} (case {no}): your certificates have arrived at {hall_title}. Bring your identity document to the exit window while the hall is open, or have them posted with your resume code at {url}.",
    "taken_in": "{company}: your application was taken in, case {no}, and goes to the hall that decides it. Follow it with your resume code at {url}.",
}


@dataclass(frozen=True)
class _Tongue:
    """One language: how each kind is said, and what frames it."""

    says: Mapping[Kind, str]
    titles: Mapping[StrEnum, str]
    states: Mapping[CaseState, str]
    sender: str
    genuine: str
    served: str
    quiet: str
    between: Mapping[str, str]
    #: By kind of event, then by what follows.
    broken: Mapping[str, Mapping[str, str]]


TONGUES: Final[Mapping[str, _Tongue]] = {
    HOME: _Tongue(
        _CHINESE, KIND_TITLES, CASE_TITLES, "【{city}开办企业】",
        "真伪可凭办件号向窗口核对；我们从不索要验证码，也不要求转账。",
        "您在申请表中确认了电子送达，本通知依法送达，不能退订。",
        "不想再收到这类提醒，可在办理进度页的“发过的通知”里关闭；补正和不予办理的通知仍会送达。",
        _COMING,
        {"lapsed": _LAPSED, "commitment_false": _FALSE},
    ),
    "en": _Tongue(
        _ENGLISH, _ENGLISH_TITLES, _ENGLISH_STATES, "[{city}] ",
        "To check this message, ask the window with your case number; we never ask for codes or money.",
        "You agreed to electronic service in your form: this notice is legally served and cannot be switched off.",
        "You can switch such reminders off on the progress page under “Messages sent”; what must be served still comes.",
        _COMING_ENGLISH,
        {"lapsed": _LAPSED_ENGLISH, "commitment_false": _FALSE_ENGLISH},
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Wording:
    """Writes messages for one city; ``url`` is where the service is."""

    city: str
    url: str

    def __call__(
        self, channel: Channel, kind: Kind, case: Case, event: Event, lang: str | None
    ) -> str:
        """The text of a message; of a mail, the first line is its subject."""
        return _FORMS[channel](self, TONGUES.get(lang or HOME, TONGUES[HOME]), kind, case, event)

    def short(self, tongue: _Tongue, kind: Kind, case: Case, event: Event) -> str:
        """A short message (短信)."""
        return self._sender(tongue) + self._sentence(tongue, kind, case, event) + tongue.genuine

    def mail(self, tongue: _Tongue, kind: Kind, case: Case, event: Event) -> str:
        """A mail."""
        last = tongue.served if kind in STATUTORY else tongue.quiet
        paragraphs = (self._sentence(tongue, kind, case, event), tongue.genuine, last)
        subject = f"{self._sender(tongue)}{tongue.titles[kind]} {case.no}"
        return subject + "\n" + "\n\n".join(paragraphs) + "\n"

    def _sender(self, tongue: _Tongue) -> str:
        return tongue.sender.format(city=self.city)

    def _sentence(self, tongue: _Tongue, kind: Kind, case: Case, event: Event) -> str:
        told = _facts(case, event)
        told["state"] = tongue.states.get(case.state, case.state.value)
        if event.kind in tongue.between:
            return tongue.between[event.kind].format(**told, url=self.url)
        if event.kind == "accepted" and case.intake:
            return tongue.between["taken_in"].format(**told, url=self.url)
        broken = tongue.broken.get(event.kind, {}).get(event.facts.get("follows", ""), "")
        return (broken or tongue.says[kind]).format(**told, url=self.url)


_FORMS: Final[Mapping[Channel, Callable[..., str]]] = {
    Channel.SMS: Wording.short,
    Channel.MAIL: Wording.mail,
}


def _facts(case: Case, event: Event) -> dict[str, str]:
    """What sentences may name; a line break in a name would end a subject."""
    titles = {link.name: link.title for link in case.links}
    notice = case.open_notice
    name = str(value_at(case.form, "company.name.full") or case.no)
    return {
        "no": case.no,
        "company": " ".join(name.split()),
        "link": titles.get(event.link, event.link),
        "count": str(len(notice.items) if notice else 0),
        "material": event.facts.get("material", event.code),
        "due": event.facts.get("due", ""),
        "carrier": event.facts.get("carrier", ""),
        "tracking": event.facts.get("tracking", ""),
        "hall_title": event.facts.get("hall_title", ""),
    }
