"""What an applicant alone cannot settle by confirming it: somebody of the staff looks at the original before a department is told."""

from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import Link, LinkState, Step
from kaiban.orchestrator.office import Office

#: Why a step is with the window then,
UNVOUCHED: Final = "form.unvouched"
#: in words,
LOOK_FIRST: Final = (
    "申请人确认过的统一社会信用代码校验位不对，等窗口人员对照执照或者公示信息核对后送出"
)
#: and the event with which it is settled, whoever looked: `code` is the word that confirmed it (`forms.opening`).
VOUCHED: Final = "vouched"


def unvouched(office: Office, case: Case, link: Link) -> dict[str, str]:
    """What the link's department would read and nobody of the staff has looked at yet: the place by the word that confirmed it."""
    seen = {event.code for event in case.events if event.kind == VOUCHED}
    return {
        word: pointer
        for word, pointer in office.form.to_be_seen(case.form).items()
        if word not in seen
        and office.departments.reader_of(pointer, [link.name], office.form.asked_for)
    }


def vouch(office: Office, case: Case, by: str) -> None:
    """Write down that this member of the staff has compared all of it with the original."""
    seen = {event.code for event in case.events if event.kind == VOUCHED}
    for word in office.form.to_be_seen(case.form):
        if word not in seen:
            case.note(VOUCHED, office.clock.now(), f"window:{by}", code=word)


def is_held(step: Step) -> bool:
    """Whether the step waits for somebody to look; nothing of it has been sent."""
    return step.state is LinkState.MANUAL and step.reason_code == UNVOUCHED
