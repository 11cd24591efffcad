"""How the conformance kit drives the tax bureau."""

import html
import random
import re
from typing import Any, ClassVar

from adapters.hall.driving import Driving, Message, ok
from adapters.tax import stub_xml
from adapters.tax.stub import TaxStub

SOAP = {"content-type": "text/xml; charset=UTF-8"}
BOMB = (
    '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
DECLARATION = re.compile(r"^(\ufeff?<\?xml[^>]*\?>)")


class Kit(Driving):
    """SW/1: nothing is signed, but each answer names the exchange it belongs to."""

    stub = TaxStub
    operations: ClassVar = {"main": "SW0102"}
    codes: ClassVar = {"unlisted": "7777", "busy": "5009", "duplicate": "2001", "config": "1101"}
    secrets = ("password",)
    xml = True

    def says(self, stub: Any, asked: Message, code: str) -> Message:
        """Return an answer without an inner document."""
        del stub  # nothing is signed
        head = stub_xml.unpacked(asked.body).head
        # Only the prefix and the byte order mark are the dice's.
        return ok(stub_xml.packed(head, code, "测试", "", random.Random(1)), SOAP)  # noqa: S311

    def spoiled(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return a result without a single tax, if it is one."""
        del stub  # nothing is signed
        told = stub_xml.unpacked(asked.body)
        number = next((text for _, text in stub_xml.texts(told.inner)), "")
        uscc = next((t for p, t in stub_xml.texts(told.inner) if p.endswith("nsrsbh")), "")
        inner = stub_xml.tag(
            "jg",
            stub_xml.tags(
                {"sqlsh": number, "slh": "SW1", "nsrsbh": uscc, "zgswjg": "", "bsy": ""}
            ),
        )
        del answer  # every answer becomes this one
        body = stub_xml.packed(told.head, "0000", "成功", inner, random.Random(1))  # noqa: S311 - see above
        return ok(body, SOAP)

    def hostile(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return the answer with a document type in the outer document."""
        del stub, asked  # nothing is signed
        text = answer.body.decode()
        bombed = DECLARATION.sub(lambda found: found[1] + BOMB, text)
        assert html.escape("<") in text
        return Message(answer.line, answer.headers, bombed.encode())

    def bomb(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return a result that unpacks to eight megabytes."""
        del stub, answer  # nothing is signed, every answer becomes this one
        inner = stub_xml.tag("jg", "x" * 8 * 1_048_576)
        head = stub_xml.unpacked(asked.body).head
        return ok(stub_xml.packed(head, "0000", "成功", inner, random.Random(1)), SOAP)  # noqa: S311 - see above
