"""Choose the links (分时分项办理) and the promise."""

from dataclasses import replace
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from kaiban.domain.plan import missing_facts
from kaiban.orchestrator.applicant.filing import keep
from kaiban.ports import ChangedElsewhere
from kaiban.web.applicant.completeness import chosen_links
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import office, service
from kaiban.web.words import say

routes = Routes("choosing")


@routes.page("/a/<aid>/links", OWNER)
def choose() -> str:
    """All links of the city, those of the filing ticked."""
    return _render(chosen_links(the_filing()), [])


@routes.page("/a/<aid>/links", OWNER, "POST")
def keep_choice() -> Any:
    """Keep the choice if these links can be run together."""
    filing = the_filing()
    if filing.case_no:
        abort(404)
    known = office().departments.names
    links = tuple(name for name in known if name in request.form.getlist("links"))
    errors = lacking(links)
    if errors:
        return _render(links, errors), 422
    promise = request.form.get("promise", "")
    changed = replace(
        filing,
        links=() if links == tuple(known) else links,
        promise=promise if promise in office().city.promises else filing.promise,
    )
    try:
        keep(office(), service().filings, changed)
    except ChangedElsewhere:
        return _render(links, [say("这份申请刚在别处修改过，请再保存一次。")]), 409
    return redirect(url_for("filling.tasks", aid=filing.id), 303)


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


def _render(links: tuple[str, ...], errors: list[str]) -> str:
    departments = office().departments
    return render_template(
        "applicant/links.html",
        filing=the_filing(),
        specs=departments.specs(departments.names),
        manifests={name: departments[name].manifest for name in departments.names},
        links=links,
        promises=office().city.promises,
        errors=[("#links", text) for text in errors],
    )
