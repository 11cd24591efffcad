"""Send-backs (退回补正): at which place of the form, for what reason and by whom, told twice, beyond the list, typed twice."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

from flask import abort, request, url_for

from forms.structure.paths import catalogue_of
from kaiban.domain.notices.notice import MATERIALS
from kaiban.domain.statistics.marks import EVERY, FINDERS, KIND_RULES, KIND_TITLES, MarkKind
from kaiban.orchestrator.supervisor.send_backs import MarkLine, send_backs
from kaiban.ports.statistics import Marked, Scope, Subset
from kaiban.web.presentation.paging import paged
from kaiban.web.presentation.texts import length, say
from kaiban.web.routes import Routes
from kaiban.web.service import office, service
from kaiban.web.watch.scopes import SEE, CaseList, address, asked, cases_shown, shown
from kaiban.web.watch.told import share_told

routes = Routes("send_backs")

_NAMES: Final = ("by", "place", "code")


@routes.page("/watch/send-backs", SEE)
def show() -> str:
    """The figures of the days and the hall in the address."""
    wrong, scope = asked()
    found = send_backs(service().figures, scope)
    return shown(
        "watch/send_backs.html", scope, wrong,
        found=found, sent_back=share_told(found.sent_back),
        to_sent_back=url_for("watch.behind", subset=Subset.SENT_BACK.value, **address(scope)),
        kinds=[(say(KIND_TITLES[kind]), say(KIND_RULES[kind]), *_counted(line, scope)) for kind, line in found.kinds.items()],
        places=list(_rows(found.places, scope, _where)), reasons=list(_rows(found.reasons, scope, _why)),
        retyped=list(_rows(found.retyped, scope, _where)), re_entered=list(_rows(found.re_entered, scope, _who)),
    )  # fmt: skip


@routes.page("/watch/send-backs/<kind>", SEE)
def behind(kind: str) -> str:
    """The cases behind a line, those with most of its marks first."""
    if kind not in list(MarkKind):
        abort(404)
    _, scope = asked()
    told = {name: request.args[name] for name in _NAMES if name in request.args}
    if not all(text.isprintable() for text in told.values()):
        abort(404)
    marked = Marked(MarkKind(kind), **told)
    found = paged(partial(service().figures.marks.cases, scope, marked))
    lines = [(no, [str(count), length(used)], False) for no, count, used in found.rows]
    words = [say(KIND_TITLES[marked.kind]), *_said(marked)]
    listed = CaseList("：".join(words), (say("几处"), say("办理用时")), lines)
    return cases_shown(listed, found, scope, url_for(".show", **address(scope)))


def place_title(place: str) -> str:
    """A place of the form, or a material, as people know it."""
    if not place:
        return say("没有指明栏目")
    if place.startswith(MATERIALS):
        key = place.removeprefix(MATERIALS)
        return say("材料：%(name)s", name=say(office().form.brought().get(key, key)))
    parts = [part for part in place.split("/")[1:] if part != EVERY]
    catalogue = catalogue_of(service().sections)
    found = [catalogue.at("/" + "/".join(parts[:depth])) for depth in range(1, len(parts) + 1)]
    labels = [say(each.label) for each in found if each and each.label]
    return " · ".join(dict.fromkeys(labels)) if all(found) and labels else place


def _where(marked: Marked) -> list[str]:
    return [place_title(marked.place or "")]


def _who(marked: Marked) -> list[str]:
    adapters = office().departments.adapters
    by = marked.by or ""
    return [
        say(adapters[by].manifest.office) if by in adapters else say(FINDERS.get(by, "")) or by
    ]


def _why(marked: Marked) -> list[str]:
    return [*_who(marked), _reason(marked.code or "")]


def _reason(code: str) -> str:
    """A code, with what the catalogue says of it: the sentence, or the rule."""
    entry = office().city.notices.catalogue.get(code)
    words = (entry.message or entry.rule) if entry else ""
    return " ".join(filter(None, (code, say(words) if words else ""))) or say("没有代码")


def _said(marked: Marked) -> Iterator[str]:
    """What else of the marks is asked for, in words."""
    if marked.place is not None:
        yield from _where(marked)
    if marked.by is not None:
        yield from _who(marked)
    if marked.code is not None:
        yield _reason(marked.code)


def _rows(
    lines: Sequence[MarkLine], scope: Scope, words: Callable[[Marked], list[str]]
) -> Iterator[tuple[Any, ...]]:
    for line in lines:
        yield (words(line.marked), *_counted(line, scope))


def _counted(line: MarkLine, scope: Scope) -> tuple[str, str, str, str]:
    """How many marks, in how many cases, what share of them, and where these are."""
    told = share_told(line.cases)
    asked = {name: getattr(line.marked, name) for name in _NAMES}
    query = {name: text for name, text in asked.items() if text is not None}
    to = url_for(".behind", kind=line.marked.kind.value, **query, **address(scope))
    return str(line.count), told["base"], told["percent"], to if line.count else ""
