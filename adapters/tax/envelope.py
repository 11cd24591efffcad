"""SOAP around ``interface`` around base64: what we send and what we take (protocol.md, sections 1 and 2)."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from lxml import etree

from adapters.wire import xml
from adapters.wire.free_text import lenient
from adapters.wire.gzipped import inflated
from adapters.wire.sm2 import sm3

CHARSET = "gbk"
#: Free text of the inner documents (protocol.md 3): errors, and the titles of papers and taxes.
FREE = frozenset({"ms", "mc"})
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICE = "http://service.tax.example.invalid/"
#: Where an envelope carries its document: our requests, their answers.
CARRIED = ("Body/doService/requestMessage", "Body/doServiceResponse/return")
BEIJING = timezone(timedelta(hours=8))


class EnvelopeError(ValueError):
    """Not an answer of the bureau, or one we cannot read."""


@dataclass(frozen=True)
class Message:
    """One message in either direction, unpacked."""

    transaction: str
    region: str
    exchange_id: str
    content: bytes


@dataclass(frozen=True)
class Reply:
    """The bureau's answer: its code, its text, and the inner document if there is one."""

    code: str
    text: str
    content: etree._Element | None

    def about(self, path: str) -> str:
        """Return a text of the inner document, "" if there is none."""
        return "" if self.content is None else xml.text(self.content, path)


@dataclass(frozen=True)
class Caller:
    """Who we are to the bureau."""

    app_id: str
    user: str
    password: str

    def closed(self, message: Message, now: datetime) -> bytes:
        """Return the SOAP body of a message sent at that instant."""
        at = f"{now.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
        word = sm3((self.password + at).encode(CHARSET)).upper()
        interface = xml.element(
            "interface",
            _group(
                "globalInfo",
                appId=self.app_id,
                interfaceCode=message.transaction,
                requestCode=message.region,
                requestTime=at,
                dataExchangeId=message.exchange_id,
                userName=self.user,
                passWord=word,
            ),
            _group("returnStateInfo", returnCode="", returnMessage=""),
            xml.element(
                "Data",
                _group("dataDescription", zipCode="0", encryptCode="0", codeType="GBK"),
                xml.element("content", value=base64.b64encode(message.content).decode("ascii")),
            ),
        )
        return _soap(xml.written(interface, CHARSET).decode(CHARSET))


def opened(raw: bytes, exchange_id: str, limit: int) -> Reply:
    """Return the answer to the message of that id, inner document of at most ``limit`` bytes.

    Raises EnvelopeError for everything else: a SOAP Fault, another's answer, something broken.
    """
    try:
        interface = xml.parsed_text(_returned(xml.parsed(raw)))
        said = base64.b64decode(xml.text(interface, "returnStateInfo/returnMessage"))
        reply = Reply(
            xml.text(interface, "returnStateInfo/returnCode"),
            lenient(said, CHARSET),
            _content(interface, limit),
        )
    except ValueError as wrong:
        raise EnvelopeError(f"unreadable: {type(wrong).__name__}") from wrong
    if xml.text(interface, "globalInfo/dataExchangeId") != exchange_id:
        raise EnvelopeError("the answer to another message")
    return reply


def within(raw: bytes, limit: int) -> dict[str, str]:
    """Return every leaf of a message of either side, for reading only; ValueError if it is none."""
    root = xml.parsed(raw)
    carried = next(
        (xml.text(root, path) for path in CARRIED if xml.child(root, path) is not None), ""
    )
    if not carried:
        return xml.leaves(root)
    interface = xml.parsed_text(carried)
    told = {
        path: text for path, text in xml.leaves(interface).items() if not path.endswith("/content")
    }
    inner = _content(interface, limit)
    return told | ({} if inner is None else xml.leaves(inner))


def _returned(envelope: etree._Element) -> str:
    body = xml.child(envelope, "Body")
    if body is None or xml.child(body, "Fault") is not None:
        raise EnvelopeError("a SOAP Fault")
    return xml.text(body, "doServiceResponse/return")


def _content(interface: etree._Element, limit: int) -> etree._Element | None:
    packed = base64.b64decode(xml.text(interface, "Data/content"), validate=True)
    if not packed:
        return None
    zipped = xml.text(interface, "Data/dataDescription/zipCode") == "1"
    return xml.parsed(inflated(packed, limit) if zipped else packed, FREE)


def _soap(text: str) -> bytes:
    call = etree.Element(f"{{{SERVICE}}}doService", nsmap={"ser": SERVICE})
    call.append(xml.element("requestMessage", value=text))
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soapenv": SOAP})
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    body.append(call)
    return xml.written(envelope, "utf-8")


def _group(name: str, **leaves: str) -> etree._Element:
    return xml.element(name, *(xml.element(each, value=text) for each, text in leaves.items()))
