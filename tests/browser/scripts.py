"""What a page's script has to come to, asked again and again."""

from playwright.sync_api import Error, Page

from tests.waiting import until


def wait_for_script(page: Page, expression: str, arg: object = None) -> None:
    """Return once the expression is true. Playwright's own waiting asks inside of the page, where our policy forbids ``eval``."""

    def is_so() -> bool:
        try:
            return bool(page.evaluate(expression, arg))
        except Error:
            return False  # between two pages there is nobody to ask

    until(is_so, 30, lambda: f"never so: {expression}")
