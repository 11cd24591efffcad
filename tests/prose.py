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


def faults(text):
    """Return every fault with the words around it."""
    bare = "".join(text.split())
    return [
        f"{what}: {bare[max(found.start() - 12, 0) : found.end() + 12]}"
        for what, looks in FAULTS.items()
        for found in looks.finditer(bare)
    ]
