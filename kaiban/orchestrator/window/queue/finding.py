"""Find a case by what somebody at the window says or a card reader types: a number, a name, a document, a telephone."""

from typing import Final

from kaiban.domain.cases.number import is_case_number
from kaiban.domain.desk.search_terms import asked, spelled
from kaiban.domain.desk.worklist import Entry
from kaiban.domain.roles import Act, Position
from kaiban.ports import Worklist

#: So many cases are shown; who has more of them says more.
MOST: Final = 50
#: What is longer, nobody looks for: a card reader that does not stop, a whole page pasted.
LONGEST: Final = 200


def find(worklist: Worklist, who: Position, text: str) -> list[Entry]:
    """The cases of the reader's halls, those in hand first, then the newest; one more than MOST if there are more."""
    hall, terms = who.within(Act.SEE_CASES), asked(text[:LONGEST])
    return worklist.of_terms(terms, hall, MOST + 1) if terms else []


def numbered(worklist: Worklist, who: Position, text: str) -> Entry | None:
    """The case of that number, if the text is one and they may see it."""
    number = spelled(text[:LONGEST]).replace("-", "")
    return worklist.of_case(number, who.within(Act.SEE_CASES)) if is_case_number(number) else None
