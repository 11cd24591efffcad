"""What staff are told by mail: of a card, of what came of it, of a task, once a day of what is wrong."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Alert(StrEnum):
    """What somebody of the staff, or a program, is told; the values are stored."""

    CARD = "card"
    CARD_APPEALED = "card_appealed"
    CARD_UPHELD = "card_upheld"
    CARD_CLEARED = "card_cleared"
    DIGEST = "digest"


ALERT_TITLES: Final[Mapping[Alert, str]] = {
    Alert.CARD: "亮牌",
    Alert.CARD_APPEALED: "红黄牌申诉",
    Alert.CARD_UPHELD: "申诉后维持",
    Alert.CARD_CLEARED: "撤牌",
    Alert.DIGEST: "问题摘要",
}
