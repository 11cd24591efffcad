"""Begin with what an earlier case or draft of the hall has: which parts of it, in the place of what is there."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for

from forms.structure.tour import mask, sensitive_paths
from kaiban.domain.desk.worklist import Entry
from kaiban.orchestrator.window.assisted.copying import Source, cases_of, copy, find_source
from kaiban.ports import ChangedElsewhere
from kaiban.web.access.admission import the_staff
from kaiban.web.access.doors import FILE, the_assisted
from kaiban.web.presentation.texts import clock, listed, say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.stale import Stale, fingerprint, seen
from kaiban.web.routes import CHANGES, NOTHING, Routes, the_filing
from kaiban.web.service import asked_by, assisted_desk, service

routes = Routes("assisted_copying")

NO_SOURCE = "本大厅没有这个编号，也没有这个人的办件。请核对；姓名、证件号码和电话要写全。"
#: So many cases of one person are shown.
OFFERED = 20
NOTHING_CHOSEN = "请至少选一部分内容。"


@routes.page("/desk/new/<desk_no>/copy", FILE)
def ask() -> str:
    """From where, and what of it; nothing of it is shown here."""
    asked = typed().get("source", "")
    source = _source(asked)
    return render_template(
        "desk/assisted/copy.html",
        filing=the_filing(),
        source=source,
        offered=told("offered", []),
        typed_source=asked,
        options=[(name, title, _note(name)) for name, title in _titled(source)],
        chosen=typed().getlist("sections") or ["people", "premises"],
        version=_version(),
        errors=[(f"#{place}", say(text)) for place, text in told("wrong", [])],
    )


@routes.page("/desk/new/<desk_no>/copy/find", FILE, "POST", writes=NOTHING)
def look_for() -> Any:
    """Show what can be copied from there, or from which cases of somebody; what was typed stands in no address."""
    who = the_staff().position
    if _source(_asked()) is not None:
        return again(ask, 200, to=_here())
    if found := cases_of(service().worklist, who, _asked())[:OFFERED]:
        return again(ask, 200, to=_here(), offered=[_offer(each) for each in found])
    return again(ask, 404, to=_here(), wrong=[["source", NO_SOURCE]])


@routes.page("/desk/new/<desk_no>/copy", FILE, "POST", writes=CHANGES)
def take() -> Any:
    """Copy, and say what was copied."""
    source = _source(_asked())
    sections = tuple(name for name in request.form.getlist("sections") if _is_in(source, name))
    if source is None:
        return again(ask, 404, to=_here(), wrong=[["source", NO_SOURCE]])
    if not sections:
        return again(ask, to=_here(), wrong=[["sections", NOTHING_CHOSEN]])
    try:
        _copied(source, sections)
    except ChangedElsewhere as error:
        row = (say("照抄的内容"), titles(sections), say("表单刚在别处修改过"))
        to = "" if error.current.case_no else _here()
        raise Stale([row], to or _home(), to, fingerprint(error.current.version)) from error
    return redirect(_home(), 303)


def _offer(found: Entry) -> list[str]:
    """A case somebody may mean, without more of its people than the list of cases shows."""
    person = mask(found.person) if found.person else ""
    return [found.no, found.company or found.no, person, clock(found.accepted_at)]


def _copied(source: Source, sections: tuple[str, ...]) -> None:
    filing = the_filing()
    if filing.case_no or seen() != _version():
        raise ChangedElsewhere(filing)
    taken: Mapping[str, Any] = {name: source.answers[name] for name in sections}
    shown = sensitive_paths(taken, asked_by(filing.entry))
    copy(assisted_desk(), the_staff().position, the_assisted(), filing, source, sections, shown)


def _source(typed: str) -> Source | None:
    return find_source(assisted_desk(), the_staff().position, typed, the_filing().entry)


def _asked() -> str:
    return request.form.get("source", "").strip()


def _here() -> str:
    return url_for("assisted_copying.ask", desk_no=the_assisted().number)


def _home() -> str:
    return url_for("assisted.show", desk_no=the_assisted().number)


def _version() -> str:
    return fingerprint(the_filing().version)


def _is_in(source: Source | None, name: str) -> bool:
    return source is not None and name in source.sections


def _titled(source: Source | None) -> list[tuple[str, str]]:
    return [(name, titles([name])) for name in (source.sections if source else ())]


def _note(name: str) -> str:
    return say("表单里已经填的会被替换。") if the_filing().entry.get(name) else ""


def titles(sections: Iterable[str]) -> str:
    """Sections of the form by their titles."""
    known = service().sections
    return listed(
        say(str(getattr(known[name], "title", name))) for name in sections if name in known
    )
