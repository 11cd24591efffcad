"""Materials of a filing: those written from the form to look at, those to bring, those promised for later."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from flask import abort, redirect, render_template, request, url_for

from kaiban.domain.filing import Filing
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Holder, Person, Wanted
from kaiban.orchestrator.commitments import commit
from kaiban.orchestrator.materials import bringing
from kaiban.ports import MaterialNotFound
from kaiban.web.applicant.answering.keeping import unsent
from kaiban.web.applicant.completeness import standing, summary
from kaiban.web.materials.commitments import Offer, offers
from kaiban.web.materials.files import PDF, laid_out, shown, taken_in
from kaiban.web.materials.material_list import Shelf, anchor, shelves, wanted_of
from kaiban.web.materials.whose import ticked
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, told
from kaiban.web.responses.later import TryLater
from kaiban.web.responses.mistakes import by_place
from kaiban.web.routes import ADDS, OWNER, Routes, the_filing
from kaiban.web.service import chosen_links, office, service

routes = Routes("materials")
GONE = "这个文件已经删除，请看看现在有哪些文件。"


class Mistake(NamedTuple):
    """What is wrong with one control of one material."""

    key: str
    control: str
    text: str

    @property
    def place(self) -> str:
        """The id of the control."""
        return f"{anchor(self.key)}-{self.control}"


@routes.page("/a/<aid>/materials", OWNER)
def show() -> Any:
    """Every material of the filing, and what is there of it."""
    filing = the_filing()
    if filing.case_no:
        return redirect(url_for("supplying.show", aid=filing.id))
    found, here = shelves(filing), _here(filing)
    return asked_first(found, here, offers(filing)) or _render(filing)


@routes.page("/a/<aid>/materials", OWNER, "POST", writes=ADDS)
def change() -> Any:
    """Bring files, drop one, promise one for later: as the button says."""
    filing = _open()
    verb, _, argument = request.form.get("do", "").partition(":")
    key = request.form.get("key", "")
    if key not in office().form.brought() and office().city.commitment(key) is None:
        abort(400)
    try:
        mistakes = STEPS.get(verb, _nothing)(filing, key, argument)
    except TryLater as later:
        return again(show, later.status, headers=later.headers, mistakes=[later_at(key, later)])
    if mistakes:
        return again(show, mistakes=mistakes)
    return redirect(_here(filing, _anchor=anchor(key)), 303)


@routes.page("/a/<aid>/materials/<key>.pdf", OWNER)
def paper(key: str) -> Any:
    """A document written from the form as it stands; what is missing first, if the form is not yet in order."""
    filing = _open()
    found = standing(filing)
    if found.flaws:
        flaws = summary(filing, list(found.flaws))
        return render_template("applicant/unready.html", filing=filing, flaws=flaws), 409
    wanted = next((one for one in wanted_of(filing) if one.produced and one.key == key), None)
    if wanted is None:
        abort(404)
    return shown(_written(filing, wanted), PDF, f"{wanted.name}.pdf")


@routes.page("/a/<aid>/materials/file/<ident>", OWNER)
def view(ident: str) -> Any:
    """A file that was brought, as it is kept."""
    upload = office().materials.get(Holder(_open().id), ident)
    return shown(upload.content, upload.media_type, upload.name)


def asked_first(found: Sequence[Shelf], back: str, offered: Iterable[Offer] = ()) -> str:
    """The page that asks before the file or the promise in the address is gone; "" where none is named, or it is gone already."""
    ident = request.args.get("remove", "")
    return _asked_of_file(found, ident, back) or _asked_of_promise(found, offered, ident, back)


def _asked_of_file(found: Iterable[Shelf], ident: str, back: str) -> str:
    at = next(((shelf, each) for shelf in found for each in shelf.files if each.id == ident), None)
    if at is None:
        return ""
    shelf, file = at
    return render_template("materials/removing.html", shelf=shelf, file=file, back=back)


def _asked_of_promise(
    found: Iterable[Shelf], offered: Iterable[Offer], ident: str, back: str
) -> str:
    """Of a promise to bring a material later, or a commitment."""
    made = [(each.promise, each.wanted.key, each.wanted.name) for each in found]
    made += [(each.made, each.commitment.key, each.commitment.title) for each in offered]
    for promise, key, title in made:
        if promise is not None and promise.id == ident:
            return render_template(
                "materials/taking_back.html", ident=ident, key=key, title=title, back=back
            )
    return ""


def mistakes_told() -> list[Mistake]:
    """What was wrong with what was sent before this page was asked for."""
    return [Mistake(*each) for each in told("mistakes", [])]


def later_at(key: str, later: TryLater) -> Mistake:
    """What can only be done later, at the control of its files."""
    return Mistake(key, "file", say(later.text))


def _open() -> Filing:
    return unsent(the_filing())


def _here(filing: Filing, **more: Any) -> str:
    """The address of the page, with where somebody came from: the way back leads there, whatever they did meanwhile."""
    return url_for("materials.show", aid=filing.id, come=request.args.get("come"), **more)


def _written(filing: Filing, paper: Wanted) -> bytes:
    now, links = office().clock.now(), chosen_links(filing)

    def write() -> bytes | None:
        sections = office().departments.sections(links)
        form, _ = office().form.check(filing.entry, sections, now)
        return service().paperwork.write(paper.key, form, links, now)

    # A paper bears the day; within one it changes only with the form.
    day = now.astimezone(HALL_TIME).date()
    return laid_out((filing.id, filing.version, paper.key, day), paper, write)


def _render(filing: Filing) -> str:
    said = mistakes_told()
    return render_template(
        "applicant/materials.html",
        filing=filing,
        shelves=shelves(filing),
        offers=offers(filing),
        removal=lambda ident: _here(filing, remove=ident),
        rules=office().city.materials,
        ready=not standing(filing).flaws,
        mistakes=by_place((each.place, each.text) for each in said),
        errors=[(f"#{each.place}", each.text) for each in said],
    )


# --- what a button does -----------------------------------------------------------------------


def _bring(filing: Filing, key: str, _: str) -> list[Mistake]:
    uploads, wrong = taken_in(office().form.brought().get(key, ""))
    about = _whose(filing, key)
    refused = [
        bringing.bring(office(), filing.id, key, replace(each, about=about), filing.case_no)
        for each in uploads
    ]
    bringing.tidied(office(), filing.id, _wanted(filing))
    told = [say(each.message) for each in refused if isinstance(each, Defect)]
    return [Mistake(key, "file", say(text)) for text in dict.fromkeys((*wrong, *told))]


def _wanted(filing: Filing) -> list[Wanted]:
    """What the form calls for; once it is a case, of all the city's links: more are to join it."""
    if not filing.case_no:
        return wanted_of(filing)
    form = office().cases.read(filing.case_no).form
    return list(office().form.materials(form, office().departments.names))


