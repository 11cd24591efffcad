"""Planted faults of declaring and preparing."""

import logging
import random
import secrets
from dataclasses import replace

from marshmallow import Schema, fields

from adapters.bank import BankAdapter
from adapters.bank.adapter import BankSettings
from adapters.bank.needs import BankNeeds
from adapters.kit.mutants.means import Needs, Ready, altered
from adapters.kit.mutants.mutant import Mutant
from adapters.needs_paths import texts
from adapters.tax import TaxAdapter
from kaiban.ports import (
    Correction,
    Health,
    Key,
    NotFound,
    Outcome,
    Prepared,
    Ref,
    Unknown,
)


class NobodyOwnsIt(BankAdapter):
    """A manifest without an owner."""

    manifest = replace(BankAdapter.manifest, owner="")


class TellsNoHours(BankAdapter):
    """A manifest without hours."""

    manifest = replace(BankAdapter.manifest, hours="")


class _LooseSettings(BankSettings):
    mac_key = fields.String(load_default="")


class SettingsAreNotChecked(BankAdapter):
    """Starts with anything."""

    Settings = _LooseSettings


class _HomelessNeeds(BankNeeds):
    nickname = fields.String()


class NeedsComeFromNowhere(BankAdapter):
    """A need without a form path."""

    Needs = _HomelessNeeds


class _OpenNeeds(BankNeeds):
    legal_rep_cert_no = fields.String(
        required=True, metadata={"path": "people.legal_rep.cert.no", "bytes": 32}
    )


class PersonalNeedsAreNotMarked(BankAdapter):
    """An ID number that nobody would mask."""

    Needs = _OpenNeeds


class NewSerialEachTime(BankAdapter):
    """A second preparation is another application."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        serial = str(secrets.randbelow(10**20)).zfill(20)
        return altered(super().prepare(needs, key, step), key=serial, ref=Ref(serial))


class TimeInTheMessage(BankAdapter):
    """The day of preparation is in the message."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        day = self.clock.now().date()
        return super().prepare({"visit_date": day, **needs}, key, step)


class RollsDice(BankAdapter):
    """Dice in prepare, even if nobody sees them."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        random.random()  # noqa: S311 - that is the fault
        return super().prepare(needs, key, step)


class AsksWhilePreparing(BankAdapter):
    """Prepare talks to the department."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        self.http.exchange("POST", "/kh", b"", ok=tuple(range(200, 600)))
        return super().prepare(needs, key, step)


class HashOrder(BankAdapter):
    """The order of a set: another in every process."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        order = "".join(set(map(str, needs)))
        ready = super().prepare(needs, key, step)
        return (
            altered(ready, body=ready.body + order.encode())
            if isinstance(ready, Prepared)
            else ready
        )


class RewritesTheForm(BankAdapter):
    """Changes the needs it was given."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        if isinstance(needs, dict):
            needs["products"] = []
        return super().prepare(needs, key, step)


class RevisionsLookAlike(BankAdapter):
    """A correction has the number of the first application."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare(needs, replace(key, revision=1), step)


class CasesLookAlike(BankAdapter):
    """Every case has the same number."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare(needs, replace(key, case="1"), step)


class ForgetsWhatItCorrects(BankAdapter):
    """A correction is a new application."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return super().prepare(needs, replace(key, corrects=None), step)


class AnotherLayout(BankAdapter):
    """One field stands where the protocol does not have it."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        ready = super().prepare(needs, key, step)
        body = getattr(ready, "body", b"")
        return altered(ready, body=body[:20] + body[21:38] + b" " + body[38:])


class DoesNotEscape(TaxAdapter):
    """XML put together like text."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        ready = super().prepare(needs, key, step)
        body = getattr(ready, "body", b"")
        return altered(ready, body=body.replace(b"&lt;", b"<").replace(b"&amp;", b"&"))


class QuestionMarks(BankAdapter):
    """Unreadable characters become ?."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        name = needs["legal_rep_name"].encode("gbk", "replace").decode("gbk")
        owners = [
            {**each, "name": each["name"].encode("gbk", "replace").decode("gbk")}
            for each in needs["owners"]
        ]
        return super().prepare({**needs, "legal_rep_name": name, "owners": owners}, key, step)


