"""A hall in a process of its own may be killed: departments forget neither what they did nor what time it is."""

from datetime import UTC, datetime, timedelta

from adapters.hall.hall import MORNING
from tests.hall_process import HallProcess

SPEED = 600.0
LONG_AGO = timedelta(hours=1)


def test_a_killed_hall_comes_back_with_its_clock_where_it_would_be(tmp_path):
    begins = tmp_path / "begins"
    began = datetime.now(UTC) - LONG_AGO  # noqa: TID251 - business time began an hour ago
    begins.write_text(began.isoformat(), encoding="ascii")
    with hall_since(begins, tmp_path) as hall:
        for _ in range(2):
            shown = hall.ask("GET", "/hall").json()["clock"]
            passed = datetime.fromisoformat(shown["now"]) - MORNING
            assert passed >= LONG_AGO * SPEED
            assert {"registration", "bank"} <= set(hall.names)
            assert all(hall.settings(name)["url"] for name in hall.names)
            hall.kill()
            hall.start()


def hall_since(begins, folder):
    return HallProcess(
        epoch=MORNING, speed=SPEED, begins=begins, folder=folder / "hall", callback_url=""
    )
