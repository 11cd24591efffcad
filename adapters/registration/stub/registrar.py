"""The pretended registrar of 示范市: REST, JSON, SM2, callbacks (see protocol.md)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request

from adapters.hall.stub import HallContext, Stub
from adapters.registration.stub import papers
from adapters.registration.stub import reviews as review
from adapters.registration.stub.crypto import digest
from adapters.registration.stub.desk import Application, Desk
from adapters.registration.stub.door import ACK, CALLBACK_PATH, Door, Refused
from adapters.registration.stub.kinds import APPLICATION, ByType
from adapters.registration.stub.message import LATE_MATERIALS, WITHDRAWAL, Group
from adapters.registration.stub.rules import Row
from adapters.registration.stub.speech import RegistrationClerk, RegistrationSpeech

LARGEST_FILE = 10 * 1024 * 1024


class RegistrationStub(Stub):
    """Takes applications, reviews them, grants licences; all of it made up."""

    name = "registration"
    title = "设立登记"
    port = 7101
    hours = review.HOURS
    speech = RegistrationSpeech()
    clerk = RegistrationClerk()

    def __init__(self, hall: HallContext) -> None:
        self.desk = Desk(self)
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
            ("/api/v2/establish/<accept_no>/materials", "POST", self.late_materials),
            ("/api/v2/establish/withdraw", "POST", self.withdraw),
            ("/api/v2/licence/<paper_no>.pdf", "GET", self.licence),
            ("/api/v2/notice/<paper_no>.pdf", "GET", self.notice),
            ("/api/v2/materials/<sha256>", "PUT", self.material),
            ("/api/v2/names", "GET", self.names),
            ("/api/v2/ping", "GET", self.ping),
        ):
            app.add_url_rule(rule, view.__name__, self._behind_door(view), methods=[method])

    # --- views ----------------------------------------------------------------------------------

    def establish(self) -> dict[str, Any]:
        """Take an application; the same serial again gives the first answer again."""
        self.operation("establish")
        row = _message(APPLICATION)
        return self._judged_once(row, lambda: self.desk.take_in(row))

    def supplement(self, accept_no: str) -> dict[str, Any]:
        """Take the corrected application; only while a correction is wanted."""
        self.operation("supplement")
        row = _message(APPLICATION)
        return self._judged_once(
            row, lambda: self.desk.take_again(self.desk.application(accept_no), row)
        )

    def late_materials(self, accept_no: str) -> dict[str, Any]:
        """Add files to an application that is not over; the same again is no error."""
        self.operation("late-materials")
        row = _message(LATE_MATERIALS)
        with self.store.atomic():
            if self.desk.number_of(row["bizSerialNo"]) != accept_no:
                raise Refused("40401", "业务流水号不是该申请的")
            named = self.desk.take_late(self.desk.application(accept_no), row["attachments"])
        return {"acceptNo": accept_no, "attachments": named}

    def withdraw(self) -> dict[str, Any]:
        """End an application that is not yet granted."""
        self.operation("withdraw")
        asked = _message(WITHDRAWAL)
        with self.store.atomic():
            number = asked.get("acceptNo") or self.desk.number_of(asked["bizSerialNo"])
            application = self.desk.application(number)
            self.desk.withdraw(application)
        return {"acceptNo": application["acceptNo"], "state": review.WITHDRAWN}

    def by_serial(self) -> dict[str, Any]:
        """Tell how the application with our serial stands."""
        self.operation("query")
        serial = request.args.get("bizSerialNo", "")
        return self._view(self.desk.application(self.desk.number_of(serial)), serial)

    def by_number(self, accept_no: str) -> dict[str, Any]:
        """Tell how the application with their number stands."""
        self.operation("query")
        application = self.desk.application(accept_no)
        return self._view(application, application["row"]["bizSerialNo"])

    def licence(self, paper_no: str) -> bytes:
        """Hand over the electronic licence for a ticket."""
        self.operation("licence")
        return papers.handed_over(self, "licence", paper_no, request.args.get("ticket", ""))

    def notice(self, paper_no: str) -> bytes:
        """Hand over the notice of registration for a ticket."""
        self.operation("notice")
        return papers.handed_over(self, "notice", paper_no, request.args.get("ticket", ""))

    def material(self, sha256: str) -> dict[str, Any]:
        """Take a file an application will name; the same again is no error."""
        self.operation("material")
        content = request.get_data()
        if hashlib.sha256(content).hexdigest() != sha256 or len(content) > LARGEST_FILE:
            raise Refused("40002", "文件与摘要不符，或者超过 10 MB")
        with self.store.atomic():
            self.store.put("material", sha256, {"size": len(content)})
        return {"sha256": sha256, "size": len(content)}

    def names(self) -> dict[str, Any]:
        """Check a name; nothing is reserved."""
        self.operation("names")
        check = self.desk.check_name(request.args.get("name", ""))
        reasons = [{"rule": code, "msg": text} for code, text in check.reasons]
        return {"result": check.result, "reasons": reasons, "similar": list(check.similar)}

    def ping(self) -> dict[str, Any]:
        """Give a sign of life."""
        self.operation("ping")
        return {"office": papers.OFFICE}

    # --- the hall asks --------------------------------------------------------------------------

    def refresh(self) -> None:
        """Write down the commits of all licences granted until now."""
        for application in self.store.all("application").values():
            self.desk.standing(application)

    def callback_message(self, key: str, topic: str) -> tuple[Mapping[str, str], bytes]:
        """Return headers and body of a push, as things stand when it is sent."""
        application = self.desk.application(key)
        at, state = self.desk.standing(application)
        event = {
            "eventId": f"E{key}{int(topic):03d}",
            "seq": int(topic),
            "acceptNo": key,
            "bizSerialNo": application["row"]["bizSerialNo"],
            "state": state,
            "at": at,
            "data": {},
        }
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        return self.door.headers("POST", CALLBACK_PATH, body), body

    def callback_accepted(self, status: int, body: bytes) -> bool:
        """Tell whether Kaiban has taken the push: only by exactly these bytes."""
        return status == HTTPStatus.OK and body == ACK

    # --- private --------------------------------------------------------------------------------

    def _judged_once(self, row: Row, take: Callable[[], Application]) -> dict[str, Any]:
        try:
            return self._once(row, take)
        finally:  # also where it was refused, and nothing of it is kept
            self.desk.meet(row)

    def _once(self, row: Row, take: Callable[[], Application]) -> dict[str, Any]:
        serial, content = row["bizSerialNo"], digest(request.get_data())
        with self.store.atomic():
            known = self.store.get("serial", serial)
            if known and known["digest"] != content:
                raise Refused("40902", "业务流水号已被其他报文使用")
            replay = known is not None
            if known is None:
                known = {"acceptNo": take()["acceptNo"], "digest": content}
                self.store.put("serial", serial, known)
        if not replay and "测试超时" in self.magic(row["entName"]):
            self.lose_answer()
        return {"acceptNo": known["acceptNo"], "bizSerialNo": serial, "replay": replay}

    def _view(self, application: Application, serial: str) -> dict[str, Any]:
        at, state = self.desk.standing(application)
        shown = {
            "acceptNo": application["acceptNo"],
            "bizSerialNo": serial,
            "entName": application["row"]["entName"],
            "state": state,
            "stateText": review.STATE_TEXTS[state],
            "at": at,
        }
        if state == review.TO_CORRECT:
            shown["corrections"] = application["corrections"]
        if state == review.REFUSED:
            shown["refusal"] = application["refusal"]
        if state == review.LICENSED:
            named = {"entName": application["row"]["entName"], "regOrgName": papers.OFFICE}
            shown["licence"] = {**application["licence"], **named}
            shown["files"] = papers.offered(self, application)
        return shown

    def _behind_door(self, view: Callable[..., Any]) -> Callable[..., Response]:
        def guarded(**arguments: str) -> Response:
            try:
                self.door.admit()
                answer = view(**arguments)
            except Refused as refused:
                answer = refused
            return self.door.answer(answer)

        return guarded


def _message(shape: Group | ByType) -> dict[str, Any]:
    """Return the request's body, if it has the shape; else all that is wrong with it."""
    try:
        # From text, since from bytes json would also read UTF-16 and byte order marks.
        row = json.loads(request.get_data().decode())
    except (ValueError, RecursionError) as error:
        raise Refused("40000", "报文不是合法的 JSON") from error
    flaws = [{"path": path, "rule": "", "msg": text} for path, text in shape.flaws(row, "")]
    if flaws:
        raise Refused("40001", "字段校验未通过", {"fields": flaws})
    return dict(row)