class CountsCharacters(BankAdapter):
    """Widths in characters where the protocol counts bytes."""

    def misfits(self, needs: Needs, without: str = "") -> tuple[Correction, ...]:
        del without  # the bank separates nothing
        return tuple(
            self.correction(where, "unfit", "太长了，请缩短")
            for where, text, width in texts(self.Needs(), needs)
            if width and len(text) > width
        )


class LogsThePerson(BankAdapter):
    """Writes the needs into the log."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        logging.getLogger("bank").info("preparing %s", needs)
        return super().prepare(needs, key, step)


class SecretInMeta(BankAdapter):
    """Stores the key beside the message."""

    def prepare(self, needs: Needs, key: Key, step: str) -> Ready:
        return altered(super().prepare(needs, key, step), meta={"mac": self.settings["mac_key"]})


class SecretInTheError(BankAdapter):
    """Tells the key to whoever reads the error."""

    def _exchange(self, code: str, serial: str, body: bytes = b"") -> tuple[str, dict[str, str]]:
        try:
            return super()._exchange(code, serial, body)
        except Unknown as error:
            raise Unknown(f"failed with settings {self.settings}") from error


class SecretInHealth(BankAdapter):
    """Tells the key to whoever asks how it is."""

    def ping(self) -> Health:
        return Health(super().ping().ok, f"key {self.settings['mac_key']}")


class OnlyInMemory(BankAdapter):
    """Remembers its applications itself; nobody else can ask for them."""

    def send(self, prepared: Prepared) -> Outcome:
        self.__dict__.setdefault("sent", set()).add(prepared.ref.key)
        return super().send(prepared)

    def look(self, ref: Ref) -> Outcome:
        known = ref.key in self.__dict__.get("sent", ())
        return super().look(ref) if known else NotFound()


class _ScaffoldNeeds(Schema):
    credit_code = fields.String(load_default="", metadata={"path": "facts.credit_code"})
    name = fields.String(required=True, metadata={"path": "company.name.full"})
    mobile = fields.String(
        required=True, metadata={"path": "people.legal_rep.mobile", "sensitive": True}
    )


class _ScaffoldResult(Schema):
    registration_no = fields.String(required=True, metadata={"label": "登记编号"})


class StillTheScaffold(BankAdapter):
    """Asks and grants what every new department does before anybody has thought about it."""

    Needs = _ScaffoldNeeds  # type: ignore[assignment]  # another department, in truth
    Result = _ScaffoldResult  # type: ignore[assignment]  # the same


MUTANTS = (
    Mutant(StillTheScaffold, ("G16",)),
    Mutant(NobodyOwnsIt, ("B01",)),
    Mutant(TellsNoHours, ("G11",)),
    Mutant(SettingsAreNotChecked, ("B02",)),
    Mutant(NeedsComeFromNowhere, ("B03",)),
    Mutant(PersonalNeedsAreNotMarked, ("B03",)),
    Mutant(NewSerialEachTime, ("B04",)),
    Mutant(TimeInTheMessage, ("B05",)),
    Mutant(RollsDice, ("B05",)),
    Mutant(AsksWhilePreparing, ("B05",)),
    Mutant(HashOrder, ("B04",)),
    Mutant(RewritesTheForm, ("B04",)),
    Mutant(RevisionsLookAlike, ("B04",)),
    Mutant(CasesLookAlike, ("B07",)),
    Mutant(ForgetsWhatItCorrects, ("B13",)),
    Mutant(AnotherLayout, ("B08",)),
    Mutant(DoesNotEscape, ("B09",)),
    Mutant(QuestionMarks, ("S24",)),
    Mutant(CountsCharacters, ("S24",)),
    Mutant(LogsThePerson, ("S25",)),
    Mutant(SecretInMeta, ("S25",)),
    Mutant(SecretInTheError, ("S25",)),
    Mutant(SecretInHealth, ("S25",)),
    Mutant(OnlyInMemory, ("S23",)),
)
