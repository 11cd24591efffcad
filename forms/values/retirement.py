"""The statutory age of retirement (法定退休年龄), which rises month by month.

Source: 全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定 of 2024-09-13 and 国务院关于渐进式延迟法定退休年龄的办法, in
force since 2025-01-01: men from 60 to 63 years, women from 55 to 58, by a month for every four months of birth.
"""

from datetime import date
from typing import Final

#: By sex: the age before in months, and the first year of birth whom the delay concerns.
_BEFORE: Final = {"male": (60 * 12, 1965), "female": (55 * 12, 1970)}
_MOST, _PER = 36, 4


def retirement_months(birth: date, sex: str) -> int:
    """Return the age in months at which somebody may retire.

    Women whose age was 50 (workers, not cadres) retire earlier; what somebody's post is, the form does not ask, and the
    offices take no notice of it for whoever is newly employed.
    """
    before, since = _BEFORE[sex]
    born = (birth.year - since) * 12 + birth.month
    return before + min(_MOST, max(0, -(-born // _PER)))


def is_past_retirement(birth: date, sex: str, day: date) -> bool:
    """Say whether one born then has completed the age of retirement on `day`."""
    months = (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)
    return months >= retirement_months(birth, sex)
