"""A gateway for short messages (短信) that takes JSON over HTTP; see protocol.md."""

from adapters.texts.gateway import HttpTexts

__all__ = ["HttpTexts"]
