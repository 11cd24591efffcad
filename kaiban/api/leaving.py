"""Operations that will be gone one day: since when that is known, until when they stay, what takes their place."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from wsgiref.handlers import format_date_time

#: So long at least an operation stays after it was said that it will go.
NOTICE: Final = timedelta(days=183)


@dataclass(frozen=True)
class Leaving:
    """Deprecated since a day, gone after another; ``instead`` is the operation that takes its place, as a path.

    Raises ValueError if that is less than half a year of notice.
    """

    since: date
    gone: date
    instead: str

    def __post_init__(self) -> None:
        """Keep what docs/api.md promises."""
        if self.gone - self.since < NOTICE:
            raise ValueError(f"deprecated on {self.since}, gone on {self.gone}: too soon")

    @property
    def headers(self) -> dict[str, str]:
        """The same in headers: Deprecation (RFC 9745), Sunset (RFC 8594), and a link to what comes instead."""
        since, gone = (
            datetime.combine(day, time(), UTC).timestamp() for day in (self.since, self.gone)
        )
        return {
            "Deprecation": f"@{int(since)}",
            "Sunset": format_date_time(gone),
            "Link": f'<{self.instead}>; rel="successor-version"',
        }
