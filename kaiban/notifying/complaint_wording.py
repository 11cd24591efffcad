"""What whoever complained reads on the phone: that it was received, and that it was answered; never what was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kaiban.domain.complaint import Complaint, StepKind

HOME: Final = "zh-CN"

_CHINESE: Final[Mapping[StepKind, str]] = {
    StepKind.RAISED: "您对办件{no}的反映已收到（第{number}号），我们在{due}前答复。办理情况可凭续办码在{url}查看。",
    StepKind.ANSWERED: "您对办件{no}的反映（第{number}号）已有答复，请凭续办码在{url}查看，并告诉我们是否满意；不满意的重新办理。",
}
_ENGLISH: Final[Mapping[StepKind, str]] = {
    StepKind.RAISED: "We received your complaint no. {number} about case {no} and will answer by {due}. Follow it with your resume code at {url}.",
    StepKind.ANSWERED: "Your complaint no. {number} about case {no} was answered. Read it with your resume code at {url} and tell us whether you are satisfied; if not, it is taken up again.",
}
#: Of a bad rating we have to call first.
_RATED: Final[Mapping[str, str]] = {
    HOME: "您对办件{no}的评价已收到，我们在{due}前联系您，了解哪里没有办好。",
    "en": "We received your rating of case {no} and will contact you by {due} to hear what went wrong.",
}
_SAYS: Final = {HOME: ("【{city}开办企业】", _CHINESE), "en": ("[{city}] ", _ENGLISH)}


@dataclass(frozen=True)
class ComplaintWording:
    """Writes messages for one city; ``url`` is where the service is."""

    city: str
    url: str

    def __call__(self, kind: StepKind, complaint: Complaint) -> str:
        """The text of a short message; "" for a step nobody is told of."""
        sender, says = _SAYS.get(complaint.lang, _SAYS[HOME])
        if kind not in says:
            return ""
        told = {
            "no": complaint.case_no, "number": complaint.number, "url": self.url,
            "due": complaint.due.isoformat() if complaint.due else "",
        }  # fmt: skip
        text = says[kind]
        if kind is StepKind.RAISED and complaint.rated is not None:
            text = _RATED.get(complaint.lang, _RATED[HOME])
        return sender.format(city=self.city) + text.format(**told)
