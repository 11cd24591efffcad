"""What the pretended registrar does with applications: take, judge, remember, number."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from random import Random
from typing import Any

from adapters.hall.clerk import ClerkError
from adapters.hall.credit_codes import credit_code, subject_number
from adapters.hall.hours import BEIJING
from adapters.hall.stub import Stub
from adapters.registration.stub import reviews as review
from adapters.registration.stub.codes import licence_number
from adapters.registration.stub.door import CALLBACK_PATH, Refused
from adapters.registration.stub.kinds import kind_of
from adapters.registration.stub.names import Name, NameCheck, Register
from adapters.registration.stub.rules import (
    AT_INTAKE,
    NOT_ACCEPTED,
    TO_CORRECT,
    TO_REFUSE,
    Facts,
    Finding,
    Row,
    found,
    name_of,
)

REGION = "990100"

Application = dict[str, Any]


class Desk:
    """Keeps applications in the stub's store; every change is made inside ``store.atomic``."""

    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._register = Register()

    # --- taking ---------------------------------------------------------------------------------

    def take_in(self, row: Row) -> Application:
        """Take a new application; raises Refused for what a machine can see."""
        facts = self._facts(row)
        _refuse_at_intake(row, facts)
        judged, serial = _judged(row, facts), row["bizSerialNo"]
        timeline = review.first_review(self._stub, serial, self._stub.now(), judged["verdict"])
        number = self._unused("application", serial, _accept_number)
        application = {"acceptNo": number, "rounds": 1, "pushes": 0, "committed": False}
        return self._write(application | {"timeline": []}, row, judged, timeline)

    def take_again(self, application: Application, row: Row) -> Application:
        """Take a supplement; raises Refused unless one is wanted."""
        _, state = self.standing(application)
        if state != review.TO_CORRECT:
            raise Refused("40903", f"当前状态为{review.STATE_TEXTS[state]}，不接受补正")
        facts = self._facts(row, application["acceptNo"])
        _refuse_at_intake(row, facts)
        judged, serial = _judged(row, facts), row["bizSerialNo"]
        timeline = review.second_review(self._stub, serial, self._stub.now(), judged["verdict"])
        application["rounds"] += 1
        return self._write(application, row, judged, timeline)

    def take_late(self, application: Application, named: list[dict[str, str]]) -> int:
        """Add files to it, each once, and tell how many it has; raises Refused."""
        _, state = self.standing(application)
        if state in {review.REFUSED, review.WITHDRAWN}:
            raise Refused("40905", f"当前状态为{review.STATE_TEXTS[state]}，不再收材料")
        missing = [each for each in named if not self._stub.store.get("material", each["sha256"])]
        if missing:
            raise Refused("40002", "材料文件尚未上传")
        row = application["row"]
        have = row.get("attachments", [])
        known = {each["sha256"] for each in have}
        row["attachments"] = [*have, *(each for each in named if each["sha256"] not in known)]
        self._stub.store.put("application", application["acceptNo"], application)
        return len(row["attachments"])

    def withdraw(self, application: Application) -> None:
        """End it, if it is not yet decided; raises Refused."""
        _, state = self.standing(application)
        if state in review.OPEN:
            self._continue(application, [(self._stub.now().isoformat(), review.WITHDRAWN)])
        elif state != review.WITHDRAWN:
            raise Refused("40904", f"当前状态为{review.STATE_TEXTS[state]}，不能撤回")

    def decide(self, number: str, verdict: str, refusal: Any, corrections: list[Any]) -> None:
        """Decide an application now, by hand; raises ClerkError if it is over."""
        application = self.application(number)
        _, state = self.standing(application)
        if state not in review.OPEN:
            raise ClerkError(f"当前状态为{review.STATE_TEXTS[state]}")
        judged = {"verdict": verdict, "refusal": refusal, "corrections": corrections}
        now = self._stub.now().isoformat()
        more = [(now, verdict)] + [(now, review.LICENSED)] * (verdict == review.GRANTED)
        self._write(application, application["row"], judged, more)

    # --- finding --------------------------------------------------------------------------------

    def number_of(self, serial: str) -> str:
        """Return their number for our serial; raises Refused."""
        known = self._stub.store.get("serial", serial)
        if known is None:
            raise Refused("40401", "业务流水号不存在")
        return str(known["acceptNo"])

    def application(self, number: str) -> Application:
        """Return an application; raises Refused."""
        application = self._stub.store.get("application", number)
        if application is None:
            raise Refused("40401", "受理号不存在")
        return application

    def standing(self, application: Application) -> tuple[str, str]:
        """Where it stands and since when; what has been granted meanwhile is written down."""
        at, state = review.standing(application["timeline"], self._stub.now())
        if state in {review.GRANTED, review.LICENSED} and not application["committed"]:
            self._commit_once(application)
        return at, state

    def check_name(self, full: str) -> NameCheck:
        """Check a whole name; nothing is reserved."""
        return self._checked(self._register.split(full), self._holder_of)

    # --- private --------------------------------------------------------------------------------

    def _facts(self, row: Row, number: str = "") -> Facts:
        """Look up what the rules need; a supplement (``number``) does not compete with itself."""

        def taken(key: str) -> str | None:
            holder = self._stub.store.get("name", key)
            return None if holder and holder["acceptNo"] == number else self._holder_of(key)

        magic = self._stub.magic(row["entName"])
        # A magic correction is asked for once, so that the demonstration can go on.
        wanted = magic - {"测试补正"} if number else magic
        check = self._checked(name_of(row), taken)
        named = (each["sha256"] for each in row.get("attachments", ()))
        put = frozenset(each for each in named if self._stub.store.get("material", each))
        return Facts(self._register, check, wanted, self._today(), put, self._called(row))

    def _called(self, row: Row) -> frozenset[str]:
        """Return the findings the name calls up and nobody of that name has met yet."""
        name = row["entName"]
        asked = self._stub.findings_in(name, "R")
        met = (self._stub.store.get("met", f"{name}:{each}") for each in asked)
        return frozenset(each for each, before in zip(asked, met, strict=True) if before is None)

    def meet(self, row: Row) -> None:
        """Write down what the name calls up: it is found once, so that the demonstration can go on."""
        for each in self._stub.findings_in(row["entName"], "R"):
            self._stub.store.put("met", f"{row['entName']}:{each}", {})

    def _checked(self, name: Name, taken: Callable[[str], str | None]) -> NameCheck:
        return self._register.check(name, taken, self._today())

    def _holder_of(self, key: str) -> str | None:
        """Return the full name that holds a key of the name register, while its application lives."""
        held = self._stub.store.get("name", key)
        if held is None:
            return None
        application = self.application(held["acceptNo"])
        _, state = self.standing(application)
        living = state not in {review.REFUSED, review.WITHDRAWN}
        kept = key in self._register.keys(name_of(application["row"]))
        return str(held["full"]) if living and kept else None

    def _write(
        self, application: Application, row: Row, judged: Mapping[str, Any], more: review.Timeline
    ) -> Application:
        application |= {"row": row, "licence": None} | dict(judged)
        if judged["verdict"] == review.GRANTED:
            decided = next(at for at, state in more if state == review.GRANTED)
            application["licence"] = self._licence_of(row, decided)
        for key in self._register.keys(name_of(row)):
            held = {"acceptNo": application["acceptNo"], "full": row["entName"]}
            self._stub.store.put("name", key, held)
        self._continue(application, more)
        return application

    def _continue(self, application: Application, more: review.Timeline) -> None:
        """Let the planned future be replaced by another one, and plan its pushes."""
        now, number = self._stub.now(), application["acceptNo"]
        past = [s for s in application["timeline"] if datetime.fromisoformat(s[0]) <= now]
        application["timeline"] = [*past, *more]
        for at, state in more:
            if state in review.PUSHED:
                application["pushes"] += 1
                topic = str(application["pushes"])
                self._stub.call_back(datetime.fromisoformat(at), CALLBACK_PATH, number, topic)
        self._stub.store.put("application", number, application)

    def _licence_of(self, row: Row, decided: str) -> dict[str, str]:
        key = row["bizSerialNo"]
        category = kind_of(row).category
        code = self._unused("credit_code", key, partial(_credit_code, category=category))
        serial = self._unused("licence_no", key, _licence_number)
        self._stub.store.put("credit_code", code, {"serial": key})
        self._stub.store.put("licence_no", serial, {"serial": key})
        day = datetime.fromisoformat(decided).astimezone(BEIJING).date().isoformat()
        return {"uniscid": code, "licenceNo": serial, "estDate": day}

    def _unused(self, kind: str, key: str, make: Callable[[Random], str]) -> str:
        """Draw numbers until one is new; the first nearly always is."""
        n = 0
        while self._stub.store.get(kind, number := make(self._stub.draw(key, kind, n))):
            n += 1
        return number

    def _commit_once(self, application: Application) -> None:
        store = self._stub.store
        with store.atomic():
            stored = self.application(application["acceptNo"])
            if not stored["committed"]:
                row = application["row"]
                self._stub.commit(row["entName"], "main", row["bizSerialNo"])
                store.put("application", stored["acceptNo"], stored | {"committed": True})
            application["committed"] = True

    def _today(self) -> date:
        return self._stub.now().astimezone(BEIJING).date()


