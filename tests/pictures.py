"""``python -m tests.pictures``: the first page of everybody who works with the city, as the READMEs show them, and what the guides show of that day.

A bad Monday is played in one process; at its hour each opens their first page in a real browser.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Final

import click
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from kaiban.cli.demo_city.bad_monday import DAY
from kaiban.cli.demo_city.demo_staff import PREFIX, demo_staff
from kaiban.cli.demo_city.people import Http, People
from kaiban.cli.demo_city.played_day import Acts
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.roles import Role
from tests.browser.conftest import CHROMIUM, SWITCHES
from tests.browser.test_desk import come_in
from tests.journeys.city import City, playing
from tests.web.desk.people import hire

FOLDER: Final = Path(__file__).parents[1] / "docs" / "images"
MONDAY: Final = datetime(2026, 3, 9, 0, 50, tzinfo=UTC)  # 08:50 in the hall
#: Minutes of the day that go by at once.
STEP: Final = 5
#: So many keep a picture small and the colour of a line of few dots what it is.
COLOURS: Final = 256


@dataclass(frozen=True)
class Picture:
    """What is shown: when (in the hall), whose page (None: anybody's), where, and the size of the screen.

    ``follow``: the link there that leads to what is shown, as a CSS selector; "" for the page itself.
    """

    name: str
    at: time
    role: Role | None
    person: str
    path: str
    size: tuple[int, int] = (1280, 800)
    follow: str = ""


#: In the order of the day.
PICTURES: Final = (
    Picture("role-applicant", time(9, 0), None, "", "/", (390, 800)),
    Picture("role-operator", time(11, 20), Role.OPERATOR, "周成", "/desk/problems"),
    Picture("role-window", time(11, 30), Role.WINDOW, "李敏", "/desk"),
    Picture(
        "window-case", time(11, 30), Role.WINDOW, "李敏", "/desk", (1280, 1000), "main table a"
    ),
    Picture("role-hall-manager", time(15, 30), Role.HALL_MANAGER, "何静", "/desk/complaints"),
    Picture("role-supervisor", time(15, 30), Role.SUPERVISOR, "郑岚", "/watch"),
)


def main() -> None:
    """Play the day and take every picture at its hour."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _monday(Path(folder)) as day,
        _browser() as browser,
    ):
        for each in PICTURES:
            day.play(each.at)
            page = _opened(browser, day.city, each)
            target = FOLDER / f"{each.name}.png"
            _small(page.screenshot()).save(target, optimize=True)
            page.context.close()
            click.echo(f"{target.name}  {target.stat().st_size // 1024} KB")


@dataclass(frozen=True)
class Monday:
    """The bad Monday of a city whose clock goes when it is told to."""

    city: City
    acts: Acts

    def play(self, until: time) -> None:
        """Let the people of the day act until that hour."""
        while (now := self.city.hall.clock.now()).astimezone(HALL_TIME).time() < until:
            self.acts.due(now)
            self.city.pass_time(minutes=STEP)


@contextmanager
def _monday(folder: Path) -> Iterator[Monday]:
    with playing(folder, f"sqlite:///{folder}/kaiban.db", morning=MONDAY) as city:
        for name in city.hall.names:
            city.hall.play(name, DAY.scenario)
        hall = next(iter(city.kaiban.profile.city.halls))
        for _ in demo_staff(city.kaiban.staff, hall):
            pass
        clerk = city.kaiban.staff.accounts.get(f"{PREFIX}{Role.WINDOW.value}")
        http = Http(city.address, city.token("people", "cases:read", "cases:write"))
        yield Monday(city, Acts(DAY, People(city.kaiban, DAY, clerk, http, 7)))


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


def _opened(browser: Browser, city: City, wanted: Picture) -> Page:
    width, height = wanted.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    page.goto(city.address + wanted.path)
    if wanted.role:
        window = "03" if wanted.role is Role.WINDOW else ""
        come_in(page, hire(city.kaiban, wanted.role, window=window, name=wanted.person))
        page.wait_for_load_state("networkidle")
        page.goto(city.address + wanted.path)
    if wanted.follow:
        page.locator(wanted.follow).first.click()
        page.wait_for_load_state("networkidle")
    return page


def _small(png: bytes) -> Image.Image:
    picture = Image.open(BytesIO(png)).convert("RGB")
    return picture.quantize(COLOURS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
