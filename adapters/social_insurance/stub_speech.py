"""The office's messages for people to read, wrong ones on purpose, and its clerk."""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flask import Response, g

from adapters.hall.clerk import Case, Clerk, ClerkError, Stage, Verdict, open_entry
from adapters.hall.hours import BEIJING
from adapters.hall.speech import Change, Reading, Speech, Spoil, answer, read
from adapters.hall.store import Exchange

HTML = "text/html;charset=UTF-8"
BY_HAND = {
    "reject": ("4", "单位不属于本统筹区参保范围，不予登记"),
    "supplement": ("3", "隶属关系与登记信息不符，请核对后重新申报"),
}


def _about(exchange: Exchange, fields: Mapping[str, str]) -> Reading:
    asked = read(exchange.asked).fields
    names = ("input.uscc", "input.cons_no", "input.ori_msgid", "msgid")
    case = next((asked[name] for name in names if asked.get(name)), "")
    return Reading(asked.get("infno", ""), case, "utf-8", fields)


def said(told: Mapping[str, Any], asked: bytes) -> bytes:
    """Return the office's answer to a request."""
    number = read(asked).fields.get("msgid", "")
    return json.dumps({**told, "inf_refmsgid": number}, ensure_ascii=False).encode()


def _changed(change: Callable[[dict[str, Any]], Any]) -> Spoil:
    def spoilt(stub: Any, response: Response) -> Response:
        del stub
        told = json.loads(response.get_data())
        change(told)
        return answer(json.dumps(told, ensure_ascii=False).encode(), HTML)

    return spoilt


def _saying(sentence: str) -> Spoil:
    def spoilt(stub: Any, response: Response) -> Response:
        del response
        opens = stub.next_opening(stub.now()).astimezone(BEIJING)
        text = sentence.format(opens=f"{opens:%Y-%m-%d %H:%M}")
        return answer(said({"infcode": -1, "err_msg": text, "output": {}}, g.asked), HTML)

    return spoilt


def _twice(told: dict[str, Any]) -> None:
    listed = told["output"].get("reglist", [])
    for entry in copy.deepcopy(listed):
        listed.append({**entry, "msgid": entry["msgid"][::-1]})


class SocialInsuranceSpeech(Speech):
    """JSON that calls itself HTML; nothing is signed."""

    spoils: ClassVar[Mapping[str, Spoil]] = {
        "other-serial": _changed(lambda told: told.update(inf_refmsgid="0" * 30)),
        "unlisted-code": _changed(
            lambda told: told.update(infcode=-1, err_msg="系统内部错误（E-7731）", output={})
        ),
        "missing-field": _changed(lambda told: told.pop("output")),
        "duplicate-case": _changed(_twice),
        "busy": _saying("操作员存在并发请求，请稍后重试"),
        "closed": _saying("非业务时间，请于{opens}后办理"),
        "session-expired": _saying("签到失效，请重新签到"),
    }

    def asked(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the request."""
        del stub
        return _about(exchange, read(exchange.asked).fields)

    def answered(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the answer."""
        del stub
        return _about(exchange, read(exchange.answered).fields)

    def rewritten(self, stub: Any, exchange: Exchange, change: Change) -> Exchange:
        """Change every text; who signs in does so with the stub's password."""
        made = super().rewritten(stub, exchange, change)
        try:
            message = json.loads(made.asked)
            if message["infno"] != "9001":
                return made
            message["input"]["pwd"] = stub.word(message["inf_time"])
        except (ValueError, KeyError, TypeError):
            return made
        return replace(made, asked=json.dumps(message, ensure_ascii=False).encode())


STAGES: Mapping[str, tuple[Stage, str]] = {
    "0": ("waiting", "办理中"), "1": ("done", "已登记"), "2": ("correction", "部分通过"),
    "3": ("correction", "退回补正"), "4": ("refused", "不予登记"), "9": ("withdrawn", "已冲正"),
}  # fmt: skip


class SocialInsuranceClerk(Clerk):
    """Whatever is not settled can be decided."""

    def cases(self, stub: Any) -> list[Case]:
        """Return every application."""
        return [
            Case(
                entry["msgid"],
                entry["name"],
                "pre" if entry["infno"] == "2100" else "confirm",
                *STAGES[entry["stas"]],
                due=entry["due"] if entry["stas"] == "0" else "",
            )
            for entry in stub.store.all("application").values()
        ]  # fmt: skip

    def decide(self, stub: Any, case_id: str, verdict: Verdict) -> None:
        """Settle one now; approving leaves each employee to the office's rules."""
        entry = open_entry(stub, "application", case_id)
        if entry["stas"] != "0":
            raise ClerkError("该申请已有结果")
        if verdict == "approve":
            stub.store.put("open", case_id, {"due": stub.now().isoformat()})
            stub.refresh()
            return
        stas, rea = BY_HAND[verdict]
        stub.store.remove("open", case_id)
        stub.store.put("application", case_id, {**entry, "stas": stas, "rea": rea})
