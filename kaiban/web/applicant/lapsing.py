"""Until when a form that is not handed in is kept, in the words of a page: the day of which its owner is told, by the same rule."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from kaiban.domain.filing import Filing
from kaiban.domain.messages.notification import MESSAGE_STATE_TITLES
from kaiban.orchestrator.applicant.returning.reaching import can_prove
from kaiban.web.presentation.texts import day, is_home, listed, say
from kaiban.web.service import service

_KEPT = "这份申请还没有提交。到 %(day)s 没有再保存过，就连同上传的文件自动删除（保存期 %(days)s 天，每次保存重新计算）。"
_KEPT_BY = "这份申请还没有提交。到 %(day)s 没有再保存过，就连同上传的文件自动删除（保存期 %(days)s 天，每次保存重新计算；依据：%(basis)s）。"


def dropped_on(filing: Filing) -> str:
    """On which day the form is dropped if nothing is saved in it before, and how its owner hears of that."""
    return ("" if is_home() else " ").join(_sentences(filing))


def _sentences(filing: Filing) -> Iterator[str]:
    term = service().drafts
    told = {"day": day(term.ends_on(filing.saved_at)), "days": term.kept.days}
    yield say(_KEPT_BY, **told, basis=say(term.basis)) if term.basis else say(_KEPT, **told)
    yield _reminded(filing)
    yield from _sent(filing)


def _reminded(filing: Filing) -> str:
    ahead = service().drafts.reminders
    if not ahead or not can_prove(service().resuming):
        return say("删除以前不另外发消息。")
    words = _REMINDED[filing.is_proved, len(ahead) > 1]
    return say(words, days=_days(ahead))


#: Whether the number is proved, and whether there is more than one message.
_REMINDED: Final[Mapping[tuple[bool, bool], str]] = {
    (True, False): "删除前 %(days)s发一条短信提醒。",
    (True, True): "删除前 %(days)s各发一条短信提醒。",
    (False, False): "核验手机号码以后，删除前 %(days)s发一条短信提醒。",
    (False, True): "核验手机号码以后，删除前 %(days)s各发一条短信提醒。",
}


def _days(ahead: Collection[int]) -> str:
    """The days ahead, the first to come first: 7 天和 1 天."""
    *others, last = (
        say("1 天") if each == 1 else say("%(count)s 天", count=each)
        for each in sorted(ahead, reverse=True)
    )
    return say("%(others)s和 %(last)s", others=listed(others), last=last) if others else last


def _sent(filing: Filing) -> Iterator[str]:
    """How far the message of this very day is, if one was written down."""
    ends_on = service().drafts.ends_on(filing.saved_at)
    told = [
        each
        for each in service().draft_messages.of_filing(filing.id)
        if each.reminder.ends_on == ends_on
    ]
    if told:
        yield say("提醒短信：%(state)s。", state=say(MESSAGE_STATE_TITLES[told[-1].state]))
