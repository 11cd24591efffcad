"""What every question of the form has in common."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

from marshmallow import ValidationError, fields, missing

from forms.defects import Flaw

T = TypeVar("T")


def refuse(code: str, field_name: str = "", **params: Any) -> NoReturn:
    """Raise a flaw at this field, or at `field_name` of the schema being loaded."""
    flaws: list[Any] = [Flaw(code, **params)]
    if field_name:
        raise ValidationError(flaws, field_name=field_name)
    raise ValidationError(flaws)


@dataclass(frozen=True)
class When:
    """A question is only asked if the question `key` beside it has one of these answers.

    key: `group.question` for one inside a group beside it.
    seldom: so few are asked that a page leaves the question out once the answer is another.
    """

    key: str
    answers: Collection[Any]
    seldom: bool = False

    def applies(self, beside: Any) -> bool:
        """Say whether to ask, given the answers beside it."""
        return self._answer(beside) in self.answers

    def shows(self, beside: Any) -> bool:
        """Say whether a page has the question: to ask it now, or as soon as the answer is one of these."""
        return self.applies(beside) or not (self.seldom and self._answer(beside))

    def _answer(self, beside: Any) -> Any:
        for key in self.key.split("."):
            beside = beside.get(key) if isinstance(beside, Mapping) else None
        return beside if isinstance(beside, Hashable) else None


class Asked(fields.Field[T], ABC, Generic[T]):
    """A question of the form; `name` is its key where Python reserves the word.

    when: the answer beside it that makes the question one; without that answer it is not shown.
    typed: whether people are asked at all; else only programs may say it, and the form works it out.
    """

    kind = "text"
    #: How people answer, where it is not by typing: a defect is said in other words then.
    asking = ""
    default_error_messages = {  # noqa: RUF012 - marshmallow declares it so
        "required": "required",
        "null": "required",
        "validator_failed": "invalid",
    }

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        example: Any = "",
        required: bool = True,
        default: Any = missing,
        sensitive: bool = False,
        width: str = "m",
        unit: str = "",
        derived: bool = False,
        typed: bool = True,
        when: When | None = None,
        name: str | None = None,
    ) -> None:
        shown = {"help": hint, "example": example, "width": width, "unit": unit, "typed": typed}
        self.when = when
        super().__init__(
            required=required and default is missing and not derived,
            load_default=default,
            data_key=name,
            attribute=name,
            metadata={"label": label, **shown, "sensitive": sensitive, "derived": derived},
        )

    # Blank and null are settled before marshmallow looks, which its overloads cannot say.
    def deserialize(  # type: ignore[override]
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> T | None:
        """Load `value`; a derived field ignores what was sent, the form works it out again."""
        blank = value is None or (isinstance(value, str) and not value.strip())
        given = missing if blank or self.metadata["derived"] else value
        return super().deserialize(given, attr, data, **kwargs)

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002 - marshmallow passes it
        data: Mapping[str, Any] | None,  # noqa: ARG002 - marshmallow passes it
        **kwargs: Any,  # noqa: ARG002 - marshmallow passes it
    ) -> T:
        return self.read(value)

    @abstractmethod
    def read(self, value: Any) -> T:
        """Return the normalised `value`, which is neither blank nor null, or `refuse` it."""
