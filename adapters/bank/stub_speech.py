"""The bank's messages for people to read, and the wrong ones it can send on purpose."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flask import Response, g

from adapters.bank.stub_codec import ANSWER, HEAD, Garbled, mac_of, read_reserve, written
from adapters.hall.clerk import Case, Clerk, ClerkError, Stage, Verdict, open_entry
from adapters.hall.hours import BEIJING
from adapters.hall.speech import Change, Reading, Speech, Spoil, answer, read
from adapters.hall.store import Exchange

HEAD_FIELDS = ("LENGTH", "CODE", "SERIAL", "RC", "DATE", "MAC")
MAC = slice(46, 62)
OCTETS = "application/octet-stream"
LAST = ANSWER[-1][1]


def _reading(raw: bytes) -> Reading:
    if len(raw) < HEAD.size:
        return read(raw)
    values = [each.decode("gbk", "replace") for each in HEAD.unpack(raw[: HEAD.size])]
    fields = {f"head.{name}": value for name, value in zip(HEAD_FIELDS, values, strict=True)}
    body = raw[HEAD.size :]
    try:
        fields |= (
            _reserve(body) if values[1] == "KH0001" and not values[3].strip() else _told(body)
        )
    except (Garbled, UnicodeDecodeError) as garbled:
        fields["body"] = f"? {garbled}"
    covered = ((8, MAC.start), (HEAD.size, len(raw))) if body else ((8, MAC.start),)
    return Reading(values[1], values[2], "gbk", fields, covered, "HMAC-SM3，取前 16 位")


def _reserve(body: bytes) -> dict[str, str]:
    asked, owners = read_reserve(body)
    listed = {f"OWNERS.{n}.{name}": v for n, each in enumerate(owners) for name, v in each.items()}
    return {**asked, **listed}


def _told(body: bytes) -> dict[str, str]:
    fields, at = {}, 0
    for name, width in ANSWER:
        fields[name] = body[at : at + width].decode("gbk").rstrip(" ")
        at += width
    return fields if body else {}


def _rewritten(stub: Any, raw: bytes) -> Response:
    """Put right length and MAC, so that only what was meant to be wrong is."""
    raw = f"{len(raw):08}".encode() + raw[8:]
    return answer(raw[: MAC.start] + mac_of(stub.mac_key, raw) + raw[MAC.stop :], OCTETS)


def _changed(stub: Any, raw: bytes, change: Change) -> bytes:
    if len(raw) < HEAD.size:
        return raw
    body = change(raw[HEAD.size :].decode("gbk")).encode("gbk")
    return _rewritten(stub, raw[: HEAD.size] + body).get_data()


def bad_mac(raw: bytes) -> bytes:
    """Return the message with a MAC that is none of anybody's."""
    turned = raw[MAC][::-1] if raw[MAC] != raw[MAC][::-1] else b"F" * 16
    return raw[: MAC.start] + turned + raw[MAC.stop :]


def said(stub: Any, asked: bytes, rc: str, told: Mapping[str, str] | None = None) -> bytes:
    """Return the bank's answer to a request: this code and no more than is told."""
    head = asked[8:14].decode("ascii"), asked[14:34].decode("ascii"), rc
    return written(stub.mac_key, head, f"{stub.today():%Y%m%d}", told)


def _other_serial(stub: Any, response: Response) -> Response:
    raw = response.get_data()
    return _rewritten(stub, raw[:14] + b"9" * 20 + raw[34:])


def _unlisted(stub: Any, response: Response) -> Response:
    raw = response.get_data()
    return _rewritten(stub, raw[:34] + b"7777" + raw[38:])


def _shorter(stub: Any, response: Response) -> Response:
    raw = response.get_data()
    return _rewritten(stub, raw[:-LAST] if len(raw) > HEAD.size else raw[:-1])


def _saying(rc: str) -> Spoil:
    def spoilt(stub: Any, response: Response) -> Response:
        del response
        opens = stub.next_opening(stub.now()).astimezone(BEIJING)
        body = {"REOPENS": f"{opens:%Y%m%d%H%M%S}"} if rc == "1900" else None
        return answer(said(stub, g.asked, rc, body), OCTETS)

    return spoilt


class BankSpeech(Speech):
    """Fixed-width GBK with a MAC."""

    spoils: ClassVar[Mapping[str, Spoil]] = {
        "bad-signature": lambda _, response: answer(bad_mac(response.get_data()), OCTETS),
        "other-serial": _other_serial,
        "unlisted-code": _unlisted,
        "missing-field": _shorter,
        "busy": _saying("1800"),
        "closed": _saying("1900"),
    }

    def asked(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the request."""
        del stub
        return _reading(exchange.asked)

    def answered(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the answer."""
        del stub
        return _reading(exchange.answered)

    def rewritten(self, stub: Any, exchange: Exchange, change: Change) -> Exchange:
        """Change the bodies, and authenticate both messages again."""
        asked = _changed(stub, exchange.asked, change)
        return replace(exchange, asked=asked, answered=_changed(stub, exchange.answered, change))


#: What a clerk says: the state, and reason, field, text.
BY_HAND = {
    "approve": ("booked", ("", "", "")),
    "reject": ("refused", ("B07", "", "经人工审核，不予受理。")),
    "supplement": ("correct", ("B08", "VISIT_MODE", "经人工审核，请改为到网点办理。")),
}
STAGES: Mapping[str, tuple[Stage, str]] = {
    "taken": ("waiting", "已接收"), "diligence": ("waiting", "尽职调查"),
    "booked": ("done", "已预约"), "correct": ("correction", "待补正"),
    "refused": ("refused", "不予受理"), "cancelled": ("withdrawn", "已撤销"),
}  # fmt: skip


class BankClerk(Clerk):
    """Only what is still being looked at can be decided."""

    def cases(self, stub: Any) -> list[Case]:
        """Return every reservation."""
        return [
            Case(id_, entry["NAME"], "main", *STAGES[entry["state"]], due=entry["due"])
            for id_, entry in stub.store.all("reservation").items()
        ]

    def decide(self, stub: Any, case_id: str, verdict: Verdict) -> None:
        """Decide a reservation in due diligence, or one just taken."""
        entry = open_entry(stub, "reservation", case_id)
        if entry["state"] not in {"taken", "diligence"}:
            raise ClerkError("该预约已有结果")
        state, said = BY_HAND[verdict]
        told = dict(zip(("REASON", "FIELD", "TEXT"), said, strict=True))
        stub.settle({**entry, "state": state, "due": "", **told})
