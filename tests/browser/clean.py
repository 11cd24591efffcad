"""What every page must be on every screen: `assert_clean(page)`."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

from playwright.sync_api import ConsoleMessage, Page

ROOT = Path(__file__).parents[2]
#: Of every screen here.
HEIGHT = 900
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: What the browser complained of, page by page; a refused form (422) is no fault of the page.
COMPLAINTS: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()

WIDER_THAN_THE_SCREEN = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > width + 0.5)
    .map(e => `too wide: ${e.tagName}.${e.getAttribute('class')}`).slice(0, 5).concat('the page scrolls sideways');
}"""

# Links inside a sentence are as large as its letters (WCAG 2.5.8 exempts them). What a control's label or a
# link's ::after covers belongs to it.
SMALL_TARGETS = """() => {
  const least = ['large', 'xlarge'].includes(document.documentElement.dataset.size) ? 60 : 44;
  const inSentence = e => e.tagName === 'A' && getComputedStyle(e).display === 'inline'
    && e.parentElement.textContent.trim().length > e.textContent.trim().length;
  const spread = e => getComputedStyle(e, '::after').position === 'absolute' && e.tagName === 'A' ? e.closest('li') || e : e;
  const hidden = e => !e.checkVisibility() || e.closest('.govuk-visually-hidden, .govuk-skip-link');
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter(e => !hidden(e) && (spread(e) !== e || !inSentence(e)))
    .map(e => [e, spread(e).getBoundingClientRect()])
    .filter(([e, r]) => r.height < least - 0.5 || r.width < Math.min(least, 44) - 0.5)
    .map(([e, r]) => `small: ${e.tagName} ${e.name || e.textContent.trim()} ${r.width.toFixed()}x${r.height.toFixed()}`);
}"""

AXE = """async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ['violations']})).violations
  .flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')}: ${n.any.concat(n.all, n.none).map(c => c.message)[0] || v.help}`))"""


def watch(page: Page) -> Page:
    """From now on what the browser complains of is written down, violations of the policy among it."""
    found = COMPLAINTS.setdefault(page, [])

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 422" not in message.text:
            found.append(f"console: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    return page


def faults(page: Page, *, scripts: bool = True) -> list[str]:
    """Everything wrong with the page as it stands, when it is there; without scripts axe cannot run."""
    # A click returns as soon as the next page begins: on a busy machine half of it is looked at.
    page.wait_for_load_state()
    found = [*COMPLAINTS[page], *page.evaluate(WIDER_THAN_THE_SCREEN)]
    found += page.evaluate(SMALL_TARGETS)
    if scripts:
        if not page.evaluate("'axe' in window"):
            # As a script element it would be refused by the policy.
            page.evaluate(_axe())
        found += page.evaluate(AXE, RULES)
    return found


def faults_on(page: Page, widths: Iterable[int], *, scripts: bool = True) -> list[str]:
    """Everything wrong with the page on screens of these widths; it is loaded once, and the screen turned."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{width}: {fault}" for fault in faults(page, scripts=scripts)]
    return found


def assert_clean(page: Page, *, scripts: bool = True) -> None:
    """Nothing is wrong: no barrier axe can find, nothing too wide or too small, no complaint of the browser."""
    found = faults(page, scripts=scripts)
    assert found == [], "\n".join(found)


@cache
def _axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
