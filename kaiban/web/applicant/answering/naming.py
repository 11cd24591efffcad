"""The registrar's opinion of the company name, while it is typed and on asking (名称自主申报)."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from forms.derive import glimpse
from forms.structure.pages import Page
from kaiban.orchestrator.reporting.case import company
from kaiban.ports import NameOpinion
from kaiban.web.access.doors import asker
from kaiban.web.form.answers import Reading, put
from kaiban.web.presentation.texts import headed, say
from kaiban.web.routes import NOTHING, OWNER, Routes, mine, the_filing
from kaiban.web.service import asked_by, service

routes = Routes("naming")

#: Where the name stands in the form.
PLACE = "company.name"
#: So many similar names are told.
MOST = 3
UNKNOWN = "现在查不到登记机关的名称库，提交后由登记机关核对，不影响填写。"
OWN = "您已经用这个名称提交过申请（办件编号 %(no)s），请在首页查看原来的办件，不用再提交一次。"
FREE = "登记机关名称库中没有相同或近似的名称，可以使用；以登记机关核准为准。"


@routes.page("/a/<aid>/name/opinion", OWNER, "POST", writes=NOTHING)
def opinion() -> Response:
    """A sentence about the name as typed; nothing is kept, and nothing stands in an address or a log."""
    reading = Reading(asked_by(the_filing().entry), None)
    answers = reading.page(Page("name", "", "", "", (PLACE,)), request.form)
    return Response(sentence(put({}, answers)), mimetype="text/plain")


def sentence(entry: Mapping[str, Any]) -> str:
    """What the register thinks of the name in the form, in words; "" as long as there is no whole name."""
    full = glimpse(entry).get("/company/name/full", "")
    if not (full and service().names.known):
        return ""
    if no := _own_case(full):
        return say(OWN, no=no)
    found = service().names.opinion(full, the_filing().id, asker())
    return say(UNKNOWN) if found is None else headed(full, _words(found))


def _own_case(full: str) -> str:
    """The number of the case this browser has handed in under that very name; "" if there is none, or it came to nothing."""
    numbers = [each.case_no for each in mine() if each.case_no]
    cases = (service().cases.read(no) for no in numbers)
    return next((case.no for case in cases if company(case) == full and not case.fruitless), "")


def _words(found: NameOpinion) -> str:
    if found.reasons:
        return say("不能使用。%(reasons)s", reasons="".join(map(say, found.reasons)))
    if found.similar:
        names = "、".join(found.similar[:MOST])
        return say("可以使用，但与已登记的%(names)s近似，容易混淆，建议换一个字号。", names=names)
    return say(FREE)
