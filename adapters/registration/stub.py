"""The pretended registrar of 示范市: REST, JSON, SM2, callbacks (see protocol.md)."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from random import Random
from typing import Any

from flask import Flask, Response, request

from adapters.hall.desk import DeskError
from adapters.hall.hours import BEIJING
from adapters.hall.papers import sample_paper
from adapters.hall.stub import HallContext, Stub
from adapters.registration import stub_reviews as review
from adapters.registration.stub_codes import credit_code, licence_number, subject_number
from adapters.registration.stub_crypto import digest
from adapters.registration.stub_door import ACK, CALLBACK_PATH, Door, Refused
from adapters.registration.stub_message import APPLICATION, WITHDRAWAL, Group
from adapters.registration.stub_names import Register
from adapters.registration.stub_rules import (
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
from adapters.registration.stub_speech import RegistrationDesk, RegistrationSpeech

REGION = "990100"
OFFICE = "示范市市场监督管理局"
_TICKET_LIFE = timedelta(minutes=10)
_PAPERS = {"licence": "电子营业执照", "notice": "登记通知书"}

Application = dict[str, Any]


class RegistrationStub(Stub):
    """Takes applications, reviews them, grants licences; all of it made up."""

    name = "registration"
    title = "设立登记"
    port = 7101
    hours = review.HOURS
    speech = RegistrationSpeech()
    desk = RegistrationDesk()

    def __init__(self, hall: HallContext) -> None:
        self.register = Register()
        self.door = Door(hall.secrets, hall.real)
        super().__init__(hall)

    def settings(self) -> dict[str, Any]:
        """Return what its adapter must be told."""
        return {"url": self.url, **self.door.hand_over()}

    def routes(self, app: Flask) -> None:
        """Add the department's views."""
        for rule, method, view in (
            ("/api/v2/establish", "POST", self.establish),
            ("/api/v2/establish", "GET", self.by_serial),
            ("/api/v2/establish/<accept_no>", "GET", self.by_number),
            ("/api/v2/establish/<accept_no>/supplement", "POST", self.supplement),
            ("/api/v2/establish/withdraw", "POST", self.withdraw),
            ("/api/v2/licence/<paper_no>.pdf", "GET", self.licence),
            ("/api/v2/notice/<paper_no>.pdf", "GET", self.notice),
            ("/api/v2/names", "GET", self.names),
            ("/api/v2/ping", "GET", self.ping),
        ):
            app.add_url_rule(rule, view.__name__, self._behind_door(view), methods=[method])

    # --- views ----------------------------------------------------------------------------------

    def establish(self) -> dict[str, Any]:
        """Take an application; the same serial again gives the first answer again."""
        self.operation("establish")
        row = _message(APPLICATION)
        return self._once(row, lambda: self._take_in(row))

    def supplement(self, accept_no: str) -> dict[str, Any]:
        """Take the corrected application; only while a correction is wanted."""
        self.operation("supplement")
        row = _message(APPLICATION)
        return self._once(row, lambda: self._take_again(self._application(accept_no), row))

    def withdraw(self) -> dict[str, Any]:
        """End an application that is not yet granted."""
        self.operation("withdraw")
        asked = _message(WITHDRAWAL)
        with self.store.atomic():
            number = asked.get("acceptNo") or self._number(asked["bizSerialNo"])
            application = self._application(number)
            _, state = self._standing(application)
            if state in review.OPEN:
                self._continue(application, [(self.now().isoformat(), review.WITHDRAWN)])
            elif state != review.WITHDRAWN:
                raise Refused("40904", f"当前状态为{review.STATE_TEXTS[state]}，不能撤回")
        return {"acceptNo": application["acceptNo"], "state": review.WITHDRAWN}

    def by_serial(self) -> dict[str, Any]:
        """Tell how the application with our serial stands."""
        self.operation("query")
        serial = request.args.get("bizSerialNo", "")
        return self._view(self._application(self._number(serial)), serial)

    def by_number(self, accept_no: str) -> dict[str, Any]:
        """Tell how the application with their number stands."""
        self.operation("query")
        application = self._application(accept_no)
        return self._view(application, application["row"]["bizSerialNo"])

    def licence(self, paper_no: str) -> bytes:
        """Hand over the electronic licence for a ticket."""
        return self._paper("licence", paper_no)

    def notice(self, paper_no: str) -> bytes:
        """Hand over the notice of registration for a ticket."""
        return self._paper("notice", paper_no)

    def names(self) -> dict[str, Any]:
        """Check a name; nothing is reserved."""
        self.operation("names")
        name = self.register.split(request.args.get("name", ""))
        check = self.register.check(name, self._holder_of, self._today())
        reasons = [{"rule": code, "msg": text} for code, text in check.reasons]
        return {"result": check.result, "reasons": reasons, "similar": list(check.similar)}

    def ping(self) -> dict[str, Any]:
        """Give a sign of life."""
        self.operation("ping")
        return {"office": OFFICE}

    # --- the hall asks --------------------------------------------------------------------------

    def refresh(self) -> None:
        """Write down the commits of all licences granted until now."""
        for application in self.store.all("application").values():
            self._standing(application)

    def callback_message(self, key: str, topic: str) -> tuple[Mapping[str, str], bytes]:
        """Return headers and body of a push, as things stand when it is sent."""
        application = self._application(key)
        at, state = self._standing(application)
        event = {
            "eventId": f"E{key}{int(topic):03d}",
            "seq": int(topic),
            "acceptNo": key,
            "bizSerialNo": application["row"]["bizSerialNo"],
            "state": state,
            "at": at,
            "data": {},
        }
        body = _json(event)
        return self.door.headers("POST", CALLBACK_PATH, body), body

    def callback_accepted(self, status: int, body: bytes) -> bool:
        """Tell whether Kaiban has taken the push: only by exactly these bytes."""
        return status == HTTPStatus.OK and body == ACK

    def decide(self, number: str, verdict: str, refusal: Any, corrections: list[Any]) -> None:
        """Let a clerk decide an application now; raises DeskError if it is over."""
        with self.store.atomic():
            application = self._application(number)
            _, state = self._standing(application)
            if state not in review.OPEN:
                raise DeskError(f"当前状态为{review.STATE_TEXTS[state]}")
            judged = {"verdict": verdict, "refusal": refusal, "corrections": corrections}
            now = self.now().isoformat()
            more = [(now, verdict)] + [(now, review.LICENSED)] * (verdict == review.GRANTED)
            self._write(application, application["row"], judged, more)

    def honour(self, ticket: str, path: str, accept_no: str) -> None:
        """Let a ticket drawn elsewhere open a paper."""
        kind, _, paper = path.removesuffix(".pdf").removeprefix("/api/v2/").partition("/")
        until = (self.hall.real.now() + _TICKET_LIFE).isoformat()
        held = {"kind": kind, "paper": paper, "until": until, "acceptNo": accept_no}
        self.store.put("ticket", ticket, held)

    # --- applications ---------------------------------------------------------------------------

    def _once(self, row: Row, take: Callable[[], Application]) -> dict[str, Any]:
        serial, content = row["bizSerialNo"], digest(request.get_data())
        with self.store.atomic():
            known = self.store.get("serial", serial)
            if known and known["digest"] != content:
                raise Refused("40902", "业务流水号已被其他报文使用")
            if not known:
                application = take()
                known = {"acceptNo": application["acceptNo"], "digest": content}
                self.store.put("serial", serial, known)
                replay = False
            else:
                replay = True
        if not replay and "测试超时" in self.magic(row["entName"]):
            self.lose_answer()
        return {"acceptNo": known["acceptNo"], "bizSerialNo": serial, "replay": replay}

    def _take_in(self, row: Row) -> Application:
        facts = self._facts(row)
        _refuse_at_intake(row, facts)
        judged = self._judge(row, facts)
        timeline = review.first_review(self, row["bizSerialNo"], self.now(), judged["verdict"])
        number = self._unused("application", row["bizSerialNo"], _accept_number)
        application = {"acceptNo": number, "rounds": 1, "pushes": 0, "committed": False}
        return self._write(application | {"timeline": []}, row, judged, timeline)

    def _take_again(self, application: Application, row: Row) -> Application:
        _, state = self._standing(application)
        if state != review.TO_CORRECT:
            raise Refused("40903", f"当前状态为{review.STATE_TEXTS[state]}，不接受补正")
        facts = self._facts(row, application["acceptNo"])
        _refuse_at_intake(row, facts)
        judged = self._judge(row, facts)
        timeline = review.second_review(self, row["bizSerialNo"], self.now(), judged["verdict"])
        application["rounds"] += 1
        return self._write(application, row, judged, timeline)

    def _facts(self, row: Row, number: str = "") -> Facts:
        """Look up what the rules need; a supplement (``number``) does not compete with itself."""

        def taken(key: str) -> str | None:
            holder = self.store.get("name", key)
            return None if holder and holder["acceptNo"] == number else self._holder_of(key)

        check = self.register.check(name_of(row), taken, self._today())
        magic = self.magic(row["entName"])
        # A magic correction is asked for once, so that the demonstration can go on.
        return Facts(
            self.register, check, magic - {"测试补正"} if number else magic, self._today()
        )

    def _judge(self, row: Row, facts: Facts) -> dict[str, Any]:
        refusals, corrections = found(TO_REFUSE, row, facts), found(TO_CORRECT, row, facts)
        verdict = (
            review.REFUSED if refusals else review.TO_CORRECT if corrections else review.GRANTED
        )
        return {
            "verdict": verdict,
            "refusal": _shown(refusals[0]) if refusals else None,
            "corrections": [_shown(each) for each in corrections] if not refusals else [],
        }

    def _write(
        self, application: Application, row: Row, judged: Mapping[str, Any], more: review.Timeline
    ) -> Application:
        application |= {"row": row, "licence": None} | dict(judged)
        if judged["verdict"] == review.GRANTED:
            decided = next(at for at, state in more if state == review.GRANTED)
            application["licence"] = self._licence_of(row, decided)
        for key in self.register.keys(name_of(row)):
            held = {"acceptNo": application["acceptNo"], "full": row["entName"]}
            self.store.put("name", key, held)
        self._continue(application, more)
        return application

    def _continue(self, application: Application, more: review.Timeline) -> None:
        """Let the planned future be replaced by another one, and plan its pushes."""
        now, number = self.now(), application["acceptNo"]
        past = [s for s in application["timeline"] if datetime.fromisoformat(s[0]) <= now]
        application["timeline"] = [*past, *more]
        for at, state in more:
            if state in review.PUSHED:
                application["pushes"] += 1
                topic = str(application["pushes"])
                self.call_back(datetime.fromisoformat(at), CALLBACK_PATH, number, topic)
        self.store.put("application", number, application)

    def _licence_of(self, row: Row, decided: str) -> dict[str, str]:
        key = row["bizSerialNo"]
        code = self._unused("credit_code", key, _credit_code)
        serial = self._unused(
            "licence_no", key, lambda dice: licence_number(REGION, dice.randrange(10**8))
        )
        self.store.put("credit_code", code, {"serial": key})
        self.store.put("licence_no", serial, {"serial": key})
        day = datetime.fromisoformat(decided).astimezone(BEIJING).date().isoformat()
        return {"uniscid": code, "licenceNo": serial, "estDate": day}

    def _unused(self, kind: str, key: str, make: Callable[[Any], str]) -> str:
        """Draw numbers until one is new; the first nearly always is."""
        n = 0
        while self.store.get(kind, number := make(self.draw(key, kind, n))):
            n += 1
        return number

    def _number(self, serial: str) -> str:
        known = self.store.get("serial", serial)
        if known is None:
            raise Refused("40401", "业务流水号不存在")
        return str(known["acceptNo"])

    def _application(self, number: str) -> Application:
        application = self.store.get("application", number)
        if application is None:
            raise Refused("40401", "受理号不存在")
        return application

    def _standing(self, application: Application) -> tuple[str, str]:
        """Where it stands; what has been granted meanwhile is written down."""
        at, state = review.standing(application["timeline"], self.now())
        if state in {review.GRANTED, review.LICENSED} and not application["committed"]:
            self._commit_once(application)
        return at, state

    def _commit_once(self, application: Application) -> None:
        with self.store.atomic():
            stored = self._application(application["acceptNo"])
            if not stored["committed"]:
                row = application["row"]
                self.commit(row["entName"], "main", row["bizSerialNo"])
                self.store.put("application", stored["acceptNo"], stored | {"committed": True})
            application["committed"] = True

    def _holder_of(self, key: str) -> str | None:
        """Return the full name that holds a key of the name register, while its application lives."""
        held = self.store.get("name", key)
        if held is None:
            return None
        application = self._application(held["acceptNo"])
        _, state = self._standing(application)
        living = state not in {review.REFUSED, review.WITHDRAWN}
        kept = key in self.register.keys(name_of(application["row"]))
        return str(held["full"]) if living and kept else None

    def _today(self) -> Any:
        return self.now().astimezone(BEIJING).date()

    # --- answers --------------------------------------------------------------------------------

    def _view(self, application: Application, serial: str) -> dict[str, Any]:
        at, state = self._standing(application)
        shown = {
            "acceptNo": application["acceptNo"],
            "bizSerialNo": serial,
            "state": state,
            "stateText": review.STATE_TEXTS[state],
            "at": at,
        }
        if state == review.TO_CORRECT:
            shown["corrections"] = application["corrections"]
        if state == review.REFUSED:
            shown["refusal"] = application["refusal"]
        if state == review.LICENSED:
            shown["licence"] = self._licence_shown(application)
            shown["files"] = [self._file(application, kind) for kind in _PAPERS]
        return shown

    def _licence_shown(self, application: Application) -> dict[str, str]:
        named = {"entName": application["row"]["entName"], "regOrgName": OFFICE}
        return {**application["licence"], **named}

    def _file(self, application: Application, kind: str) -> dict[str, str]:
        number = (
            application["licence"]["uniscid"] if kind == "licence" else application["acceptNo"]
        )
        ticket = self.door.new_nonce()
        until = (self.hall.real.now() + _TICKET_LIFE).isoformat()
        ticketed = {
            "kind": kind,
            "paper": number,
            "until": until,
            "acceptNo": application["acceptNo"],
        }
        self.store.put("ticket", ticket, ticketed)
        return {
            "title": _PAPERS[kind],
            "mediaType": "application/pdf",
            "sm3": digest(self._printed(application, kind)),
            "path": f"/api/v2/{kind}/{number}.pdf",
            "ticket": ticket,
        }

    def _paper(self, kind: str, paper_no: str) -> bytes:
        self.operation(kind)
        ticket = request.args.get("ticket", "")
        with self.store.atomic():
            held = self.store.get("ticket", ticket)
            self.store.remove("ticket", ticket)
        if held is None or (held["kind"], held["paper"]) != (kind, paper_no):
            raise Refused("41001", "票据不存在或者已使用")
        if datetime.fromisoformat(held["until"]) < self.hall.real.now():
            raise Refused("41001", "票据已过期")
        return self._printed(self._application(held["acceptNo"]), kind)

    def _printed(self, application: Application, kind: str) -> bytes:
        row, licence = application["row"], application["licence"]
        text = {
            "licence": (
                f"统一社会信用代码：{licence['uniscid']}",
                f"名称：{row['entName']}",
                f"法定代表人：{row['legalRep']['name']}",
                f"注册资本：{row['regCap']}万元人民币",
                f"成立日期：{licence['estDate']}",
                f"住所：{row['dom']['detail']}",
                f"经营范围：{row['opScope']}",
                f"执照编号：{licence['licenceNo']}",
                f"登记机关：{OFFICE}（虚构）",
            ),
            "notice": (
                f"受理号：{application['acceptNo']}",
                f"{row['entName']}：",
                "你单位提交的设立登记申请材料齐全，符合法定形式，我局决定准予登记。",
                f"统一社会信用代码：{licence['uniscid']}",
                f"{OFFICE}（虚构）  {licence['estDate']}",
            ),
        }
        return sample_paper(_PAPERS[kind], text[kind])

    def _behind_door(self, view: Callable[..., Any]) -> Callable[..., Response]:
        def guarded(**arguments: str) -> Response:
            try:
                self.door.admit()
                answer = view(**arguments)
            except Refused as refused:
                answer = refused
            return self.door.answer(answer)

        return guarded


def _message(shape: Group) -> dict[str, Any]:
    """Return the request's body, if it has the shape; else all that is wrong with it."""
    try:
        row = json.loads(request.get_data())
    except ValueError as error:
        raise Refused("40000", "报文不是合法的 JSON") from error
    flaws = [{"path": path, "rule": "", "msg": text} for path, text in shape.flaws(row, "")]
    if flaws:
        raise Refused("40001", "字段校验未通过", {"fields": flaws})
    return dict(row)


def _refuse_at_intake(row: Row, facts: Facts) -> None:
    for finding in found(NOT_ACCEPTED, row, facts):
        raise Refused("40300", "不予受理", {"refusal": _shown(finding)})
    findings = found(AT_INTAKE, row, facts)
    if findings:
        fields = [_shown(each) for each in findings]
        raise Refused("40001", "字段校验未通过", {"fields": fields})


def _shown(finding: Finding) -> dict[str, str]:
    return {"path": finding.path, "rule": finding.code, "msg": finding.text}


def _accept_number(dice: Random) -> str:
    return f"SL{REGION}{dice.randrange(10**10):010d}"


def _credit_code(dice: Random) -> str:
    return credit_code(REGION, subject_number(dice))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
