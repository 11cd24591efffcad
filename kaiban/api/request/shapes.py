"""What of a body does not have the shape the description gives it."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError

from kaiban.domain.notices.notice import Defect


def shapes_wrong(error: ValidationError, link: str = "") -> list[Defect]:
    """A defect for each place that is missing, too much or not as it should be."""
    return [_misshapen(pointer, link) for pointer in _pointers(error.messages_dict)]


def _pointers(messages: Mapping[Any, Any], at: str = "") -> Iterator[str]:
    for name, found in messages.items():
        if isinstance(found, Mapping):
            yield from _pointers(found, f"{at}/{name}")
        else:
            yield f"{at}/{name}"


def _misshapen(pointer: str, link: str) -> Defect:
    text = f"“{pointer[1:]}”缺失、多余或格式不对，请对照接口描述。"
    return Defect(pointer, "entry.shape", text, link)
