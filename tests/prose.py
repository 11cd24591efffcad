"""What a rendered page or paper never says: sentences a value was put into without care."""

import re

#: What it is called, and how it looks. Blanks are left out of the text before.
FAULTS = {
    "two stops": re.compile(r"[。；，、：][。；，、：]"),
    "a stop before its quotation mark's opening": re.compile(r"“[。；，、]"),
    "empty quotation marks": re.compile(r"“”|‘’|（）|《》"),
    "an unfilled place": re.compile(r"\{[a-z_]+\}|%\([a-z_]+\)[sd]"),
    "a value that is none": re.compile(r"(?<![A-Za-z])(?:None|undefined|NaN)(?![A-Za-z])"),
    "quotation marks that do not pair": re.compile(r"“[^”]*“|”[^“]*”"),
}

#: The same of English, where blanks count and "None" is an answer.
ENGLISH_FAULTS = {
    "two stops": re.compile(
        r"(?<!\.)\.[.,;:](?!\.)|[,;:!?][.,;:]|[。；，、][.,;:]|[.,;:][。；，、：]"
    ),
    "no blank between sentences": re.compile(r"[a-z]{2}[.!?;][A-Z][a-z]"),
    "a blank before its stop": re.compile(r"[A-Za-z”)] [.,;](?= |$)"),
    "empty quotation marks": re.compile(r"“ ?”|‘’|\( ?\)"),
    "an unfilled place": re.compile(r"\{[a-z_]+\}|%\([a-z_]+\)[sd]"),
    "a value that is none": re.compile(r"[“:] ?None[”.,]|\b(?:undefined|NaN)\b"),
    "quotation marks that do not pair": re.compile(r"“[^”]*“|”[^“]*”"),
}


def faults(text):
    """Return every fault with the words around it."""
    return list(_found(FAULTS, "".join(text.split())))


def english_faults(text):
    """Return every fault of an English text."""
    return list(_found(ENGLISH_FAULTS, " ".join(text.split())))


def _found(looked_for, text):
    for what, looks in looked_for.items():
        for found in looks.finditer(text):
            yield f"{what}: {text[max(found.start() - 25, 0) : found.end() + 25]}"