def _shown(finding: Finding) -> dict[str, str]:
    """Say a finding as the protocol does."""
    return {"path": finding.path, "rule": finding.code, "msg": finding.text}


def _refuse_at_intake(row: Row, facts: Facts) -> None:
    for finding in found(NOT_ACCEPTED, row, facts):
        raise Refused("40300", "不予受理", {"refusal": _shown(finding)})
    findings = found(AT_INTAKE, row, facts)
    if findings:
        raise Refused("40001", "字段校验未通过", {"fields": [_shown(each) for each in findings]})


def _judged(row: Row, facts: Facts) -> dict[str, Any]:
    refusals, corrections = found(TO_REFUSE, row, facts), found(TO_CORRECT, row, facts)
    if refusals:
        return {"verdict": review.REFUSED, "refusal": _shown(refusals[0]), "corrections": []}
    verdict = review.TO_CORRECT if corrections else review.GRANTED
    wanted = [_shown(each) for each in corrections]
    return {"verdict": verdict, "refusal": None, "corrections": wanted}


def _accept_number(dice: Random) -> str:
    return f"SL{REGION}{dice.randrange(10**10):010d}"


def _credit_code(dice: Random, category: str) -> str:
    return credit_code(REGION, subject_number(dice), category)


def _licence_number(dice: Random) -> str:
    return licence_number(REGION, dice.randrange(10**8))
