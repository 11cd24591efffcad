"""What applicants have brought for a case: listed where staff work with it, and each file opened by whoever may see it whole.

Whether a scan can be read or a contract is signed, nobody can say who has not looked at it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, abort, redirect, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.papers.material import Holder, Material
from kaiban.domain.roles import Act
from kaiban.orchestrator.staff.looking import look_at
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.materials.files import shown
from kaiban.web.materials.material_list import Shelf, day_of, filled
from kaiban.web.presentation.texts import clock, listed, say
from kaiban.web.routes import Routes
from kaiban.web.service import office

routes = Routes("case_materials")

#: How it stands with one, by `Shelf.state`, and how that is marked.
_STATES = {
    "there": ("已收到", "done"), "promised": ("承诺以后补", "wait"), "part": ("还缺", "hold"),
    "missing": ("没有收到", "wait"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One material as staff see it; ``files`` are (id, what the link to it says, when it came)."""

    title: str
    state: str
    kind: str
    note: str = ""
    files: list[tuple[str, str, str]] = field(default_factory=list)


def install(app: Flask) -> None:
    """Let every template of the desk list them."""
    app.jinja_env.globals.update(materials_of=materials_of)


@routes.page("/desk/cases/<no>/materials", Staff(Act.UNMASK))
def show() -> Any:
    """The file that is asked for; that it was shown is written down. Without one, the list on the case's page."""
    case, ident = the_case(), request.args.get("file", "")
    if not ident:
        return redirect(url_for("queue.case", no=case.no, _anchor="materials"), 303)
    return open_file(case, ident)


def materials_of(case: Case) -> list[Line]:
    """Everything the form calls for and everything that was brought."""
    wanted = office().form.materials(case.form, [link.name for link in case.links])
    found = filled(wanted, office().materials.listed(Holder(case_no=case.no)))
    may_open = the_staff().position.may(Act.UNMASK, case.hall)
    return [_line(each, may_open=may_open) for each in found if not each.wanted.produced]


def files_of(case: Case) -> list[tuple[str, str, str]]:
    """(Key of the material, id of the file, its name) of every file."""
    found = office().materials.listed(Holder(case_no=case.no))
    return [(each.key, each.id, each.name) for each in found if not each.promised]


def open_file(case: Case, ident: str, *, intake: bool = False) -> Any:
    """The file of that id, or "not found"; ``intake``: also for the hall that took the case in."""
    found = next((key for key, each, _ in files_of(case) if each == ident), None)
    if found is None:
        abort(404)
    path = (f"materials.{found}",)
    look_at(office(), the_staff().position, case.no, Act.UNMASK, path, intake=intake)
    upload = office().materials.get(Holder(case_no=case.no), ident)
    return shown(upload.content, upload.media_type, upload.name)


def _line(shelf: Shelf, *, may_open: bool) -> Line:
    words, kind = _STATES[shelf.state]
    files = list(_files(shelf)) if may_open else []
    return Line(say(shelf.wanted.name), say(words), kind, _note(shelf), files)


def _note(shelf: Shelf) -> str:
    """Of whom nothing has come, or until when it was promised."""
    if shelf.state == "part":
        return str(listed(each.name for each in shelf.without))
    if shelf.state == "promised" and shelf.promise and shelf.promise.deferred_until:
        return say("最晚 %(day)s", day=day_of(shelf.promise.deferred_until))
    return ""


def _files(shelf: Shelf) -> Iterator[tuple[str, str, str]]:
    for number, each in enumerate(shelf.files, 1):
        words = say("查看 %(name)s", name=say(shelf.wanted.name))
        told = [words, *([str(number)] if len(shelf.files) > 1 else []), shelf.whose(each)]
        yield (
            each.id,
            " ".join(filter(None, told)),
            _how(shelf, each),
        )


def _how(shelf: Shelf, file: Material) -> str:
    """When it came, and where else the very same file is."""
    came = say("%(pages)s 页，%(at)s 收到", pages=file.pages, at=clock(file.at))
    copied = (
        say("和%(files)s完全相同。", files=files) if (files := shelf.copied_unnamed(file)) else ""
    )
    return " ".join(filter(None, (came, copied)))
