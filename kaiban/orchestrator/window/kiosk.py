"""A key (口令) for whoever looks after the machines of a hall: compared without telling how near it was.

Nobody is ever refused for how often a key was tried: whoever tried out keys would lock out those who know it.
The key's length is what makes guessing hopeless: a thousand tries a second for a month find one of ``SAFE``
random digits with a chance of 0.3 %, and every wrong try stands in the log with its address. Production takes
no shorter one.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.security import SecurityEvent, report

#: Fewer characters are no key; more nobody types.
SHORTEST, LONGEST = 8, 64
#: Shorter ones can be tried out.
SAFE = 12

NOT_FITTED = Defect("", "kiosk.not_fitted", "本市没有启用自助机模式。")
WRONG = Defect("/key", "kiosk.wrong", "口令不正确，请向管理员核对后再输入。")


@dataclass(frozen=True)
class KioskKey:
    """The key of a city's kiosks; "" where there are none, and nothing typed is right."""

    key: str

    @property
    def fitted(self) -> bool:
        """Whether there is a key at all."""
        return bool(self.key)

    def try_key(self, typed: str, address: str) -> list[Defect]:
        """Nothing if that is the key; ``address`` is where it was typed, for the log."""
        if not self.fitted:
            return [NOT_FITTED]
        right = hmac.compare_digest(_digest(typed), _digest(self.key))
        report(SecurityEvent.KIOSK_KEY_RIGHT if right else SecurityEvent.KIOSK_KEY_WRONG, address)
        return [] if right else [WRONG]


def _digest(key: str) -> bytes:
    """The same length for every key, so that comparing takes the same time."""
    return hashlib.sha256(unicodedata.normalize("NFKC", key).strip().encode()).digest()
