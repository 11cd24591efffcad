"""A look at a page while it is filled in: what is wrong with what was typed, and what follows from it.

Nothing is kept, and nothing stands in an address or a log. What was typed alone is judged: a masked value that
came back untouched says nothing, so an answer cannot tell what is on record.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, jsonify, request

from forms.applicants import of
from forms.codes import SEXES
from forms.derive import document, glimpse, of_documents, subscribed
from forms.values.capitals import YUAN, in_capitals
from kaiban.domain.notices.notice import Defect
from kaiban.web.applicant.answering.filling import open_page
from kaiban.web.applicant.answering.row_pages import roster_of
from kaiban.web.form.answers import PARTS, Reading, put
from kaiban.web.form.as_read import at, every, readings
from kaiban.web.form.places import id_of, name_of
from kaiban.web.form.question import Question
from kaiban.web.form.sheet import Sheet
from kaiban.web.presentation.texts import day, say
from kaiban.web.responses.mistakes import by_place
from kaiban.web.routes import NOTHING, OWNER, Routes
from kaiban.web.service import asked_by, office

routes = Routes("live_checks")

#: Nothing is typed into these.
NO_CONTROLS = ("derived", "group", "row", "rows", "roster", "same")
#: What an identity document tells by itself.
OF_DOCUMENTS = ("birth_date", "sex")
#: As where nothing has been worked out yet (ui.derived).
LATER = "填好后自动得出"
READ_AS = "读作人民币%(sum)s。"
READ = "读作 %(value)s。"
TOLD = "出生日期：%(birth_date)s，性别：%(sex)s。"
SUM = "各%(holder)s合计 %(total)s 万元，与%(capital_title)s一致。"
OTHER_SUM = "各%(holder)s合计 %(total)s 万元，%(capital_title)s %(capital)s 万元。"

Answers = Mapping[str, Any]
Sentences = dict[str, str]


@routes.page("/a/<aid>/<page>/glance", OWNER, "POST", writes=NOTHING)
def glance(page: str) -> Response:
    """`{"wrong": {id: sentences, one a line}, "derived": {id: text}}` for the page as it is typed."""
    filing, found = open_page(page)
    sections = asked_by(filing.entry)
    answers = Reading(sections, None).page(found, request.form)
    typed, entry = put({}, answers), put(filing.entry, answers)
    sheet = Sheet(sections, entry, derived=glimpse(entry) | of_documents(typed))
    defects = office().form.glance(typed, office().clock.now(), filing.entry)
    return told(filing.entry, typed, sheet.questions(found), defects)


@routes.page("/a/<aid>/<page>/<int:row>/glance", OWNER, "POST", writes=NOTHING)
def glance_row(page: str, row: int) -> Response:
    """The same for one row of a list that has pages of its own; the other rows are not read."""
    filing, found = open_page(page)
    path, sections = roster_of(found, row), asked_by(filing.entry)
    answers = Reading(sections, None).row(path, row, request.form)
    typed = put({}, {path: [*[{}] * row, answers]})
    first, here = (f"/{path.replace('.', '/')}/{number}/" for number in (0, row))
    defects = [
        Defect(each.pointer.replace(first, here, 1), each.code, each.message)
        for each in office().form.glance(
            put({}, {path: [answers]}), office().clock.now(), filing.entry
        )
    ]
    return told(filing.entry, typed, [Sheet(sections, typed).row(path, row)], defects)


def told(
    entry: Answers, typed: Answers, questions: Iterable[Question], defects: Iterable[Defect]
) -> Response:
    """The answer for a page of this form with these questions: of the defects, those of its controls that are filled in."""
    asked = list(every(questions))
    controls = {each.pointer: each for each in asked if each.kind not in NO_CONTROLS}
    wrong = _wrong(controls, defects)
    derived = {
        each.id: each.value or say(LATER)
        for each in asked
        if each.kind == "derived" and not _from_masked(each)
    }
    told = (
        derived, _as_read(asked, typed, wrong), _of_persons(asked, typed),
        _in_capitals(asked, typed), _sum(typed, of(entry).words),
    )  # fmt: skip
    pairs = (pair for each in told for pair in each.items())
    # Beside a control it is one line of text.
    return jsonify(wrong=wrong, derived=by_place(pairs, between=" "))


def _as_read(asked: Iterable[Question], typed: Answers, wrong: Sentences) -> Sentences:
    """Beside everything that is read otherwise than it was typed: how. Sums say it in capital numerals."""
    return {
        each.id: say(READ, value=said)
        for each, said in readings(asked, typed)
        if each.unit not in YUAN and each.id not in wrong
    }


def _in_capitals(asked: Iterable[Question], typed: Answers) -> Sentences:
    """Beside every sum of money: how it was read, in capital numerals."""
    found: Sentences = {}
    for each in asked:
        amount = at(typed, each.pointer) if each.unit in YUAN else None
        if isinstance(amount, int | Decimal) and not isinstance(amount, bool):
            said = in_capitals(Decimal(amount) * YUAN[each.unit])
            if said:
                found[each.id] = say(READ_AS, sum=said)
    return found


def _wrong(controls: Mapping[str, Question], defects: Iterable[Defect]) -> Sentences:
    """All that is wrong with each control that is wholly filled in, a sentence a line."""
    # One of several values has no control of its own.
    places = (
        (controls.get(each.pointer) or controls.get(each.pointer.rpartition("/")[0]), each.message)
        for each in defects
    )
    return by_place(
        (place.id, say(message)) for place, message in places if place and _is_filled(place)
    )


def _is_filled(asked: Question) -> bool:
    """Whether it was answered; a day is one once all of it is there."""
    parts = [f"{asked.name}.{part}" for part, _ in PARTS.get(asked.kind, ())]
    return all(request.form.get(name, "").strip() for name in parts or [asked.name])


def _from_masked(asked: Question) -> bool:
    """Whether it follows from a document number that came back masked: then the page says already what it may."""
    above, _, key = asked.pointer.rpartition("/")
    return key in OF_DOCUMENTS and "*" in request.form.get(f"{name_of(above)}.cert.no", "")


def _of_persons(asked: Iterable[Question], typed: Answers) -> Sentences:
    """What a number typed just now tells of its holder, where no line of its own says so."""
    kinds = {each.pointer: each.kind for each in asked}
    found: Sentences = {}
    for pointer in kinds:
        person, is_number, _ = pointer.partition("/cert/no")
        if is_number and kinds.get(f"{person}/birth_date") != "derived":
            told = document(at(typed, f"{person}/cert"))
            if told:
                born = day(date.fromisoformat(told["birth_date"]))
                sex = say(SEXES.label(told["sex"]))
                found[id_of(pointer)] = say(TOLD, birth_date=born, sex=sex)
    return found


def _sum(typed: Answers, words: Mapping[str, str]) -> Sentences:
    """Beside the last subscription: how far all of them reach."""
    found = subscribed(typed)
    if found is None:
        return {}
    pointer, total, capital = found
    called = {name: say(words[name]) for name in ("holder", "capital_title")}
    text = say(
        SUM if total == capital else OTHER_SUM,
        total=f"{total:f}",
        capital=f"{capital:f}",
        **called,
    )
    return {id_of(pointer): text}
