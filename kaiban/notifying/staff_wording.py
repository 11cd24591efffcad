"""What mails to staff say: the case by its number, who answers for it by name, nobody else."""

from dataclasses import dataclass
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.hours.cards import LEVEL_TITLES
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.messages.alert import ALERT_TITLES, Alert
from kaiban.domain.supervision.given import GivenCard

_NOBODY: Final = "还没有经办人，请大厅负责人指定"
_ASKED: Final = {
    Alert.CARD: "请尽快办理；认为不该亮牌的，可以在办件页面的“红黄牌”里申诉。",
    Alert.CARD_APPEALED: "请复核：维持或者撤牌，都要写明理由。",
    Alert.CARD_UPHELD: "复核的理由在办件页面的“红黄牌”里。",
    Alert.CARD_CLEARED: "撤牌的理由在办件页面的“红黄牌”里；牌本身仍然保留在记录中。",
}


@dataclass(frozen=True)
class StaffWording:
    """Writes mails for one city; ``url`` is where the service is."""

    city: str
    url: str

    def __call__(self, alert: Alert, card: GivenCard, case: Case, to: str, owner: str) -> str:
        """The text of a mail about a card to somebody by name; its first line is the subject."""
        level = LEVEL_TITLES[card.card.level]
        titles = {link.name: link.title for link in case.links}
        subject = titles.get(card.link, card.link) if card.link else "整件"
        due = card.due_at.astimezone(HALL_TIME)
        lines = (
            f"【{self.city}开办企业】{ALERT_TITLES[alert]}：{level} {card.case_no}",
            f"{to}：",
            "",
            f"办件号：{card.case_no}（第 {card.number} 张牌）",
            f"等级：{level}",
            f"对象：{subject}",
            f"原因：{card.card.reason}",
            f"到点：{due:%Y-%m-%d %H:%M}",
            f"责任人：{owner or _NOBODY}",
            "",
            _ASKED[alert],
            f"{self.url}/desk/cases/{card.case_no}/cards",
            "",
        )
        return "\n".join(lines)
