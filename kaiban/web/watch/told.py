"""Shares and spreads in words, the same on every page."""

from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.web.presentation.texts import length, say


def share_told(share: Share) -> dict[str, str]:
    """A share with its two numbers and what chance may explain."""
    base = f"{share.part} / {share.whole}"
    if share.percent is None or share.interval is None:
        return {"percent": "—", "base": base, "interval": ""}
    low, high = share.interval
    told = say("%(low)s%% 到 %(high)s%%", low=low, high=high)
    return {"percent": f"{share.percent}%", "base": base, "interval": told}


def times_told(times: Spread) -> dict[str, str]:
    """Median, nine tenths and mean of minutes."""
    found = {"median": times.median, "p90": times.percentile(90), "mean": times.mean}
    return {name: "—" if value is None else length(round(value)) for name, value in found.items()}
