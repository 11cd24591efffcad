import threading
import time

import pytest

from adapters.bank import BankAdapter
from adapters.kit.check import Check, Finding, Verdict, carry_out, reached
from adapters.kit.checks import CHECKS, find
from adapters.kit.demanding import Failed, NotApplicable, NotProvable
from adapters.kit.examine import adapter_class, chosen
from adapters.kit.reporting.quality import Exemptions, QualityError, exemptions_of
from adapters.kit.rig.site import Target
from adapters.social_insurance import SocialInsuranceAdapter

BRONZE, SILVER, GOLD = (
    next(c for c in CHECKS if c.level == level) for level in ("bronze", "silver", "gold")
)


def asked(run, **more):
    return Check("B99", "试", "bronze", run, **more)


def raising(error):
    def run(_stand):
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (Failed("no"), Verdict.FAILED),
        (NotApplicable("no"), Verdict.NOT_APPLICABLE),
        (NotProvable("no"), Verdict.NOT_PROVABLE),
        (KeyError("no"), Verdict.FAILED),
    ],
)
def test_what_a_check_raises_is_its_finding(error, verdict):
    finding = carry_out(asked(raising(error)), BankAdapter)
    assert finding.verdict is verdict
    assert "no" in finding.reason


def test_a_check_that_does_not_end_has_failed():
    never = threading.Event()
    finding = carry_out(asked(lambda _: never.wait(), seconds=0.2), BankAdapter)
    never.set()
    assert finding.verdict is Verdict.FAILED
    assert "0.2 seconds" in finding.reason


def test_a_check_that_gets_on_is_left_to_it_however_slowly():
    limit = 2.0

    def run(_stand):
        end = time.monotonic() + 2 * limit
        while time.monotonic() < end:
            pass

    finding = carry_out(asked(run, seconds=limit), BankAdapter)
    assert finding.verdict is Verdict.PASSED, finding


def test_it_is_asked_for_each_step_and_the_worst_counts():
    steps = []

    def run(stand):
        steps.append(stand.step)
        if stand.step == "confirm":
            raise Failed("here")

    finding = carry_out(asked(run), SocialInsuranceAdapter)
    assert steps == ["pre", "confirm"]
    assert (finding.verdict, finding.step) == (Verdict.FAILED, "confirm")


def test_each_part_of_its_work_has_a_stand_of_its_own():
    parts = []
    finding = carry_out(asked(lambda stand: parts.append(stand.part), parts=3), BankAdapter)
    assert parts == [0, 1, 2]
    assert finding.verdict is Verdict.PASSED


def test_what_is_not_claimed_is_not_asked():
    finding = carry_out(asked(raising(Failed("asked")), claims=lambda _: False), BankAdapter)
    assert finding.verdict is Verdict.NOT_APPLICABLE


def test_what_needs_a_stub_is_not_provable_elsewhere():
    finding = carry_out(
        asked(raising(Failed("asked"))), BankAdapter, Target("http://127.0.0.1:1", {})
    )
    assert finding.verdict is Verdict.NOT_PROVABLE


def findings(*verdicts):
    return [
        Finding(check, verdict)
        for check, verdict in zip((BRONZE, SILVER, GOLD), verdicts, strict=False)
    ]


@pytest.mark.parametrize(
    ("verdicts", "level"),
    [
        ((Verdict.PASSED, Verdict.PASSED, Verdict.PASSED), "gold"),
        ((Verdict.PASSED, Verdict.PASSED, Verdict.FAILED), "silver"),
        ((Verdict.PASSED, Verdict.NOT_PROVABLE, Verdict.PASSED), "bronze"),
        ((Verdict.PASSED, Verdict.EXEMPT, Verdict.NOT_APPLICABLE), "gold"),
        ((Verdict.FAILED, Verdict.PASSED, Verdict.PASSED), None),
        ((Verdict.PASSED,), "bronze"),
        ((), None),
    ],
)
def test_a_level_is_computed_and_what_is_not_proved_is_not_passed(verdicts, level):
    assert reached(findings(*verdicts)) == level


def test_only_what_failed_or_cannot_be_proved_is_exempt():
    exempt = Exemptions({BRONZE.id: "a reason to be weighed"})
    failed = exempt.applied(Finding(BRONZE, Verdict.FAILED, "broken"))
    assert (failed.verdict, failed.reason) == (Verdict.EXEMPT, "a reason to be weighed")
    assert exempt.applied(Finding(BRONZE, Verdict.PASSED)).verdict is Verdict.PASSED
    assert exempt.applied(Finding(SILVER, Verdict.FAILED)).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "text",
    ['{"exempt": {"B08": ""}}', '{"exempt": {"B08": "no"}}', '{"exempt": {"X99": "a long reason"}}',
     '{"exempt": {"B08": 7}}', "[]", "not JSON"],
)  # fmt: skip
def test_an_exemption_without_a_check_or_a_reason_is_refused(tmp_path, monkeypatch, text):
    (tmp_path / "quality.json").write_text(text)
    monkeypatch.setattr(
        "adapters.kit.reporting.quality.path_of", lambda _: tmp_path / "quality.json"
    )
    with pytest.raises(QualityError):
        exemptions_of(BankAdapter)


def test_checks_are_found_by_id_and_by_beginning():
    assert [each.id for each in find("S02, B01")] == ["S02", "B01"]
    assert {each.level for each in find("B*")} == {"bronze"}
    assert len(find("*")) == len(CHECKS)
    for wrong in ("S99", "s02", "X*"):
        with pytest.raises(KeyError):
            find(wrong)


def test_a_level_takes_those_below_it_along():
    assert {each.level for each in chosen("silver")} == {"bronze", "silver"}
    assert chosen("gold") == list(CHECKS)


@pytest.mark.parametrize("name", ["nobody", "adapters.bank:nothing", "json:loads", ""])
def test_an_adapter_that_is_not_there_is_named_with_those_that_are(name):
    with pytest.raises(LookupError, match=r"there are bank\.fixed"):
        adapter_class(name)


def test_an_adapter_is_found_by_department_by_name_and_by_class():
    assert adapter_class("bank") is BankAdapter
    assert adapter_class("bank.fixed") is BankAdapter
    assert adapter_class("adapters.bank:BankAdapter") is BankAdapter
