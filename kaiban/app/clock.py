"""Where the wall clock is read, and nowhere else."""

from datetime import UTC, datetime


class WallClock:
    """Real time; signatures on the wire and access tokens live by it."""

    def now(self) -> datetime:
        """The instant, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one door through which real time enters
