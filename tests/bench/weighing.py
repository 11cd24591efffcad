"""What the pages weigh over the wire, and how soon a slow phone shows the first one.

Weights are bodies and headers as they come, packed, the first page with everything it loads. First paint is
Chromium's own figure at 400 kbit/s, 400 ms round trips and a processor six times slower, as the median of several
cold loads, over that of a bare page with nothing but the toolkit's style sheet in the same run: the whole style
sheet, as it is published, of which bin/assets installs only the parts we use. The ratio to a bare page with these
parts alone is told beside it.
"""

import gzip
from statistics import median
from urllib.parse import urljoin

import click
import lxml.html
import requests
from playwright.sync_api import Browser, sync_playwright
from werkzeug.wrappers import Request, Response

import forms.sample
from kaiban.web.presentation import static_assets
from tests.bench.figure import Figure
from tests.bench.town import MORNING, town
from tests.bin.loading import load
from tests.browser.conftest import CHROMIUM, SWITCHES
from tests.serving import serve
from tests.web.filling import fill_in
from tests.web.visitor import Visitor

FIRST, LATER, PAINT = 40.0, 5.0, 1.1
LOADS = 5
#: The style sheets of bare pages, by path.
STYLES = {"/whole": load("assets").STYLE, "/parts": static_assets.STATIC / static_assets.TOOLKIT}
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
PAINTED = "performance.getEntriesByName('first-contentful-paint').map(each => each.startTime)[0]"
BARE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>a</title>'
    '<link rel="icon" href="data:,"><link rel="stylesheet" href="%s.css"></head><body><h1>a</h1></body></html>'
)


def measure() -> dict[str, Figure]:
    """Kilobytes of the first page and of the largest of all others, and the ratio of first paints."""
    with town() as address:
        visitor = Visitor(address)
        visitor.open("/").press("开始填写").press("保存并继续")
        aid = visitor.filing_id
        fill_in(visitor, forms.sample.sample(7, MORNING.date()))
        paths = ["/guide", "/resume", *_linked(visitor, f"/a/{aid}/"), f"/a/{aid}/check"]
        later = {path: _weight(visitor.http, address + path) for path in paths}
        first = _with_what_it_loads(address)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            with serve(_bare) as bare:
                ours = _paint(browser, f"{address}/")
                whole, parts = (_paint(browser, bare + each) for each in STYLES)
            browser.close()
        visitor.close()
    heaviest = max(later, key=lambda each: later[each])
    click.echo(f"  the largest of {len(later)} later pages: {heaviest.replace(aid, '...')}")
    click.echo(f"  first paint over a bare page with the toolkit's parts: {ours / parts:.2f}")
    return {
        "first_page_weight": Figure(first, "KB", FIRST),
        "later_page_weight": Figure(max(later.values()), "KB", LATER),
        "first_paint_over_bare": Figure(ours / whole, "ratio", PAINT),
    }


def _linked(visitor: Visitor, path: str) -> list[str]:
    visitor.open(path)
    links = {a.get("href").partition("#")[0] for a in visitor.page.iter("a") if a.get("href")}
    return sorted(each for each in links if each.startswith(path))


def _weight(http: requests.Session, url: str) -> float:
    with http.get(url, stream=True, timeout=60) as answer:
        answer.raise_for_status()
        body = len(answer.raw.read())
        head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    return (body + head) / 1000


def _with_what_it_loads(address: str) -> float:
    with requests.Session() as http:
        http.trust_env = False
        page = lxml.html.fromstring(http.get(address, timeout=60).content)
        loaded = page.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src")
        urls = [address, *(urljoin(address, each) for each in loaded)]
        return sum(_weight(http, url) for url in urls)


@Request.application
def _bare(asked: Request) -> Response:
    """A page with nothing but the toolkit's style sheet, packed as ours is."""
    page, _, style = asked.path.partition(".")
    body = STYLES[page].read_bytes() if style else (BARE % page).encode()
    head = {"Content-Encoding": "gzip"}
    return Response(
        gzip.compress(body), headers=head, mimetype="text/css" if style else "text/html"
    )


def _paint(browser: Browser, url: str) -> float:
    return median(_one_paint(browser, url) for _ in range(LOADS))


def _one_paint(browser: Browser, url: str) -> float:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    line.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.goto(url)
    while not (
        found := page.evaluate(PAINTED)
    ):  # may be noted a little after everything is loaded
        page.wait_for_timeout(50)
    context.close()
    return float(found)
