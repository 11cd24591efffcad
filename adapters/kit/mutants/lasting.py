"""Planted faults over time: revision after revision, case beside case, question after question."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from adapters.bank import BankAdapter
from adapters.housing_fund import HousingFundAdapter
from adapters.kit.mutants.means import Needs, Ready, asking_after
from adapters.kit.mutants.mutant import Mutant
from adapters.registration import RegistrationAdapter
from adapters.seal import SealAdapter
from adapters.social_insurance import SocialInsuranceAdapter
from adapters.tax import TaxAdapter
from kaiban.ports import Done, Key, Outcome, Pending, Prepared, Ref

SECOND = 2


class ThirdIsTheSecond(BankAdapter):
    """Revisions are counted one, two, two."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare(needs, replace(key, revision=min(key.revision, 2)), step)


class TenthIsTheFirst(TaxAdapter):
    """Only the last digit of a revision counts."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare(needs, replace(key, revision=key.revision % 10 or 1), step)


class NinthIsTheLast(RegistrationAdapter):
    """After nine no revision is another."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare(needs, replace(key, revision=min(key.revision, 9)), step)


class CorrectsTheFirstTimeOnly(SocialInsuranceAdapter):
    """From the third revision on a correction is a new application."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare(
            needs, replace(key, corrects=key.corrects if key.revision <= SECOND else None), step
        )


class RemembersTheLastCompany(SealAdapter):
    """Asks for the company it prepared last."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        self.__dict__["last"] = needs.get("credit_code", "")
        return super().prepare(needs, key, step)

    def look(self, ref: Ref) -> Outcome:
        asked = self.__dict__.get("last") or ref.extra["uscc"]
        return super().look(replace(ref, extra={**ref.extra, "uscc": asked}))


class KeepsTheFirstAnswer(BankAdapter):
    """What was granted once is granted to whoever asks."""

    def look(self, ref: Ref) -> Outcome:
        found = super().look(ref)
        if isinstance(found, Done):
            kept: Mapping[str, Any] = self.__dict__.setdefault("kept", found.result)
            return replace(found, result=kept)
        return found

    def send(self, prepared: Prepared) -> Outcome:
        found = super().send(prepared)
        if isinstance(found, Done):
            kept: Mapping[str, Any] = self.__dict__.setdefault("kept", found.result)
            return replace(found, result=kept)
        return found


class EverybodysMemory(TaxAdapter):
    """What was prepared last, by whomever, is what is sent."""

    bodies: ClassVar[list[bytes]] = []

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        ready = super().prepare(needs, key, step)
        if isinstance(ready, Prepared):
            self.bodies.append(ready.body)
        return ready

    def send(self, prepared: Prepared) -> Outcome:
        return super().send(
            replace(prepared, body=self.bodies[-1] if self.bodies else prepared.body)
        )


class TakesTheLatestReceipt(HousingFundAdapter):
    """Whichever result lies there last is taken for ours."""

    latest: ClassVar[list[str]] = []

    def send(self, prepared: Prepared) -> Outcome:
        self.latest.append(prepared.key)
        return super().send(prepared)

    def ours(self, ref: Ref, **told: object) -> None:
        """Compare nothing; that is the fault."""

    def look(self, ref: Ref) -> Outcome:
        found = super().look(replace(ref, key=self.latest[-1]) if self.latest else ref)
        return (
            replace(found, ref=replace(found.ref, key=ref.key))
            if isinstance(found, Done | Pending)
            else found
        )


class TakesTheFirstOrder(SealAdapter):
    """Of several orders of a company the first is taken for ours."""

    def look(self, ref: Ref) -> Outcome:
        head, body = self._line.ask("GY0102", {"uscc": ref.extra["uscc"], "sealType": ""})
        if head["code"] != "000" or not body["orders"]:
            return super().look(ref)
        first = body["orders"][0]
        return self._standing(first, replace(ref, number=first["orderNo"]))


class StaffAddsUp(SocialInsuranceAdapter):
    """People of earlier cases are told with those of the next."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        people: Sequence[Any] = self.__dict__.setdefault("people", [])
        if step == "confirm":
            known = [one for one in people if one not in needs["staff"]]
            self.__dict__["people"] = [*known, *needs["staff"]]
            return super().prepare({**needs, "staff": [*needs["staff"], *known]}, key, step)
        return super().prepare(needs, key, step)


class AsksWithoutPause(TaxAdapter):
    """Asks again at once."""

    def look(self, ref: Ref) -> Outcome:
        return asking_after(timedelta(0), super().look(ref))

    def send(self, prepared: Prepared) -> Outcome:
        return asking_after(timedelta(0), super().send(prepared))


class AsksTomorrow(SealAdapter):
    """Asks once a day."""

    def look(self, ref: Ref) -> Outcome:
        return asking_after(timedelta(days=1), super().look(ref))

    def send(self, prepared: Prepared) -> Outcome:
        return asking_after(timedelta(days=1), super().send(prepared))


class AsksEverySecond(RegistrationAdapter):
    """Asks every second."""

    def look(self, ref: Ref) -> Outcome:
        return asking_after(timedelta(seconds=1), super().look(ref))


class WaitsTwiceAsLong(SocialInsuranceAdapter):
    """Each pause is three hours."""

    def look(self, ref: Ref) -> Outcome:
        return asking_after(timedelta(hours=3), super().look(ref))


MUTANTS = (
    Mutant(ThirdIsTheSecond, ("B16",)),
    Mutant(TenthIsTheFirst, ("B16",)),
    Mutant(NinthIsTheLast, ("B16",)),
    Mutant(CorrectsTheFirstTimeOnly, ("B16",)),
    Mutant(RemembersTheLastCompany, ("S35",)),
    Mutant(KeepsTheFirstAnswer, ("S35",)),
    Mutant(EverybodysMemory, ("S35", "S31")),
    Mutant(TakesTheLatestReceipt, ("S35",)),
    Mutant(TakesTheFirstOrder, ("S35",)),
    Mutant(StaffAddsUp, ("S35",)),
    Mutant(AsksWithoutPause, ("G15",)),
    Mutant(AsksTomorrow, ("G15",)),
    Mutant(AsksEverySecond, ("G15",)),
    Mutant(WaitsTwiceAsLong, ("G15",)),
)
