"""Words of the staff that papers repeat: what is kept is drawn as it was written, and a sign that cannot be is refused.

A name is another matter: a rare character of it is kept, and printed as 〓 with a note.
"""

from typing import Final
from unicodedata import category

from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.office import Office

#: Characters of one line.
LONGEST_LINE: Final = 500
#: Controls and halves of pairs: no letter, whatever fonts there are; blanks and breaks of lines are not among them.
_NO_LETTERS: Final = frozenset({"Cc", "Cs"})
_BLANKS: Final = frozenset("\t\r\n")
#: So many signs are named; whoever pasted more sees what they are of.
_MOST: Final = 5
_TEXT: Final = "有打印在文书上显示不出来的符号：{signs}。请删去或者换一种写法。"
_SEEN: Final = "“{sign}”（{code}）"
_UNSEEN: Final = "看不见的符号（{code}）"


def unprintable(office: Office, pointer: str, text: str, link: str = "") -> list[Defect]:
    """What is wrong with words a paper will repeat: nothing, or the signs no paper shows, by name."""
    controls = {sign for sign in text if category(sign) in _NO_LETTERS} - _BLANKS
    missing = sorted(controls.union(office.glyphs.missing(text)))
    if not missing:
        return []
    message = _TEXT.format(signs="、".join(map(_named, missing[:_MOST])))
    return [Defect(pointer, "text.unprintable", message, link)]


def is_line(text: str) -> bool:
    """Whether somebody wrote something, in one line that is not too long."""
    return 0 < len(text.strip()) <= LONGEST_LINE and text.splitlines() == [text]


def wrong_line(office: Office, pointer: str, text: str, lacking: Defect) -> list[Defect]:
    """What is wrong with one line of such words; ``lacking`` where it is none."""
    return unprintable(office, pointer, text, lacking.link) if is_line(text) else [lacking]


def _named(sign: str) -> str:
    how = _SEEN if sign.isprintable() else _UNSEEN
    return how.format(sign=sign, code=f"U+{ord(sign):04X}")
