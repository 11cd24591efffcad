"""Business time as the settings have it run: real, or for a demonstration faster."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kaiban.config.errors import ConfigError
from kaiban.config.settings import positive


class StartFile:
    """The real instant at which a demonstration begins: written into a file by whoever begins it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: datetime | None = None

    def __call__(self) -> datetime | None:
        """The instant; None as long as there is no such file."""
        if self._found is None and self._path.exists():
            self._found = datetime.fromisoformat(self._path.read_text(encoding="ascii"))
        return self._found


@dataclass(frozen=True)
class RunningClock:
    """Business time: real time, or a demonstration clock that starts elsewhere and runs faster.

    A demonstration clock stands still at its epoch until the demonstration begins.
    """

    epoch: datetime
    began: Callable[[], datetime | None]
    speed: float
    wall: Callable[[], datetime]

    @classmethod
    def read(cls, text: str, wall: Callable[[], datetime]) -> "RunningClock":
        """The clock the setting describes; ConfigError if it cannot be read."""
        if not text:
            start = wall()
            return cls(start, lambda: start, 1.0, wall)
        try:
            epoch, rest = text.split("@")
            path, speed = rest.rsplit("x", 1)
            return cls(_instant(epoch), StartFile(Path(path)), positive(speed), wall)
        except ValueError as error:
            raise ConfigError(f"KAIBAN_DEMO_CLOCK {text}: {error}") from error

    def now(self) -> datetime:
        """The instant of business, UTC."""
        began = self.began()
        return self.epoch if began is None else self.epoch + (self.wall() - began) * self.speed

    def real(self, business: timedelta) -> timedelta:
        """How long a span of business time lasts for machines."""
        return business / self.speed

    def business(self, real: timedelta) -> timedelta:
        """The opposite of ``real``."""
        return real * self.speed


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no offset from UTC")
    return at.astimezone(UTC)
