"""Begin a form for somebody, find one again by its number, and say who is there."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from forms.reading.answers import narrow
from forms.structure.tour import mask
from kaiban.domain.assisted import (
    ACTORS,
    AUTHORITIES,
    IDENTITIES,
    Actor,
    AssistedFiling,
    Authority,
    Filer,
    Identity,
)
from kaiban.domain.cases.cross_region.intake import IntakeRule
from kaiban.domain.filing import read_phone
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.orchestrator.window.assisted import beginning
from kaiban.orchestrator.window.assisted.desk import find_unfinished, unfinished
from kaiban.web.access.admission import the_staff
from kaiban.web.access.doors import FILE, the_assisted
from kaiban.web.desk.halls import hall_title
from kaiban.web.presentation.staff_names import name_of
from kaiban.web.presentation.texts import clock, company_of, say
from kaiban.web.responses.kept import again, kept, told, typed
from kaiban.web.responses.mistakes import errors_kept, to_keep
from kaiban.web.responses.stale import Stale, fingerprint, seen
from kaiban.web.routes import ADDS, CHANGES, NOTHING, Routes, the_filing
from kaiban.web.service import assisted_desk, office, service

routes = Routes("assisted_beginning")

NO_SUCH = "本大厅没有这个帮办号，也没有这个人还没提交的申请。请核对；姓名、证件号码和电话要写全。"
#: What is longer, nobody looks for.
LONGEST = 200
_TEXTS = ("name", "cert_no", "represents", "authority_no", "proof")


@routes.page("/desk/new", FILE)
def new() -> str:
    """Who is there; or a number under which somebody was here before; and what the hall has not finished."""
    only = told("only", [])
    return render_template(
        "desk/assisted/new.html",
        **choices(typed()),
        types=list(office().form.applicants.values()),
        find=typed().get("find", ""),
        number=typed().get("number") or beginning.new_number(),
        errors=errors_kept(),
        rows=[
            _row(each)
            for each in unfinished(assisted_desk(), the_staff().position)
            if each.number in (only or [each.number])
        ],
        only=bool(only),
    )


@routes.page("/desk/new/find", FILE, "POST", writes=NOTHING)
def look_for() -> Any:
    """On to the form of that number or person, or to those it may be; what was typed stands in no address."""
    here = url_for("assisted_beginning.new")
    found = find_unfinished(
        assisted_desk(), the_staff().position, request.form.get("find", "")[:LONGEST]
    )
    if not found:
        return again(new, 404, to=here, wrong=[["/find", NO_SUCH]])
    if len(found) > 1:
        return again(new, 200, to=here, only=[each.number for each in found])
    return redirect(url_for("assisted.show", desk_no=found[0].number), 303)


@routes.page("/desk/new", FILE, "POST", writes=ADDS)
def begin() -> Any:
    """Begin, and on to the first page of the form."""
    found = beginning.begin(
        assisted_desk(),
        the_staff().position,
        read_filer(request.form),
        request.form.get("phone", ""),
        request.form.get("number", ""),
        _deciding(),
        request.form.get("type", ""),
    )
    if not isinstance(found, AssistedFiling):
        return again(new, wrong=to_keep(found))
    return redirect(url_for("assisted.first", desk_no=found.number), 303)


@routes.page("/desk/new/<desk_no>/who", FILE)
def who() -> str:
    """Who is there, as it is known so far."""
    answers = typed() if kept().typed or request.method == "POST" else _answers()
    return render_template(
        "desk/assisted/who.html",
        filing=the_filing(),
        **choices(answers),
        version=_version(),
        errors=errors_kept(),
    )


@routes.page("/desk/new/<desk_no>/who", FILE, "POST", writes=CHANGES)
def correct() -> Any:
    """Keep it, if nobody else has said otherwise meanwhile."""
    filer, phone = read_filer(request.form), request.form.get("phone", "")
    mine, theirs = (filer, read_phone(phone), _deciding()), the_assisted()
    if seen() != _version() and mine != (theirs.filer, the_filing().phone, theirs.deciding):
        raise _stale()
    if the_filing().case_no:
        return redirect(url_for("assisted_confirming.done", desk_no=the_assisted().number), 303)
    found = beginning.correct(
        assisted_desk(), the_staff().position, theirs, filer, phone, _deciding()
    )
    if not isinstance(found, AssistedFiling):
        return again(who, wrong=to_keep(found))
    return redirect(url_for("assisted.show", desk_no=found.number), 303)


def read_filer(sent: Mapping[str, str]) -> Filer:
    """Whoever is there, as typed; what was not chosen is the least that can be said."""
    texts = {name: sent.get(name, "").strip() for name in _TEXTS}
    # As everywhere in the form: a number typed in full width, or with spaces, is that of the card.
    texts["cert_no"] = "".join(narrow(texts["cert_no"]).split()).upper()
    return Filer(
        actor=_one_of(Actor, sent.get("actor"), Actor.APPLICANT),
        authority=_one_of(Authority, sent.get("authority"), Authority.NONE),
        identity=_one_of(Identity, sent.get("identity"), Identity.NONE),
        **texts,
    )


def _one_of(kind: Any, value: str | None, usual: Any) -> Any:
    return next((each for each in kind if each.value == value), usual)


def _deciding() -> str:
    """Which other hall is to decide it; "" for whoever asks' own."""
    sent = request.form.get("deciding", "")
    return "" if sent == the_staff().position.hall else sent


