"""Choose the links (分时分项办理) and the promise."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for

from forms.applicants import of
from kaiban.domain.cases.plan import missing_facts
from kaiban.domain.filing import Filing
from kaiban.orchestrator.applicant.opening import applying
from kaiban.ports import ChangedElsewhere
from kaiban.web.applicant.answering.keeping import settled, unsent
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, kept, typed
from kaiban.web.responses.stale import Stale, fingerprint, seen
from kaiban.web.routes import CHANGES, OWNER, Routes, the_filing
from kaiban.web.service import chosen_links, office

routes = Routes("choosing")


@routes.page("/a/<aid>/links", OWNER)
def choose() -> str:
    """All links of the city, those of the filing ticked."""
    filing = unsent(the_filing())
    if request.method == "GET" and not kept().typed:
        return _render(chosen_links(filing), filing.promise)
    return _render(_named(), typed().get("promise", ""), lacking(_named()))


@routes.page("/a/<aid>/links", OWNER, "POST", writes=CHANGES)
def keep_choice() -> Any:
    """Keep the choice if these links can be run together."""
    filing = unsent(the_filing())
    links = _named()
    if lacking(links):
        return again(choose)
    try:
        settled(filing, partial(_with_choice, links, request.form.get("promise", "")))
    except ChangedElsewhere as error:
        raise _stale(error.current, links) from error
    return redirect(url_for("filling.tasks", aid=filing.id), 303)


def _named() -> tuple[str, ...]:
    named = typed().getlist("links")
    return tuple(name for name in _possible() if name in named)


def _possible() -> tuple[str, ...]:
    """The links that apply to whom the form is for."""
    return applying(office(), the_filing().entry)


def _with_choice(links: tuple[str, ...], promise: str, filing: Filing) -> Filing:
    """The filing with the choice; raises ChangedElsewhere if another was made since the page was opened."""
    changed = replace(
        filing,
        links=() if links == _possible() else links,
        promise=promise if promise in office().city.promises else filing.promise,
    )
    if changed != filing and seen() != _version(filing):
        raise ChangedElsewhere(filing)
    return changed


def _version(filing: Filing) -> str:
    return fingerprint([filing.links, filing.promise])


def _stale(filing: Filing, links: tuple[str, ...]) -> Stale:
    here, there = (_titles(each) for each in (links, chosen_links(filing)))
    promises = (request.form.get("promise", ""), filing.promise)
    rows = [(say("办理事项"), here, there), (say("办理时限"), *map(_promise, promises))]
    to = url_for("choosing.choose", aid=filing.id)
    return Stale([row for row in rows if row[1] != row[2]], to, to, _version(filing))


def _excluded() -> list[tuple[str, str]]:
    """The links that do not apply, each with the reason."""
    reasons = office().form.not_applying(the_filing().entry)
    titles = {spec.name: spec.title for spec in office().departments.specs(reasons)}
    return [(titles[name], reasons[name]) for name in titles]


def _titles(links: tuple[str, ...]) -> str:
    return "、".join(say(spec.title) for spec in office().departments.specs(links))


def _promise(name: str) -> str:
    promises = office().city.promises
    return say(promises[name if name in promises else next(iter(promises))].title)


def lacking(links: tuple[str, ...]) -> list[str]:
    """Why these links cannot be run together."""
    if not links:
        return [say("请至少选择一个办理事项。")]
    lacking = missing_facts(office().departments.specs(links), {})
    return [_sentence(link.title, fact) for link, fact in lacking]


def _sentence(title: str, fact: str) -> str:
    specs = office().departments.specs(office().departments.names)
    titles = "、".join(spec.title for spec in specs if fact in spec.provides)
    return say("“%(title)s”需要先办理“%(needed)s”，请一并选择。", title=title, needed=titles)


def _render(links: tuple[str, ...], promise: str, errors: Sequence[str] = ()) -> str:
    departments = office().departments
    return render_template(
        "applicant/links.html",
        filing=the_filing(),
        applicant=of(the_filing().entry),
        specs=departments.specs(_possible()),
        excluded=_excluded(),
        manifests={name: departments[name].manifest for name in departments.names},
        links=links,
        promise=promise,
        version=_version(the_filing()),
        promises=office().city.promises,
        errors=[("#links", text) for text in errors],
    )
