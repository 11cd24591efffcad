"""Planted faults of wording: what the department is told is not what was filled in."""

import re
from collections.abc import Mapping
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

from adapters.bank import BankAdapter
from adapters.base import WireClock
from adapters.housing_fund import HousingFundAdapter
from adapters.kit.mutants.means import Needs, Ready, rewritten
from adapters.kit.mutants.mutant import Mutant
from adapters.kit.rig.away import Away
from adapters.registration import RegistrationAdapter
from adapters.seal import SealAdapter
from adapters.social_insurance import SocialInsuranceAdapter
from adapters.tax import TaxAdapter
from kaiban.ports import Key

MANY, WIDE = 100, 61


class DropsTheDot(SocialInsuranceAdapter):
    """Names are told without the dot between their parts."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare(rewritten(needs, lambda text: text.replace("·", "")), key, step)


class DotIsAnotherDot(RegistrationAdapter):
    """The dot of names becomes a bullet that looks like it."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare(rewritten(needs, lambda text: text.replace("·", "•")), key, step)


class QuotesAreAscii(TaxAdapter):
    """Chinese quotes are made ASCII."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        table = str.maketrans("“”‘’", "\"\"''")
        return super().prepare(rewritten(needs, lambda text: text.translate(table)), key, step)


class BracketsAreAscii(SealAdapter):
    """Wide brackets in a company's name become narrow ones."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        name = needs["name"].replace("（", "(").replace("）", ")")
        return super().prepare({**needs, "name": name}, key, step)


class CutsInsideACharacter(BankAdapter):
    """Addresses are cut at a number of bytes, and what is left of a character is dropped."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        short = needs["address"].encode("gbk", "replace")[:WIDE].decode("gbk", "ignore")
        return super().prepare({**needs, "address": short}, key, step)


class CutsAtALength(TaxAdapter):
    """Addresses end after fifty characters."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare({**needs, "address": needs["address"][:50]}, key, step)


class CutsLongNames(BankAdapter):
    """A name longer than the field is cut before anybody sees that it does not fit."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        short = needs["legal_rep_name"][:20]
        return super().prepare({**needs, "legal_rep_name": short}, key, step)


class SqueezesSpaces(RegistrationAdapter):
    """Two spaces become one."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare(rewritten(needs, lambda text: re.sub(" +", " ", text)), key, step)


class NarrowsWideDigits(SocialInsuranceAdapter):
    """Wide digits and letters become narrow ones."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        table = {0xFF01 + n: 0x21 + n for n in range(94)}
        return super().prepare({**needs, "address": needs["address"].translate(table)}, key, step)


class DropsRareCharacters(HousingFundAdapter):
    """Whatever is not among the usual characters is left out."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        def usual(text: str) -> str:
            return text.encode("gbk", "ignore").decode("gbk")

        return super().prepare(rewritten(needs, usual), key, step)


class MoneyThroughFloats(HousingFundAdapter):
    """Fen are counted with floats, and a fen is lost."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        staff = [
            {**one, "wage": Decimal(int(float(one["wage"]) * MANY)) / MANY}
            for one in needs["staff"]
        ]
        return super().prepare({**needs, "staff": staff}, key, step)


class SharesThroughFloats(BankAdapter):
    """Hundredths of a percent are counted with floats."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        owners = [
            {**one, "share_pct": Decimal(int(float(one["share_pct"]) * MANY)) / MANY}
            for one in needs["owners"]
        ]
        return super().prepare({**needs, "owners": owners}, key, step)


class CapitalThroughFloats(RegistrationAdapter):
    """Large sums lose what a float cannot hold."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare(
            {**needs, "regCap": Decimal(f"{float(needs['regCap']):.10g}")}, key, step
        )


class WagesAreWhole(SocialInsuranceAdapter):
    """Wages are rounded to yuan."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        staff = [{**one, "wage": one["wage"].quantize(Decimal(1))} for one in needs["staff"]]
        return super().prepare({**needs, "staff": staff}, key, step)


class RatiosAreSwapped(HousingFundAdapter):
    """The unit pays what its people should, and they what it should."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        swapped = {"unit_ratio": needs["personal_ratio"], "personal_ratio": needs["unit_ratio"]}
        return super().prepare({**needs, **swapped}, key, step)


class DatesAreADayBefore(BankAdapter):
    """A date is taken for midnight in Beijing and told in UTC."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        until = needs.get("legal_rep_cert_until")
        earlier = {"legal_rep_cert_until": until - timedelta(days=1)} if until else {}
        return super().prepare({**needs, **earlier}, key, step)


class LeapDaysAreNone(SocialInsuranceAdapter):
    """Days after the 28th become the 28th."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        def earlier(text: str) -> str:
            return re.sub(r"\A(\d{4}-\d{2}-)(29|30|31)\Z", r"\g<1>28", text)

        return super().prepare(rewritten(needs, earlier), key, step)


class TellsTheOtherOwner(BankAdapter):
    """The owners' names and numbers are matched the wrong way round."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        names = [one["name"] for one in needs["owners"]][::-1]
        owners = [{**one, "name": name} for one, name in zip(needs["owners"], names, strict=True)]
        return super().prepare({**needs, "owners": owners}, key, step)


class ForgetsTheThird(HousingFundAdapter):
    """Only two employees are told."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare({**needs, "staff": needs["staff"][:2]}, key, step)


class AgentIsForgotten(TaxAdapter):
    """Whoever acts for the company is left out."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare({**needs, "agent_name": ""}, key, step)


class MobilesAreMixed(HousingFundAdapter):
    """Everybody is reached by the clerk's number."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        staff = [{**one, "mobile": needs["clerk"]["mobile"]} for one in needs["staff"]]
        return super().prepare({**needs, "staff": staff}, key, step)


class TellsTheDayInUtc(BankAdapter):
    """The bank's date is the one of London."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=Away(clock, timedelta(hours=-8)))


class StampsInUtc(SocialInsuranceAdapter):
    """Moments are told in UTC."""

    def _moment(self) -> str:
        return self.clock.now().astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


MUTANTS = (
    Mutant(DropsTheDot, ("S31",)),
    Mutant(DotIsAnotherDot, ("S31",)),
    Mutant(QuotesAreAscii, ("S31",)),
    Mutant(BracketsAreAscii, ("S31",)),
    Mutant(CutsInsideACharacter, ("S31",)),
    Mutant(CutsAtALength, ("S31",)),
    Mutant(CutsLongNames, ("S31",)),
    Mutant(SqueezesSpaces, ("S31",)),
    Mutant(NarrowsWideDigits, ("S31",)),
    Mutant(DropsRareCharacters, ("S31",)),
    Mutant(MoneyThroughFloats, ("S31",)),
    Mutant(SharesThroughFloats, ("S31",)),
    Mutant(CapitalThroughFloats, ("S31",)),
    Mutant(WagesAreWhole, ("S31",)),
    Mutant(RatiosAreSwapped, ("B08",)),
    Mutant(DatesAreADayBefore, ("B08",)),
    Mutant(LeapDaysAreNone, ("S31",)),
    Mutant(TellsTheOtherOwner, ("S31",)),
    Mutant(ForgetsTheThird, ("S31",)),
    Mutant(AgentIsForgotten, ("S39",)),
    Mutant(MobilesAreMixed, ("S39",)),
    Mutant(TellsTheDayInUtc, ("S38",)),
    Mutant(StampsInUtc, ("S38",)),
)
