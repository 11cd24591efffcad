"""What is wrong with what was sent: kept over the redirect, and told at the head of the page."""

from collections.abc import Iterable

from kaiban.domain.notices.notice import Defect
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import told


def to_keep(found: Iterable[Defect]) -> list[list[str]]:
    """Each with the place it is about, as it is kept for the next page (``again(..., wrong=to_keep(found))``)."""
    return [[each.pointer, each.message] for each in found]


def by_place(told: Iterable[tuple[str, str]], between: str = "\n") -> dict[str, str]:
    """The sentences at each place, once each; mistakes on a line of their own, as the head of the page has them (`ui.wrong`)."""
    found: dict[str, dict[str, None]] = {}
    for place, sentence in told:
        found.setdefault(place, {})[sentence] = None
    return {place: between.join(sentences) for place, sentences in found.items()}


def errors_kept() -> list[tuple[str, str]]:
    """What was kept, in the reader's language: (address of the control, sentence); "" where it is about none."""
    return [
        (f"#{pointer[1:]}" if pointer else "", say(message))
        for pointer, message in told("wrong", [])
    ]
