"""Keep track of what is said to departments, with everybody in it masked.

An adapter hides what its protocol marks as personal; here every personal value of the case's own
form is hidden as well, wherever a department repeats it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kaiban.domain.cases.exchange import Both, Exchange, Message, Passed
from kaiban.domain.pointer import values_at
from kaiban.orchestrator.departments import Departments
from kaiban.orchestrator.needs import sensitive_paths
from kaiban.ports import (
    Adapter,
    AdapterError,
    NeedsCorrection,
    Outcome,
    Partial,
    Pending,
    Rejected,
    Said,
)

#: Shorter ones are codes and numbers of a list; hidden everywhere, they would make all unreadable.
SHORTEST_NUMBER = 6
#: A name of one character is none.
SHORTEST_NAME = 2


@dataclass(frozen=True)
class Veil:
    """Hides the personal values of one form in any text."""

    values: tuple[str, ...]

    @classmethod
    def of(cls, departments: Departments, form: Mapping[str, Any]) -> "Veil":
        """The values any department of the city calls sensitive, the longest first."""
        needs = (departments[name].Needs for name in departments.names)
        paths = {path for each in needs for path in sensitive_paths(each)}
        found = {
            text for path in paths for value in values_at(form, path) for text in _shapes(value)
        }
        return cls(tuple(sorted(found, key=len, reverse=True)))

    def over(self, text: str) -> str:
        """The text with each value cut down to its first character."""
        for value in self.values:
            text = text.replace(value, f"{value[0]}***")
        return text


def ended(
    exchange: Exchange, answer: Outcome | AdapterError, milliseconds: int, veil: Veil
) -> Exchange:
    """The exchange with what came of it."""
    code, said = _gist(answer)
    return replace(
        exchange,
        outcome=type(answer).__name__,
        code=code,
        milliseconds=milliseconds,
        said=veil.over(said),
    )


def with_messages(
    exchange: Exchange, adapter: Adapter, heard: Sequence[Said], veil: Veil
) -> Exchange:
    """The exchange with what was said: by field name for people, and as it went over the line."""
    messages = tuple(_read(adapter, each, veil) for each in heard)
    return replace(exchange, messages=messages, passed=tuple(map(_passed, heard)))


def _passed(said: Said) -> Both:
    return (
        Passed.of(said.asked, in_confidence=said.in_confidence),
        Passed.of(said.answered, in_confidence=said.in_confidence),
    )


def _read(adapter: Adapter, said: Said, veil: Veil) -> Message:
    """What went over the line, for people."""
    asked, answered = (
        {name: veil.over(text) for name, text in adapter.readable(raw).items()}
        for raw in (said.asked, said.answered)
    )
    return Message(veil.over(said.line), said.status, said.milliseconds, asked, answered)


def _shapes(value: Any) -> Iterable[str]:
    """The ways in which departments may write it; nothing for what is no secret by itself."""
    if not isinstance(value, str):
        return ()
    shortest = SHORTEST_NUMBER if value.isascii() else SHORTEST_NAME
    return (text for text in (value, value.replace("-", "")) if len(text) >= shortest)


def _gist(answer: Outcome | AdapterError) -> tuple[str, str]:
    """The department's code, and in one sentence what it said."""
    if isinstance(answer, Rejected):
        return answer.code, answer.reason
    if isinstance(answer, NeedsCorrection | Partial):
        codes = answer.items[0].code if answer.items else ""
        return codes, "；".join(item.message for item in answer.items)
    if isinstance(answer, Pending):
        return "", answer.reason
    return "", str(answer) if isinstance(answer, AdapterError) else ""