def _answers() -> MultiDict[str, str]:
    filer = the_assisted().filer
    found = {name: getattr(filer, name) for name in _TEXTS}
    chosen = {name: getattr(filer, name).value for name in ("actor", "authority", "identity")}
    deciding = the_assisted().deciding or the_assisted().hall
    return MultiDict({**found, **chosen, "phone": the_filing().phone, "deciding": deciding})


def _version() -> str:
    return fingerprint(sorted(_answers().items()))


def _stale() -> Stale:
    mine, theirs = request.form, _answers()
    rows = [
        (say(title), say(words.get(mine.get(name, ""), mine.get(name, ""))), say(words.get(theirs[name], theirs[name])))
        for name, title, words in (*_WORDS, ("deciding", "受理大厅", _hall_titles()))
        if mine.get(name, "") != theirs[name]
    ]  # fmt: skip
    to = url_for("assisted_beginning.who", desk_no=the_assisted().number)
    return Stale(rows, to, to, _version())


_WORDS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("actor", "谁来办理", {each.value: title for each, title in ACTORS.items()}),
    ("name", "姓名", {}),
    ("cert_no", "证件号码", {}),
    ("identity", "身份核验", {each.value: title for each, title in IDENTITIES.items()}),
    ("proof", "核验流水号", {}),
    ("represents", "替谁办理", {}),
    ("authority", "授权文件", {each.value: title for each, title in AUTHORITIES.items()}),
    ("authority_no", "文件编号", {}),
    ("phone", "申请人的手机号码", {}),
)


def _hall_titles() -> dict[str, str]:
    return {name: hall.title for name, hall in office().city.halls.items()}


def _others(intake: str) -> dict[str, IntakeRule]:
    """For which other halls this one may take in today, and by which rule."""
    today = office().clock.now().astimezone(HALL_TIME).date()
    return office().city.decided_elsewhere(intake, today)


def _halls(others: Mapping[str, IntakeRule]) -> list[tuple[str, str]]:
    """Which hall may decide what this one takes in; nothing to choose where it takes in for itself alone."""
    own = (the_staff().position.hall, say("本大厅"))
    return [own, *((name, hall_title(name)) for name in others)] if others else []


def _bases(others: Mapping[str, IntakeRule]) -> list[str]:
    """By which rules, each once."""
    return list(
        dict.fromkeys(
            say("%(basis)s，%(since)s 起", basis=rule.basis, since=rule.since.isoformat())
            for rule in others.values()
        )
    )


def choices(answers: Mapping[str, str]) -> dict[str, Any]:
    """What a page that asks who is there is made with."""
    others = _others(the_staff().position.hall)
    return {
        "halls": _halls(others),
        "bases": _bases(others),
        "answers": answers,
        "actors": [(each.value, say(title), "") for each, title in ACTORS.items()],
        "authorities": [(each.value, say(title)) for each, title in AUTHORITIES.items()],
        "identities": [(each.value, say(title), "") for each, title in IDENTITIES.items()],
    }


def _row(each: AssistedFiling) -> dict[str, Any]:
    filing = service().filings.get(each.filing_id)
    return {
        "number": each.number,
        "shown": each.shown_number,
        "company": company_of(filing) or say("（还没有名称）"),
        "actor": say(ACTORS[each.filer.actor]),
        "name": mask(each.filer.name),
        "held_by": name_of(each.held_by),
        "parked": clock(each.parked_at),
        "saved": clock(filing.saved_at),
    }
