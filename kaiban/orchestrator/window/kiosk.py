"""A key (口令) for whoever looks after the machines of a hall: compared without telling how near it was."""

import hashlib
import hmac
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kaiban.domain.notice import Defect
from kaiban.ports import Limit, Limits

#: A key that is tried out has at least so many characters; longer than the other nobody types one.
SHORTEST, LONGEST = 8, 64

#: How often keys may be tried, right ones counted too: a hall's machines share one address.
PER_ADDRESS = Limit("kiosk:address", 20, timedelta(hours=1))
ALTOGETHER = Limit("kiosk:all", 200, timedelta(hours=1))

NOT_FITTED = Defect("", "kiosk.not_fitted", "本市没有启用自助机模式。")
TOO_OFTEN = Defect("/key", "kiosk.too_often", "口令试得太多，已暂停，请一小时后再试。")
WRONG = Defect("/key", "kiosk.wrong", "口令不正确，请向管理员核对后再输入。")


@dataclass(frozen=True)
class Lock:
    """Opens for one key; "" is a lock without one, which never opens. ``wall`` is real time."""

    key: str
    limits: Limits
    wall: Callable[[], datetime]

    @property
    def fitted(self) -> bool:
        """Whether there is a key at all."""
        return bool(self.key)

    def try_key(self, typed: str, address: str) -> list[Defect]:
        """Nothing if that is the key; tried from that network address, which is only counted."""
        if not self.fitted:
            return [NOT_FITTED]
        at = self.wall()
        within = self.limits.take(PER_ADDRESS, address, at) and self.limits.take(
            ALTOGETHER, "", at
        )
        if not within:
            return [TOO_OFTEN]
        return [] if hmac.compare_digest(_digest(typed), _digest(self.key)) else [WRONG]


def _digest(key: str) -> bytes:
    """The same length for every key, so that comparing takes the same time."""
    return hashlib.sha256(unicodedata.normalize("NFKC", key).strip().encode()).digest()
