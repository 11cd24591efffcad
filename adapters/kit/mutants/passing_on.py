"""Planted faults of passing on: what the applicant is told is not what the department has said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from adapters.bank import BankAdapter
from adapters.housing_fund import HousingFundAdapter
from adapters.kit.mutants.means import rewritten
from adapters.kit.mutants.mutant import Mutant
from adapters.registration import RegistrationAdapter
from adapters.seal import SealAdapter
from adapters.social_insurance import SocialInsuranceAdapter
from adapters.tax import TaxAdapter
from kaiban.ports import (
    Correction,
    Done,
    NeedsCorrection,
    Outcome,
    Partial,
    Ref,
    Rejected,
)


class TheFirstIsNamed(SocialInsuranceAdapter):
    """Whoever of several is refused, the first is named."""

    def _left(self, lines: list[dict[str, Any]]) -> tuple[Correction, ...]:
        found = super()._left(lines)
        return tuple(
            replace(each, path=re.sub(r"\.\d+\.", f".{n}.", each.path))
            for n, each in enumerate(found)
        )


class TheNextIsNamed(HousingFundAdapter):
    """Counted from one where the form counts from nought."""

    def _person(self, line: Sequence[str]) -> tuple[Correction, ...]:
        return self._corrections(line, f"staff.{int(line[1]) - 1}.")


class OneOfSeveralIsNamed(SocialInsuranceAdapter):
    """Only the last of those refused is named."""

    def _left(self, lines: list[dict[str, Any]]) -> tuple[Correction, ...]:
        return super()._left(lines)[-1:]


class OnlyTheFirstComplaint(RegistrationAdapter):
    """Of several complaints the applicant hears one."""

    def _corrections(self, told: Any) -> tuple[Correction, ...]:
        return super()._corrections(told)[:1]


class OnlyTheFirstError(TaxAdapter):
    """Of several errors the applicant hears one."""

    def _returned(self, answer: Any, ref: Ref) -> Outcome:
        found = super()._returned(answer, ref)
        return (
            replace(found, items=found.items[:1]) if isinstance(found, NeedsCorrection) else found
        )


class ReasonsAreGuessed(BankAdapter):
    """Whatever they say, the reason is ours."""

    def _outcome(self, rc: str, answer: Mapping[str, str], ref: Ref) -> Outcome:
        found = super()._outcome(rc, answer, ref)
        return (
            Rejected(found.code, "经审核，该企业不符合开户条件。")
            if isinstance(found, Rejected)
            else found
        )


class ReasonsAreCut(SealAdapter):
    """Reasons end after ten characters."""

    def _plain(self, head: Any, body: Any, ref: Ref) -> Outcome:
        found = super()._plain(head, body, ref)
        return Rejected(found.code, found.reason[:10]) if isinstance(found, Rejected) else found


class ComplaintsAreGuessed(HousingFundAdapter):
    """A complaint is told in words of our own."""

    def _corrections(self, line: Sequence[str], where: str) -> tuple[Correction, ...]:
        found = super()._corrections(line, where)
        return tuple(replace(each, message="该项填写有误，请核对后重新提交") for each in found)


class OriginalsAreLost(RegistrationAdapter):
    """The licence is not fetched."""

    def look(self, ref: Ref) -> Outcome:
        found = super().look(ref)
        return replace(found, documents=()) if isinstance(found, Done) else found


class TheSecondOriginalIsLost(SocialInsuranceAdapter):
    """Only the first original is passed on."""

    def look(self, ref: Ref) -> Outcome:
        found = super().look(ref)
        return replace(found, documents=found.documents[:1]) if isinstance(found, Done) else found


class OriginalsAreCut(TaxAdapter):
    """Originals end after two thousand bytes."""

    def _granted(self, answer: Any, ref: Ref) -> Outcome:
        found = super()._granted(answer, ref)
        if not isinstance(found, Done):
            return found
        papers = tuple(replace(each, content=each.content[:2000]) for each in found.documents)
        return replace(found, documents=papers)


class OriginalsAreText(HousingFundAdapter):
    """Originals go through a text, and their line ends change."""

    def _outcome(self, found: Any, ref: Ref) -> Outcome:
        outcome = super()._outcome(found, ref)
        if not isinstance(outcome, Done):
            return outcome
        papers = tuple(
            replace(each, content=each.content.replace(b"\n", b"\r\n"))
            for each in outcome.documents
        )
        return replace(outcome, documents=papers)


class ResultsAreADayBefore(RegistrationAdapter):
    """The day of the licence is told in UTC."""

    def result(self, mapping: Mapping[str, Any]) -> dict[str, Any]:
        found = super().result(mapping)
        day = date.fromisoformat(found["established_on"]) - timedelta(days=1)
        return {**found, "established_on": str(day)}


class VisitIsADayBefore(BankAdapter):
    """The day of the visit is told in UTC."""

    def result(self, mapping: Mapping[str, Any]) -> dict[str, Any]:
        found = super().result(mapping)
        return {
            **found,
            "visit_date": str(date.fromisoformat(found["visit_date"]) - timedelta(days=1)),
        }


class NamesInResultsLoseTheDot(SocialInsuranceAdapter):
    """Whoever is insured is told without the dot."""

    def result(self, mapping: Mapping[str, Any]) -> dict[str, Any]:
        return dict(rewritten(super().result(mapping), lambda text: text.replace("·", "")))


class NumbersLoseTheirZeros(BankAdapter):
    """An account number is taken for a number."""

    def result(self, mapping: Mapping[str, Any]) -> dict[str, Any]:
        found = super().result(mapping)
        return {**found, "account_no": str(int(float(found["account_no"])))}


class PartialIsTheFirst(HousingFundAdapter):
    """Of several lines refused one is told."""

    def _outcome(self, found: Any, ref: Ref) -> Outcome:
        outcome = super()._outcome(found, ref)
        return (
            replace(outcome, items=outcome.items[:1]) if isinstance(outcome, Partial) else outcome
        )


MUTANTS = (
    Mutant(TheFirstIsNamed, ("S34",)),
    Mutant(TheNextIsNamed, ("S34",)),
    Mutant(OneOfSeveralIsNamed, ("S34",)),
    Mutant(PartialIsTheFirst, ("S34",)),
    Mutant(OnlyTheFirstComplaint, ("S33",)),
    Mutant(OnlyTheFirstError, ("S33",)),
    Mutant(ReasonsAreGuessed, ("S33",)),
    Mutant(ReasonsAreCut, ("S33",)),
    Mutant(ComplaintsAreGuessed, ("S33",)),
    Mutant(OriginalsAreLost, ("S32",)),
    Mutant(TheSecondOriginalIsLost, ("S32",)),
    Mutant(OriginalsAreCut, ("S32",)),
    Mutant(OriginalsAreText, ("S32",)),
    Mutant(ResultsAreADayBefore, ("S32",)),
    Mutant(VisitIsADayBefore, ("S32",)),
    Mutant(NamesInResultsLoseTheDot, ("S32",)),
    Mutant(NumbersLoseTheirZeros, ("S32",)),
)
