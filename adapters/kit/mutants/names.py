"""Planted faults of names: given away to whoever reads."""

import base64
import logging
from collections.abc import Mapping
from dataclasses import replace

from adapters.bank import BankAdapter
from adapters.housing_fund import HousingFundAdapter
from adapters.kit.mutants.means import Needs, Ready, altered
from adapters.kit.mutants.mutant import Mutant
from adapters.registration import RegistrationAdapter
from adapters.seal import SealAdapter
from adapters.social_insurance import SocialInsuranceAdapter
from adapters.tax import TaxAdapter
from adapters.wire import reading
from kaiban.ports import Key, Prepared


class ShortNamesInTheLog(TaxAdapter):
    """Says for whom it prepares; a name of two characters."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        logging.getLogger("tax").debug("for %s", needs["rep_name"])
        return super().prepare(needs, key, step)


class ShortNamesInMeta(HousingFundAdapter):
    """Keeps the clerk's name beside the message."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return altered(super().prepare(needs, key, step), meta={"clerk": needs["clerk"]["name"]})


class NamesInTheReference(SocialInsuranceAdapter):
    """Keeps the legal representative in the reference."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        ready = super().prepare(needs, key, step)
        if not isinstance(ready, Prepared):
            return ready
        who = {"legal": needs["legal_rep"]["name"]}
        return replace(ready, ref=replace(ready.ref, extra={**ready.ref.extra, **who}))


class ReadableIsNotMasked(BankAdapter):
    """Shows messages as they are."""

    def readable(self, raw: bytes) -> Mapping[str, str]:
        return self.fields(raw) if raw else {}


class ReadableMasksNumbersOnly(SealAdapter):
    """Masks numbers; names are shown."""

    def readable(self, raw: bytes) -> Mapping[str, str]:
        return {name: reading.NUMBERS.sub("***", text) for name, text in self.fields(raw).items()}


class NamesInBase64(RegistrationAdapter):
    """Keeps a name where nobody reads it at once."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        ready = super().prepare(needs, key, step)
        if not isinstance(ready, Prepared):
            return ready
        coded = base64.b64encode(needs["legalRep"]["name"].encode()).decode()
        return replace(ready, meta={**ready.meta, "who": coded})


MUTANTS = (
    Mutant(ShortNamesInTheLog, ("S37",)),
    Mutant(ShortNamesInMeta, ("S37",)),
    Mutant(NamesInTheReference, ("S37",)),
    Mutant(ReadableIsNotMasked, ("S37",)),
    Mutant(ReadableMasksNumbersOnly, ("S37",)),
    Mutant(NamesInBase64, ("S37",)),
)
