"""The first page: where to begin, and the way back to what was begun or handed in."""

from tests.web.visitor import Visitor


def test_whoever_has_applied_finds_progress_and_certificates_from_the_first_page(city):
    visitor = Visitor(city.address)
    visitor.open("/").follow("查进度、取证照")
    assert visitor.path == "/resume"
    assert visitor.control("code") is not None
    visitor.close()