def _persons(filing: Filing, key: str) -> tuple[Person, ...]:
    return next((one.persons or () for one in _wanted(filing) if one.key == key), ())


def _whose(filing: Filing, key: str) -> tuple[str, ...] | None:
    """Who is ticked; None where it is not asked."""
    if key not in office().form.of_persons():
        return None
    return ticked(_persons(filing, key))


def _tell(filing: Filing, key: str, ident: str) -> list[Mistake]:
    if key not in office().form.of_persons():
        return []
    try:
        bringing.tell(office(), filing.id, ident, ticked(_persons(filing, key)))
    except MaterialNotFound:
        return [Mistake(key, "file", say(GONE))]
    bringing.tidied(office(), filing.id, _wanted(filing))
    return []


def _remove(filing: Filing, _: str, ident: str) -> list[Mistake]:
    try:
        bringing.take_away(office(), filing.id, ident)
    except MaterialNotFound:
        return []  # gone already: a second click, another tab
    return []


def _promise(filing: Filing, key: str, _: str) -> list[Mistake]:
    if request.form.get("promise") != office().city.materials.deferral.version:
        return [Mistake(key, "promise", say("请先阅读承诺内容并勾选，再点“承诺稍后补交”。"))]
    found = bringing.defer(office(), filing.id, key)
    return [Mistake(key, "file", say(found.message))] if isinstance(found, Defect) else []


def _commit(filing: Filing, key: str, _: str) -> list[Mistake]:
    found = commit(office(), filing.id, key, request.form.get("commit", ""))
    return [Mistake(key, "commit", say(found.message))] if isinstance(found, Defect) else []


def _nothing(_filing: Filing, key: str, _: str) -> list[Mistake]:
    """What is left of an upload when the session ended on its way: the files are gone."""
    return [Mistake(key, "file", say("没有收到文件，请重新选择文件后再上传。"))]


STEPS: Mapping[str, Callable[[Filing, str, str], list[Mistake]]] = {
    "bring": _bring,
    "remove": _remove,
    "tell": _tell,
    "promise": _promise,
    "commit": _commit,
}
