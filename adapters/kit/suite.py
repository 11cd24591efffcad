"""The kit's checks as tests: each check is one test.

from adapters.kit.suite import AdapterSuite

class TestMedicalInsurance(AdapterSuite):
    adapter = MedicalInsuranceAdapter
"""

from typing import ClassVar

import pytest

from adapters.base import AdapterBase
from adapters.kit.check import Check, Verdict
from adapters.kit.examine import chosen, examine
from adapters.kit.reporting.report import Report
from adapters.kit.rig.site import STUB, Target


class AdapterSuite:
    """A check fails, passes, or is skipped with the reason why it does not count."""

    adapter: ClassVar[type[AdapterBase]]
    level: ClassVar[str] = "gold"
    target: ClassVar[Target] = STUB

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Ask every check of the level."""
        if "check" in metafunc.fixturenames:
            checks = chosen(self.level)
            metafunc.parametrize("check", checks, ids=[each.id for each in checks])

    def test_check(self, check: Check) -> None:
        (finding,) = examine(self.adapter, [check], self.target)
        if finding.verdict is Verdict.FAILED:
            lines = Report(self.adapter, self.target, [finding]).lines()
            pytest.fail("\n".join(lines), pytrace=False)
        if finding.verdict is not Verdict.PASSED:
            pytest.skip(f"{finding.verdict.value}: {finding.reason}")
