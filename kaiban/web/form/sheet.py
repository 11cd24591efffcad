"""Build the questions of a page from the form's schemas, what was answered, and what is wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import Schema, missing

from forms.fields import Asked, Choice, Day, Group, Rows, Several
from forms.structure.pages import Page
from forms.structure.paths import AnyField, questions, schema_of
from forms.structure.tour import in_chinese, mask
from kaiban.domain.pointer import to_pointer
from kaiban.web.form.kinds import input_mode, kind_of, pad_of, usual
from kaiban.web.form.lists import listing, notes_of, spoken
from kaiban.web.form.persons import is_beside, is_person, offered
from kaiban.web.form.places import OWN, child, field_at, name_of
from kaiban.web.form.question import Option, Question


@dataclass(frozen=True)
class Sheet:
    """What a page is built from.

    entry: everything answered so far. errors: a sentence by pointer. known: persons already
    named elsewhere, to choose instead of typing them again. derived: what the form works out, by
    pointer. stored: what is on record, where the entry is not: only what still stands there is
    masked, what was typed since is shown, for it is nowhere else. whole: nothing is masked.
    """

    sections: Mapping[str, type[Schema]]
    entry: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    known: tuple[Option, ...] = ()
    derived: Mapping[str, str] = field(default_factory=dict)
    stored: Mapping[str, Any] | None = None
    whole: bool = False

    def questions(self, page: Page) -> tuple[Question, ...]:
        """The questions of the page, in its order."""
        found = (each for path in page.paths for each in self._at(path))
        return _unrepeated(page.title, tuple(offered(found, [])))

    def row(self, path: str, index: int) -> Question:
        """One row of a list, as a group of its own."""
        [row] = offered([self._row_at(path, index)], [])
        return row

    def _row_at(self, path: str, index: int) -> Question:
        asked = field_at(self.sections, path)
        assert isinstance(asked, Rows)
        pointer = to_pointer(path)
        answers = self._answers(path)
        return self._row(asked, pointer, index, child(answers, index) or {})

    def _at(self, path: str) -> Iterator[Question]:
        pointer = to_pointer(path)
        if "." not in path:
            answers = child(self.entry, path) or {}
            yield from self._inside(schema_of(self.sections[path]), pointer, answers)
            return
        above, _, key = path.rpartition(".")
        if key.isdecimal():
            yield self._row_at(above, int(key))
            return
        beside = self._answers(above) or {}
        yield self._question(field_at(self.sections, path), pointer, child(beside, key), beside)

    def _when(self, asked: AnyField, pointer: str) -> str:
        """`name=answer|answer` of the control beside it that makes it a question."""
        when = asked.when if isinstance(asked, Asked) else None
        if when is None:
            return ""
        beside = f"{name_of(pointer.rpartition('/')[0])}.{when.key}"
        decides = field_at(self.sections, beside)
        answers = set(map(_answer, when.answers))
        if kind_of(decides) == "search":
            # What is searched for is shown, and sent, by its words.
            answers |= {_label(decides, answer) for answer in answers}
        return f"{beside}=" + "|".join(sorted(answers))

    def _answers(self, path: str) -> Any:
        found: Any = self.entry
        for part in path.split("."):
            found = child(found, int(part) if part.isdecimal() else part)
        return found

    def _inside(self, schema: Schema, pointer: str, answers: Any) -> Iterator[Question]:
        for key, asked in questions(schema).items():
            if asked.metadata.get("typed", True) and _is_shown(asked, answers):
                yield self._question(asked, f"{pointer}/{key}", child(answers, key), answers)

    def _question(self, asked: AnyField, pointer: str, value: Any, beside: Any) -> Question:
        words = asked.metadata
        example = words.get("example", "")
        made = Question(
            kind=kind_of(asked),
            pointer=pointer,
            label=str(words.get("label", "")),
            hint=str(words.get("help", "")),
            error=self.errors.get(pointer, ""),
            example="" if isinstance(example, bool | list) else str(example),
            unit=str(words.get("unit", "")),
            width=str(words.get("width", "m")),
            mode=input_mode(asked),
            pad=pad_of(asked),
            optional=not asked.required and asked.load_default is missing,
            when=self._when(asked, pointer),
            notes=notes_of(asked, value),
            options=options_of(asked),
            for_good=_for_good(asked, value, beside),
            years=_years(asked, value),
        )
        return self._filled(made, asked, value, beside)

    def _filled(self, made: Question, asked: AnyField, value: Any, beside: Any) -> Question:
        if made.kind == "derived":
            return replace(made, value=self._derived(made.pointer, asked, beside))
        if isinstance(asked, Group):
            return self._group(made, asked, value)
        if isinstance(asked, Rows):
            return self._rows(made, asked, value)
        return replace(made, value=self._shown(made, asked, value))

    def _group(self, made: Question, asked: Group, value: Any) -> Question:
        inside = tuple(self._inside(asked.schema, made.pointer, value or {}))
        return replace(
            made,
            optional=not asked.required,
            present=asked.required or bool(value),
            inside=self._with_known(asked.schema, made.pointer, _unrepeated(made.label, inside)),
        )

    def _rows(self, made: Question, asked: Rows, value: Any) -> Question:
        answered = value if isinstance(value, list) else []
        blank: list[Any] = [{}] * max(asked.fewest - len(answered), 0)
        rows = tuple(
            self._row(asked, made.pointer, index, row)
            for index, row in enumerate([*answered, *blank])
        )
        return replace(made, rows=rows, most=asked.most, fewest=asked.fewest)

    def _row(self, asked: Rows, pointer: str, index: int, answers: Any) -> Question:
        place = f"{pointer}/{index}"
        label = str(asked.metadata["label"])
        inside = _unrepeated(label, tuple(self._inside(asked.schema, place, answers)))
        return Question(
            kind="row",
            pointer=place,
            label=label,
            value=str(index + 1),
            error=self.errors.get(place, ""),
            inside=self._with_known(asked.schema, place, inside),
        )

    def _with_known(
        self, schema: Schema, pointer: str, inside: tuple[Question, ...]
    ) -> tuple[Question, ...]:
        if not is_person(schema):
            return inside
        others = tuple(one for one in self.known if not is_beside(one.value, pointer))
        same = Question(
            "same", f"{pointer}/{OWN}same", "选用已经填过的人", optional=True, options=others,
            hint="选好后点“带入”，姓名、证件和手机号码不用再填。",
        )  # fmt: skip
        return (same, *inside)

    def _derived(self, pointer: str, asked: AnyField, beside: Any) -> str:
        if pointer in self.derived:
            return self.derived[pointer]
        value = child(beside, pointer.rpartition("/")[2])
        return "" if value is None else in_chinese(asked, value)

    def _shown(self, made: Question, asked: AnyField, value: Any) -> Any:
        if value is None:
            value = usual(asked)
        show: Callable[[Any], Any] = _SHOWN.get(made.kind, _text)
        shown = show(value)
        if made.kind == "search":
            shown = _label(asked, shown)
        hidden = asked.metadata.get("sensitive") and made.kind == "text" and not made.error
        return mask(shown) if hidden and shown and self._is_kept(made.pointer, value) else shown

    def _is_kept(self, pointer: str, value: Any) -> bool:
        """Whether the value need not travel with the page."""
        if self.whole:
            return False
        if self.stored is None:
            return True
        found: Any = self.stored
        for part in pointer[1:].split("/"):
            found = child(found, int(part) if part.isdecimal() else part)
        return bool(found == value)


def _is_shown(asked: AnyField, beside: Any) -> bool:
    when = asked.when if isinstance(asked, Asked) else None
    return when is None or when.shows(beside)


def _unrepeated(title: str, inside: tuple[Question, ...]) -> tuple[Question, ...]:
    """The questions under a title, the first one without it."""
    if not inside or inside[0].label != title:
        return inside
    return (replace(inside[0], echo=True), *inside[1:])


def _for_good(asked: AnyField, value: Any, beside: Any) -> bool | None:
    """Whether leaving the day out is what was said, as far as what is said beside it tells."""
    if not (isinstance(asked, Day) and asked.endless):
        return None
    return value in (None, "") and any(child(beside, key) for key in ("no", "monthly_wage"))


def _years(asked: AnyField, value: Any) -> str | None:
    """The number that was typed and not taken for a day; once taken, the day itself is shown."""
    if not (isinstance(asked, Day) and asked.counted):
        return None
    said = str(value or "")
    return said.removesuffix("年") if said.endswith("年") else ""


def options_of(asked: AnyField) -> tuple[Option, ...]:
    """Everything that may be chosen; nothing for what is searched instead."""
    one = asked.inner if isinstance(asked, Several) else asked
    if not isinstance(one, Choice) or kind_of(asked) == "search":
        return ()
    return tuple(Option(i.code, i.label, str(i.more.get("help", ""))) for i in one.offers())


def _answer(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else value


def _label(asked: AnyField, code: str) -> str:
    listed = listing(asked)
    item = listed.by_code.get(code) if listed is not None else None
    return spoken(item) if item is not None else code


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return f"{value:f}" if hasattr(value, "as_tuple") else str(value)


def _texts(value: Any) -> list[str]:
    return [_text(one) for one in value] if isinstance(value, list) else []


def _lines(value: Any) -> str:
    return "\n".join(_texts(value))


def _yes(value: Any) -> Any:
    return value if isinstance(value, bool) else None


_SHOWN: dict[str, Callable[[Any], Any]] = {
    "several": _texts,
    "lines": _lines,
    "flag": _yes,
    "consent": _yes,
}
