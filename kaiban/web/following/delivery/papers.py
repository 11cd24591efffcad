"""The papers of a case (申请书、章程 …), written from its form once more, for its owner to look at."""

from typing import Any

from flask import abort

from kaiban.domain.cases.case import Case
from kaiban.domain.papers.material import Wanted
from kaiban.orchestrator.versions import CAUSES, versions_of
from kaiban.web.following.progress import the_case
from kaiban.web.materials.files import PDF, laid_out, shown
from kaiban.web.presentation.texts import clock, say
from kaiban.web.routes import OWNER, Routes
from kaiban.web.service import office, service

routes = Routes("papers")


@routes.page("/t/<aid>/papers/<key>.pdf", OWNER)
def show(key: str) -> Any:
    """One of them, dated as its version of the form is."""
    case = the_case()
    paper = next((one for one in papers_of(case) if one.key == key), None)
    if paper is None:
        abort(404)
    number = versions_of(case)[-1].number
    name = say("%(name)s（第 %(number)s 版）.pdf", name=paper.name, number=number)
    return shown(_written(case, paper), PDF, name)


def papers_of(case: Case) -> list[Wanted]:
    """What the system writes for the links of the case."""
    wanted = office().form.materials(case.form, [link.name for link in case.links])
    return [one for one in wanted if one.produced]


def histories_of(case: Case) -> list[str]:
    """Each version of the papers in a sentence, the latest first."""
    return [
        say(
            "第 %(number)s 版：%(at)s，%(cause)s",
            number=each.number, at=clock(each.at), cause=say(CAUSES[each.cause]),
        )
        for each in reversed(versions_of(case))
    ]  # fmt: skip


def _written(case: Case, paper: Wanted) -> bytes:
    version, links = versions_of(case)[-1], [link.name for link in case.links]

    def write() -> bytes | None:
        return service().paperwork.write(paper.key, case.form, links, version.at)

    return laid_out((case.no, case.revision, version.number, paper.key), paper, write)
