"""The protocol styles a new department can begin with, and the words that differ between them."""

from collections.abc import Mapping
from dataclasses import dataclass

#: Encoding -> (text it cannot hold, text that is strange but fits), both as JSON writes them.
TEXTS = {"utf-8": (r"\u0007", "𠮷"), "gbk": ("𠮷", "镕"), "gb18030": (r"\u0007", "𠮷")}
SEEN_TWICE = {
    "key": ("0000", "is that application: it is answered how it stands."),
    "reject-duplicate": ("1409", "is answered 1409, whatever became of the first."),
}


@dataclass(frozen=True)
class Style:
    """What sets a style apart, beside the templates in its folder.

    ``speaks`` tells whether submissions are answered with a code of the protocol; ``without`` are
    characters its fields cannot hold because they separate them.
    """

    about: str
    encoding: str = "utf-8"
    idempotency: str = "reject-duplicate"
    finish: str = "poll"
    without: str = ""
    speaks: bool = True

    @property
    def words(self) -> Mapping[str, str]:
        """What stands in the templates for it."""
        unreadable, strange = TEXTS[self.encoding]
        again, told = SEEN_TWICE[self.idempotency]
        without = f', without="{self.without}"' if self.without else ""
        return {
            "__ENCODING__": self.encoding,
            "__IDEMPOTENCY__": self.idempotency,
            "__FINISH__": self.finish,
            "__MISFITS__": f"self.misfits(needs{without})",
            "__UNREADABLE__": unreadable,
            "__STRANGE__": strange,
            "__AGAIN__": again,
            "__AGAIN_TOLD__": told,
            "__MORE_CODES__": CODES if self.speaks else "",
            "__CODE_ROWS__": CODE_ROWS if self.speaks else "",
        }


CODES = """        "1409": Verdict.LOOK_UP,
        "1800": Verdict.BUSY,
"""
CODE_ROWS = """| 1409 | we have that already: look |
| 1800 | busy; surely not taken |
"""

STYLES: Mapping[str, Style] = {
    "rest-json": Style("REST and JSON with a token", idempotency="key"),
    "rest-sm2": Style("REST and JSON, each message signed with SM2", idempotency="key"),
    "envelope-sm4": Style("one gateway, JSON enciphered with SM4 under a session key, signed with SM2"),
    "soap-xml": Style("SOAP with a GBK document inside a string", encoding="gbk"),
    "fixed-gbk": Style("fixed-width GBK messages with a MAC", encoding="gbk"),
    "infno-session": Style("numbered transactions at one address, a sign-in, sentences for codes"),
    "filedrop": Style(
        "batch files laid down and fetched",
        encoding="gb18030", idempotency="key", finish="batch", without="|", speaks=False,
    ),
}  # fmt: skip


def listed() -> str:
    """Say which styles there are, one a line."""
    return "\n".join(f"  {name:<14} {style.about}" for name, style in STYLES.items())
