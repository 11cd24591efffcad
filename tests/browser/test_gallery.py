"""Every macro in every state, on every screen, in every size; and proof that the harness sees what is wrong."""

import pytest

from tests.browser.clean import faults, faults_on
from tests.combinations import every_second

SIZES = ("standard", "large", "xlarge")
WIDTHS = (320, 390, 1280)
STATES = ("", "errors=1", "contrast=high&errors=1", "wide=1", "kiosk=1&lang=en")


@pytest.mark.parametrize(("size", "widths"), every_second(SIZES, WIDTHS))
@pytest.mark.parametrize("state", STATES)
def test_the_gallery_is_clean_in_every_dress(open_page, gallery, size, widths, state):
    page = open_page(f"{gallery}?size={size}&{state}")
    assert faults_on(page, widths) == []


@pytest.mark.parametrize("size", SIZES)
def test_the_gallery_stands_without_scripts(open_page, gallery, size):
    page = open_page(f"{gallery}?errors=1&size={size}", scripts=False)
    assert page.locator("[data-errors]").is_visible()
    assert not page.locator("[data-print]").is_visible()
    assert page.locator("#nation").is_visible()
    assert faults_on(page, WIDTHS, scripts=False) == []


MIDDLES = """back => {
  const words = document.createRange(); words.selectNodeContents(back);
  const middle = box => (box.top + box.bottom) / 2;
  return [middle(words.getBoundingClientRect()), middle(back.getBoundingClientRect())];
}"""


@pytest.mark.parametrize("dress", ["", "kiosk=1", "kiosk=1&size=large"])
def test_the_way_back_stands_level_with_its_arrow(open_page, gallery, dress):
    """The arrow is drawn in the middle of the target, however high that is."""
    words, target = open_page(f"{gallery}?{dress}").locator(".kb-back").evaluate(MIDDLES)
    assert abs(words - target) < 2.5, (words, target)


PLANTED = {
    "label": "document.querySelector('label[for=name]').remove()",
    "color-contrast": "document.querySelector('main p').style.color = '#bbb'",
    "the page scrolls sideways": "document.querySelector('.kb-title').style.width = '500px'",
    "small: A 返回": "document.querySelector('.kb-back').style.minHeight = '0'",
    "console: ": "document.body.appendChild(document.createElement('script')).textContent = '1'",
    "script: ": "setTimeout(() => { throw new Error('planted') })",
    "region": "document.body.appendChild(document.createElement('p')).textContent = '在哪里'",
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(open_page, gallery, fault):
    page = open_page(gallery)
    page.evaluate(PLANTED[fault])
    page.wait_for_timeout(50)
    assert any(found.startswith(fault) for found in faults(page)), faults(page)
