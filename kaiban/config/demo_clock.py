"""Business time as the settings have it run: real, or for a demonstration faster."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kaiban.config.errors import ConfigError
from kaiban.config.settings import positive


class Course:
    """How a demonstration runs: real instants, one a line of a file that its leader writes.

    The first is its beginning, then by turns a pause and its end. Whoever reads it looks again when it has changed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._instants: list[datetime] = []

    def __call__(self, wall: datetime) -> timedelta:
        """The real time in which it has run until that instant; none as long as there is no file."""
        known = [*self._known(), wall]
        runs = zip(known[::2], known[1::2], strict=False)
        return sum((end - start for start, end in runs), timedelta())

    def _known(self) -> list[datetime]:
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return []
        if (seen := (there.st_mtime_ns, there.st_size)) != self._seen:
            lines = self._path.read_text(encoding="ascii").split()
            self._seen, self._instants = seen, [datetime.fromisoformat(line) for line in lines]
        return self._instants


@dataclass(frozen=True)
class RunningClock:
    """Business time: real time, or a demonstration clock that starts elsewhere and runs faster.

    A demonstration clock stands still at its epoch until the demonstration begins, and while that pauses.
    """

    epoch: datetime
    passed: Callable[[datetime], timedelta]
    speed: float
    wall: Callable[[], datetime]

    @classmethod
    def read(cls, text: str, wall: Callable[[], datetime]) -> "RunningClock":
        """The clock the setting describes; ConfigError if it cannot be read."""
        if not text:
            start = wall()
            return cls(start, lambda at: at - start, 1.0, wall)
        try:
            epoch, rest = text.split("@")
            path, speed = rest.rsplit("x", 1)
            return cls(_instant(epoch), Course(Path(path)), positive(speed), wall)
        except ValueError as error:
            raise ConfigError(f"KAIBAN_DEMO_CLOCK {text}: {error}") from error

    def now(self) -> datetime:
        """The instant of business, UTC."""
        return self.epoch + self.passed(self.wall()) * self.speed

    def real(self, business: timedelta) -> timedelta:
        """How long a span of business time lasts for machines, while the clock runs."""
        return business / self.speed

    def business(self, real: timedelta) -> timedelta:
        """The opposite of ``real``."""
        return real * self.speed


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no offset from UTC")
    return at.astimezone(UTC)
