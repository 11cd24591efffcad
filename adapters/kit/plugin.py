"""``pytest --kaiban-adapter=NAME``: all checks on an adapter, each as a test; no test file needed."""

from pathlib import Path

import pytest

OPTION = "--kaiban-adapter"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(
        OPTION,
        default="",
        metavar="NAME",
        help="check a Kaiban adapter: its name, or module:Class",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Collect the checks instead of the project's own tests."""
    if config.getoption(OPTION):
        config.args = [str(Path(__file__).with_name("conformance.py"))]
