"""Rate the case and its links (好差评), by the link alone, without login."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.rating import LEVELS, Rating
from kaiban.orchestrator.applicant.aftercare.rating import CHANGED, Opinion, is_over, mark_of, rate
from kaiban.web.following.progress import the_case
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import to_keep
from kaiban.web.responses.stale import Stale, seen
from kaiban.web.routes import CHANGES, LINK, Routes, the_filing
from kaiban.web.sent import whole_number
from kaiban.web.service import service

routes = Routes("rating")


@routes.page("/t/<aid>/rate", LINK)
def show() -> str:
    """Five levels for the whole and for each department, with what was said before."""
    return _render()


@routes.page("/t/<aid>/rate", LINK, "POST", writes=CHANGES)
def keep() -> Any:
    """Keep what was said of one of them."""
    opinion = Opinion(
        whole_number(request.form.get("level", ""), 0),
        request.form.get("link", ""),
        request.form.get("remark", ""),
    )
    marks = dict(part.split("@", 1) for part in seen().split("|") if "@" in part)
    found = rate(service().complaints, the_case().no, opinion, marks.get(opinion.link, ""))
    if isinstance(found, list):
        if CHANGED in found:
            raise _stale(opinion)
        return again(show, wrong=to_keep(found))
    return redirect(url_for("rating.show", aid=the_filing().id, thanks=1), 303)


def _given() -> dict[str, Rating]:
    return {each.link: each for each in service().cases.ratings(the_case().no)}


def _version(given: Mapping[str, Rating]) -> str:
    return "|".join(f"{link}@{mark_of(each)}" for link, each in given.items())


def _stale(opinion: Opinion) -> Stale:
    """What is said now beside what was said meanwhile, by somebody else who knows the address."""
    given = _given()
    there = given[opinion.link]
    rows = [
        (say("满意程度"), *(say(LEVELS[each]) for each in (opinion.level, there.level))),
        (say("想说的话"), opinion.remark, there.remark),
    ]
    to = url_for("rating.show", aid=the_filing().id)
    return Stale(rows, to, to, _version(given))


def _render() -> str:
    case, given, wrong = the_case(), _given(), told("wrong", [])
    return render_template(
        "following/rate.html",
        filing=the_filing(),
        case=case,
        open=_open(case, given),
        typed=_typed(given),
        wrong={pointer[1:]: say(message) for pointer, message in wrong},
        version=_version(given),
        levels=[(str(level), say(title)) for level, title in LEVELS.items()],
        given=given,
        choices=_choices(case),
        thanks=bool(request.args.get("thanks")),
        errors=[(f"#{pointer[1:] or 'level'}", say(message)) for pointer, message in wrong],
    )


def _choices(case: Case) -> list[tuple[str, str]]:
    return [("", say("整个办件")), *((link.name, say(link.title)) for link in case.links)]


def _open(case: Case, given: Mapping[str, Rating]) -> list[tuple[str, str]]:
    """What can be rated now: it has ended, and an earlier rating is not yet answered."""
    return [
        (name, title)
        for name, title in _choices(case)
        if is_over(case, name) and not (name in given and given[name].answered_at)
    ]


def _typed(given: Mapping[str, Rating]) -> dict[str, str]:
    """What was just typed, or else what was said of the case as a whole."""
    if typed():
        return {name: typed().get(name, "") for name in ("link", "level", "remark")}
    whole = given.get("")
    if whole is None or whole.answered_at:
        return {"link": "", "level": "", "remark": ""}
    return {"link": "", "level": str(whole.level), "remark": ""}
