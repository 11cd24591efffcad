"""The bureau's side of the messages, written apart from ours: only protocol.md is shared."""

import base64
import gzip
import html
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# A DOCTYPE is refused before the parser sees the text, so there are no entities to attack with.
from xml.etree import ElementTree as ET

PREFIXES = ("soap", "SOAP-ENV", "S", "env")
ZIP_FROM = 5 * 1024

WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/">
<wsdl:service name="taxService"><wsdl:port name="taxServicePort">
<soap:address location="http://10.0.0.1:9080/services/taxService"/>
</wsdl:port></wsdl:service></wsdl:definitions>
"""

MAINTENANCE = (
    "<html><head><meta charset='gbk'><title>系统维护</title></head>"
    "<body><h1>系统维护中</h1><p>恢复时间：{until}</p></body></html>"
)

Tree = Any


@dataclass(frozen=True)
class Asked:
    """A request unpacked: the head by element name, and the inner document."""

    head: Mapping[str, str]
    inner: Tree


class BrokenError(ValueError):
    """Not a message of the protocol."""


def unpacked(raw: bytes) -> Asked:
    """Return what a SOAP body asks; BrokenError if it cannot be read."""
    try:
        outer = _tree(raw.decode("utf-8"))
        middle = _tree(_first(outer, "requestMessage").text or "")
        inner = base64.b64decode(_first(middle, "content").text or "", validate=True)
        head = {each.tag: each.text or "" for each in _first(middle, "globalInfo")}
        return Asked(head, _tree(inner.decode("gbk")))
    except (ValueError, ET.ParseError) as wrong:
        raise BrokenError(str(wrong)) from wrong


def packed(
    head: Mapping[str, str], code: str, text: str, inner: str, dice: random.Random
) -> bytes:
    """Return a SOAP body with the answer; the prefix and the byte order mark are the dice's."""
    plain = f'<?xml version="1.0" encoding="GBK"?>{inner}'.encode("gbk") if inner else b""
    zipped = len(plain) > ZIP_FROM
    content = base64.b64encode(gzip.compress(plain) if zipped else plain).decode()
    said = base64.b64encode(text.encode("gbk")).decode()
    names = ("appId", "interfaceCode", "requestCode", "requestTime", "dataExchangeId")
    middle = (
        '<?xml version="1.0" encoding="GBK"?><interface><globalInfo>'
        + tags({name: head.get(name, "") for name in names})
        + "</globalInfo><returnStateInfo>"
        + tags({"returnCode": code, "returnMessage": said})
        + "</returnStateInfo><Data><dataDescription>"
        + tags({"zipCode": int(zipped), "encryptCode": 0, "codeType": "GBK"})
        + f"</dataDescription><content>{content}</content></Data></interface>"
    )
    prefix = dice.choice(PREFIXES)
    mark = dice.choice(("", "\ufeff"))
    return _soap(
        prefix,
        f"<doServiceResponse><return>{html.escape(middle)}</return></doServiceResponse>",
        mark,
    )


def fault(text: str) -> bytes:
    """Return a SOAP Fault."""
    return _soap(
        "soap", f"<soap:Fault><faultstring>{html.escape(text)}</faultstring></soap:Fault>"
    )


def tags(values: Mapping[str, Any]) -> str:
    """Write each value in an element of its name; those that are None are left out."""
    return "".join(
        f"<{name}>{html.escape(str(value), quote=False)}</{name}>"
        for name, value in values.items()
        if value is not None
    )


def tag(name: str, *inner: str) -> str:
    """Write an element around what is already written."""
    return f"<{name}>{''.join(inner)}</{name}>"


def texts(tree: Tree, path: str = "") -> Iterable[tuple[str, str]]:
    """Yield the path and text of every leaf: ``/ywbw/djxxqr/nsrmc``."""
    here = f"{path}/{tree.tag}"
    if len(tree) == 0:
        yield here, tree.text or ""
    for below in tree:
        yield from texts(below, here)


def leaves(document: str) -> Iterable[tuple[str, str]]:
    """Yield the path and text of every leaf of a document."""
    return texts(_tree(document))


def _soap(prefix: str, body: str, mark: str = "") -> bytes:
    namespace = f'xmlns:{prefix}="http://schemas.xmlsoap.org/soap/envelope/"'
    return (
        f'{mark}<?xml version="1.0" encoding="UTF-8"?><{prefix}:Envelope {namespace}>'
        f"<{prefix}:Body>{body}</{prefix}:Body></{prefix}:Envelope>"
    ).encode()


def _tree(text: str) -> Tree:
    if "<!DOCTYPE" in text:
        raise BrokenError("DOCTYPE")
    start = text.find("?>") + 2 if text.startswith("<?xml") else 0
    return ET.fromstring(text[start:])  # noqa: S314 - see the import


def _first(tree: Tree, name: str) -> Tree:
    found = next((each for each in tree.iter() if each.tag.rpartition("}")[2] == name), None)
    if found is None:
        raise BrokenError(f"no {name}")
    return found
