"""The bureau's XML in XML laid open, wrong answers on purpose, and its clerk."""

import base64
import gzip
import html
import re
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flask import Response

from adapters.hall.clerk import Case, Clerk, ClerkError, Verdict, open_entry
from adapters.hall.hours import BEIJING
from adapters.hall.speech import Change, Reading, Speech, Spoil, answer, base64_text, read
from adapters.hall.store import Exchange, instant
from adapters.tax import stub_xml

HEAD = ("interfaceCode", "dataExchangeId", "appId", "userName", "requestCode", "requestTime")
LONG = 2000
CONTENT = re.compile(r"<content>(.*?)</content>", re.DOTALL)
#: In the bytes as they are sent, where the document around it is escaped or not.
CODED = re.compile(rb"(?:<|&lt;)content(?:>|&gt;)([0-9A-Za-z+/=]+)(?:<|&lt;)/content")
PASSWORD = re.compile(rb"(?:<|&lt;)passWord(?:>|&gt;)([0-9A-F]+)(?:<|&lt;)/passWord")
TIME = re.compile(rb"(?:<|&lt;)requestTime(?:>|&gt;)([0-9: -]+)(?:<|&lt;)/requestTime")
LEAF = re.compile(r"(?<=>)[^<>]+(?=</)")
GZIP = b"\x1f\x8b"
RETURN = re.compile(rb"<return>(.*?)</return>", re.DOTALL)


def _asked(raw: bytes) -> Reading:
    try:
        asked = stub_xml.unpacked(raw)
    except stub_xml.BrokenError:
        return read(raw)
    head = {f"head.{name}": asked.head[name] for name in HEAD if name in asked.head}
    fields = head | _numbered(stub_xml.texts(asked.inner))
    return _about(fields)


def _answered(raw: bytes) -> Reading:
    found = RETURN.search(raw)
    if found is None:
        return read(raw)
    middle = html.unescape(found[1].decode("utf-8", "replace"))
    fields = {f"head.{name}": _element(middle, name) for name in (*HEAD, "returnCode")}
    fields["head.returnMessage"] = base64_text(_element(middle, "returnMessage"), "gbk")
    content = CONTENT.search(middle)
    if content and content[1]:
        fields |= _inner(content[1], zipped=_element(middle, "zipCode") == "1")
    return _about(fields)


def _inner(content: str, *, zipped: bool) -> dict[str, str]:
    try:
        plain = base64.b64decode(content)
        plain = gzip.decompress(plain) if zipped else plain
        return _numbered(stub_xml.leaves(plain.decode("gbk")))
    except (ValueError, OSError, EOFError, zlib.error, SyntaxError) as broken:
        # The parser's own error is a SyntaxError.
        return {"content": f"? {type(broken).__name__}"}


def _changed(raw: bytes, change: Change) -> bytes:
    """Change every text of the inner document; it is base64, and the same however it is escaped around it."""
    found = CODED.search(raw)
    if found is None:
        return raw
    plain = base64.b64decode(found[1])
    zipped = plain.startswith(GZIP)
    text = (gzip.decompress(plain) if zipped else plain).decode("gbk")
    made = LEAF.sub(lambda leaf: html.escape(change(html.unescape(leaf[0])), quote=False), text)
    packed = made.encode("gbk")
    coded = base64.b64encode(gzip.compress(packed, mtime=0) if zipped else packed)
    return raw[: found.start(1)] + coded + raw[found.end(1) :]


def _about(fields: dict[str, str]) -> Reading:
    case = next((v for n, v in fields.items() if n.endswith("/sqlsh") and v), "")
    case = case or fields.get("head.dataExchangeId", "")
    return Reading(fields.get("head.interfaceCode", ""), case, "utf-8 > gbk", fields)


def _numbered(leaves: Any) -> dict[str, str]:
    """Return leaves by path, the second of a path as ``path#2``."""
    fields: dict[str, str] = {}
    seen: dict[str, int] = {}
    for path, text in leaves:
        seen[path] = seen.get(path, 0) + 1
        name = path if seen[path] == 1 else f"{path}#{seen[path]}"
        fields[name] = text if len(text) <= LONG else f"{text[:80]}… ({len(text)})"
    return fields


def _element(text: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def _replaced(name: str, by: str) -> Spoil:
    pattern = re.compile(f"&lt;{name}&gt;.*?&lt;/{name}&gt;".encode())

    def spoilt(stub: Any, response: Response) -> Response:
        del stub
        kind = response.content_type or ""
        return answer(pattern.sub(by.encode(), response.get_data()), kind, response.status_code)

    return spoilt


def _maintenance(stub: Any, response: Response) -> Response:
    del response
    until = f"{stub.next_opening(stub.now()).astimezone(BEIJING):%Y-%m-%d %H:%M}"
    return answer(stub_xml.MAINTENANCE.format(until=until).encode("gbk"), "text/html")


def _escaped(name: str, text: str) -> str:
    return html.escape(f"<{name}>{text}</{name}>")


class TaxSpeech(Speech):
    """SOAP around XML around GBK; nothing is signed."""

    spoils: ClassVar[Mapping[str, Spoil]] = {
        "other-serial": _replaced("dataExchangeId", _escaped("dataExchangeId", "NOBODY")),
        "unlisted-code": _replaced("returnCode", _escaped("returnCode", "7777")),
        "missing-field": _replaced("returnCode", ""),
        "closed": _maintenance,
    }

    def asked(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the request."""
        del stub
        return _asked(exchange.asked)

    def answered(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the answer."""
        del stub
        return _answered(exchange.answered)

    def rewritten(self, stub: Any, exchange: Exchange, change: Change) -> Exchange:
        """Change the inner documents; who asks does so with the stub's password."""
        asked, answered = (_changed(raw, change) for raw in (exchange.asked, exchange.answered))
        found, at = PASSWORD.search(asked), TIME.search(asked)
        if found and at:
            asked = asked.replace(found[1], stub.word(at[1].decode()).encode())
        return replace(exchange, asked=asked, answered=answered)


class TaxClerk(Clerk):
    """Whatever is still in review can be decided."""

    def cases(self, stub: Any) -> list[Case]:
        """Return every application."""
        return [_case(stub, each) for each in stub.store.all("application").values()]

    def decide(self, stub: Any, case_id: str, verdict: Verdict) -> None:
        """Decide one now."""
        application = open_entry(stub, "application", case_id)
        if _case(stub, application).stage != "waiting":
            raise ClerkError("该申请已有结果")
        found = {"approve": [], "reject": ["T02"], "supplement": ["T01"]}[verdict]
        decided = {**application, "due": stub.now().isoformat(), "found": found}
        stub.store.put("application", case_id, decided)
        stub.refresh()


def _case(stub: Any, application: Mapping[str, Any]) -> Case:
    due = instant(application["due"])
    over = due <= stub.now()
    final = "T02" in application["found"]
    stage, state = next(
        shown
        for shown, so in (
            (("withdrawn", "已撤回"), application["withdrawn"]),
            (("done", "已办结"), application["effective"]),
            (("refused", "不予通过"), over and final),
            (("correction", "退回补正"), over and application["found"]),
            (("waiting", "审核中"), True),
        )
        if so
    )
    number, name = application["number"], application["name"]
    return Case(number, name, "main", stage, state, "" if over else due.isoformat())  # type: ignore[arg-type] # the stages stand above
