"""What ``pytest --kaiban-adapter=NAME`` collects."""

import pytest

from adapters.kit.examine import adapter_class
from adapters.kit.plugin import OPTION
from adapters.kit.suite import AdapterSuite


class TestAdapter(AdapterSuite):
    """All checks on the adapter that was named."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Find the adapter first."""
        type(self).adapter = adapter_class(metafunc.config.getoption(OPTION))
        super().pytest_generate_tests(metafunc)
