"""A real browser and pages in it. One browser a test module: while it runs, its loop is the thread's only one."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.clean import HEIGHT, watch
from tests.browser.gallery import make_site
from tests.serving import serve

#: Chromium as it is without a window: the same pages for less than two thirds of the work.
CHROMIUM = "/usr/bin/chromium-headless-shell"
#: Alone on the machine: no sandbox in a container, nothing that looks for the network by itself.
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

#: Milliseconds for what must happen: a busy machine may take its time, what hangs ends with the test.
PATIENCE = 250_000

Open = Callable[..., Page]
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, without what draws a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open an address as somebody with that screen, with or without scripts; what goes wrong is written down."""
    contexts = []

    def open_page(address: str, *, width: int = 390, scripts: bool = True, **more) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            java_script_enabled=scripts,
            **more,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = watch(context.new_page())
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """The address of a gallery of every macro."""
    with serve(make_site()) as url:
        yield f"{url}/dev/gallery/"
