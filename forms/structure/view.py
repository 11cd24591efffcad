"""Read a form that may have defects: a rule sees a value only if that value is sound."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms.defects import Flaw, Found
from forms.locality import Locality


class Unreadable(Exception):  # noqa: N818 - not an error: it tells a rule to stand back
    """What a rule wants to read is defective or belongs to a section that is not there."""


@dataclass(frozen=True)
class Setting:
    """What rules may know besides the form: the day that stands for founding, the place."""

    today: date
    locality: Locality


class Blemishes:
    """The pointers that are defective, and everything above them."""

    def __init__(self, found: Iterator[str]) -> None:
        self.exact = frozenset(found)
        self.above = frozenset(p[:i] for p in self.exact for i, c in enumerate(p) if c == "/")

    def touch(self, pointer: str) -> bool:
        """Say whether `pointer`, something inside it or something around it is defective."""
        return pointer in self.above or self.cover(pointer)

    def cover(self, pointer: str) -> bool:
        """Say whether `pointer` or something around it is defective, so that nothing is there."""
        around = (pointer[:i] for i, c in enumerate(pointer) if c == "/" and i)
        return pointer in self.exact or any(part in self.exact for part in around)


class View:
    """A place in the form. Paths are dotted and relative, lists are read with `rows`."""

    def __init__(
        self,
        value: Mapping[str, Any],
        blemishes: Blemishes,
        pointer: str = "",
        unasked: frozenset[tuple[str, ...]] = frozenset(),
    ) -> None:
        """``unasked`` are paths of questions this applicant is not asked: what needs them stands back."""
        self._value = value
        self._blemishes = blemishes
        self._unasked = unasked
        self.pointer = pointer

    def __getitem__(self, path: str) -> Any:
        """Return the value at `path`, None where it was left out."""
        if self._blemishes.touch(self.at(path)):
            raise Unreadable(path)
        return self._walk(path)

    def rows(self, path: str) -> list["View"]:
        """Return one view per row of the list at `path`; rows with defects keep their place."""
        here = self.at(path)
        if self._blemishes.cover(here):
            raise Unreadable(path)
        return [
            View(row, self._blemishes, f"{here}/{index}", self._unasked)
            for index, row in enumerate(self._walk(path) or ())
        ]

    def values(self, path: str) -> list[tuple[str, Any]]:
        """Return path and value of each sound entry of the list of plain values at `path`."""
        if self._blemishes.cover(self.at(path)):
            raise Unreadable(path)
        entries = ((f"{path}.{i}", v) for i, v in enumerate(self._walk(path) or ()))
        return [(place, value) for place, value in entries if self.sound(place)]

    def group(self, path: str) -> "View | None":
        """Return the group at `path`, None where it was left out."""
        if self._blemishes.cover(self.at(path)):
            raise Unreadable(path)
        value = self._walk(path)
        if value is None:
            return None
        return View(value, self._blemishes, self.at(path), self._unasked)

    def has(self, path: str) -> bool:
        """Say whether anything was given at `path`, sound or not."""
        if not self.asks(path):
            return False
        return self._walk(path) is not None or self._blemishes.touch(self.at(path))

    def asks(self, path: str) -> bool:
        """Say whether this type of applicant is asked what stands at `path`."""
        return not self._is_unasked(path)

    def sound(self, *paths: str) -> bool:
        """Say whether nothing at `paths` is defective."""
        return not any(self._blemishes.touch(self.at(path)) for path in paths)

    def value_at(self, pointer: str) -> Any:
        """Return what stands at a pointer of the whole form, list rows included; None for nothing."""
        value: Any = self._value
        for part in pointer[1:].split("/"):
            if isinstance(value, list):
                value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
            else:
                value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def at(self, path: str) -> str:
        """Return the pointer of `path`."""
        return f"{self.pointer}/{path.replace('.', '/')}" if path else self.pointer

    def found(self, path: str, code: str, **params: Any) -> Found:
        """Return a finding at `path`."""
        return Found(self.at(path), Flaw(code, **params))

    def _walk(self, path: str) -> Any:
        value: Any = self._value
        for depth, key in enumerate(path.split(".")):
            if depth == 0 and not self.pointer and key not in value:
                raise Unreadable(path)
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is None and self._is_unasked(path):
            raise Unreadable(path)
        return value

    def _is_unasked(self, path: str) -> bool:
        if not self._unasked:
            return False
        parts = self.at(path).split("/")[1:]
        return tuple(part for part in parts if not part.isdecimal()) in self._unasked
