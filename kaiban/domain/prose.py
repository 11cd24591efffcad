"""Values put into sentences: one full stop at the end, quotation marks that pair, whoever wrote the value."""

from typing import Final

_STOPS: Final = "。．.；;，,、：: \u3000"
_ENDS: Final = ("。", "！", "？", "…", "!", "?")


def ended(text: str) -> str:
    """Return the text as a sentence, with one full stop (or another end of its own); "" stays ""."""
    bare = text.strip().rstrip(_STOPS)
    return bare + "。" if bare and not bare.endswith(_ENDS) else bare


def inner(text: str) -> str:
    """Return the text as a part of a longer sentence, without a stop of its own."""
    return text.strip().rstrip(_STOPS)


def quoted(text: str) -> str:
    """Return the text in quotation marks, those inside turned into single ones."""
    return "“" + text.strip().replace("“", "‘").replace("”", "’") + "”"
