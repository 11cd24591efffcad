"""What of a body does not have the shape the description gives it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from kaiban.api.schemas.base import Said
from kaiban.domain.notices.notice import Defect

_USUAL: Final = "缺失、多余或格式不对，请对照接口描述。"


def shapes_wrong(error: ValidationError, link: str = "", at: str = "") -> list[Defect]:
    """A defect for each place that is missing, too much or not as it should be; ``at`` is where the body's part stands."""
    return [misshapen(*each, link) for each in _places(error.messages_dict, at)]


def misshapen(pointer: str, said: str = _USUAL, link: str = "") -> Defect:
    """What is told of one place."""
    return Defect(pointer, "entry.shape", f"“{pointer[1:]}”{said}", link)


def _places(messages: Mapping[Any, Any], at: str) -> Iterator[tuple[str, str]]:
    for name, found in messages.items():
        # What is wrong with all of it stands under a name of the library's own.
        place = at if name == SCHEMA else f"{at}/{name}"
        if isinstance(found, Mapping):
            yield from _places(found, place)
        else:
            yield place, _said(found)


def _said(messages: Iterable[Any]) -> str:
    return next((each for each in messages if isinstance(each, Said)), _USUAL)
