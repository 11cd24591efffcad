"""Questions inside questions: groups, rows, several values."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, missing

from forms.defects import Flaw
from forms.fields.base import Asked, refuse


class Group(Asked[dict[str, Any]]):
    """Questions that belong together. A required group left out names each question it holds."""

    kind = "group"

    def __init__(self, schema: type[Schema], label: str, **how: Any) -> None:
        super().__init__(label, **how)
        self.schema = schema()

    # As in `Asked`.
    def deserialize(  # type: ignore[override]
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        absent = value is None or value is missing
        return super().deserialize({} if absent and self.required else value, attr, data, **kwargs)

    def read(self, value: Any) -> dict[str, Any]:
        loaded: dict[str, Any] = self.schema.load(value)
        return loaded


class Rows(Asked[list[Any]]):
    """Repeated groups, `fewest` to `most`; too many are refused before any is read, too few are read all the same.

    A row with defects keeps its place, so that pointers and cross rules count as the user does.
    """

    kind = "rows"

    def __init__(
        self, schema: type[Schema], label: str, *, most: int, fewest: int = 0, **how: Any
    ) -> None:
        super().__init__(label, **how)
        self.schema = schema()
        self.most = most
        self.fewest = fewest

    def read(self, value: Any) -> list[Any]:
        rows = _counted(value, min(self.fewest, 1), self.most)
        loaded: list[Any] = []
        errors: dict[int | str, Any] = {}
        if len(rows) < self.fewest:
            errors["_schema"] = [Flaw("list.too_few", limit=self.fewest, there=len(rows))]
        for index, row in enumerate(rows):
            try:
                loaded.append(self.schema.load(row))
            except ValidationError as error:
                errors[index] = error.messages
                loaded.append(error.valid_data or {})
        if errors:
            raise _row_error(errors, loaded)
        return loaded


def _row_error(errors: Mapping[Any, Any], loaded: list[Any]) -> ValidationError:
    return ValidationError(dict(errors), valid_data=loaded)


def _counted(value: Any, fewest: int, most: int) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        refuse("type.list")
    if len(value) > most:
        refuse("list.too_many", limit=most)
    if len(value) < fewest:
        refuse("list.too_few", limit=fewest)
    return value


class Several(Asked[list[str]]):
    """Several values of one field, each once; a wrong one keeps its place as ""."""

    kind = "several"

    def __init__(
        self, inner: Asked[str], label: str, *, most: int, fewest: int = 0, **how: Any
    ) -> None:
        super().__init__(label, **how)
        self.inner = inner
        self.asking = inner.asking
        self.most = most
        self.fewest = fewest

    def read(self, value: Any) -> list[str]:
        loaded: list[str] = []
        errors: dict[int, Any] = {}
        for index, one in enumerate(_counted(value, self.fewest, self.most)):
            try:
                loaded.append(self._one(one, loaded))
            except ValidationError as error:
                errors[index] = error.messages
                loaded.append("")
        if errors:
            raise _row_error(errors, loaded)
        return loaded

    def _one(self, value: Any, before: list[str]) -> str:
        if value is None:
            refuse("required")
        loaded = self.inner.deserialize(value)
        if not isinstance(loaded, str):
            refuse("required")
        if loaded in before:
            refuse("list.repeated")
        return loaded
