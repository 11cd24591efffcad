"""What if (假如……会怎样): the cases of a period with another promise, another clock, or one link quicker."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from flask import abort, request, url_for

from forms.reading.cells import plain
from kaiban.orchestrator.supervisor.what_if import Answer, ClockRule, Played, Question, what_if
from kaiban.ports.statistics import Scope
from kaiban.web.presentation.paging import paged
from kaiban.web.presentation.texts import length, say
from kaiban.web.routes import Routes
from kaiban.web.service import office, service
from kaiban.web.watch.scopes import SEE, CaseList, address, asked, cases_shown, shown
from kaiban.web.watch.told import share_told, times_told

routes = Routes("what_if")

RULES: Final[Mapping[ClockRule, str]] = {
    ClockRule.HALL: "大厅工作时间（现在的规则）",
    ClockRule.NO_BREAK: "午间也算",
    ClockRule.SATURDAYS: "周六也算",
    ClockRule.ALWAYS: "自然时间（每一分钟都算）",
}
#: Which share of its minutes a link takes, as the address has it.
TAKES: Final[Mapping[str, str]] = {
    "1": "和原来一样",
    "3/4": "快四分之一",
    "2/3": "快三分之一",
    "1/2": "快一半",
}
#: What a promise may be asked to be, as people write hours, and in minutes at most.
_HOURS: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")
LONGEST: Final = 200 * 60
CHANGED: Final[Mapping[str, str]] = {"gained": "会变成按时的", "lost": "会变成超时的"}


@routes.page("/watch/what-if", SEE)
def show() -> str:
    """The answer to what the address asks; without a question, the way to ask one."""
    wrong, scope = asked()
    question = _question(wrong)
    answer = what_if(service().figures, office().city, scope, question)
    return shown(
        "watch/what_if.html", scope, wrong,
        answer=answer, rows=list(_rows(answer)), is_asked=question != Question(),
        changed=[(title, len(getattr(answer, name)), _to_cases(name, scope)) for name, title in _changed()],
        rules=[(rule.value, say(title)) for rule, title in RULES.items()],
        takes=[(share, say(title)) for share, title in TAKES.items()],
        links=list(_links()), question=question,
    )  # fmt: skip


@routes.page("/watch/what-if/<changed>", SEE)
def behind(changed: str) -> str:
    """The cases whose promise would be kept and was not, or the other way round."""
    if changed not in CHANGED:
        abort(404)
    _, scope = asked()
    answer = what_if(service().figures, office().city, scope, _question({}))
    every: Sequence[Played] = getattr(answer, changed)
    found = paged(lambda offset, limit: every[offset : offset + limit])
    lines = [
        (each.no, [_of(each.used, each.promised), _of(each.would_use, each.would_promise)], changed == "lost")
        for each in found.rows
    ]  # fmt: skip
    head = (say("实际用时 / 承诺"), say("假如用时 / 承诺"))
    told = CaseList(say(CHANGED[changed]), head, lines)
    return cases_shown(told, found, scope, url_for(".show", **_asked(scope)))


def _of(used: int, promised: int) -> str:
    return f"{length(used)} / {length(promised)}"


def _question(wrong: dict[str, str]) -> Question:
    """What the address asks; what of it cannot be read is told, and left out."""
    given = request.args
    rule, takes, link = given.get("rule", ""), given.get("takes", ""), given.get("link", "")
    link = link if link in office().departments.adapters else ""
    return Question(
        promise=_promise(plain(given.get("promise", "")).removesuffix("小时"), wrong),
        rule=ClockRule(rule) if rule in list(ClockRule) else ClockRule.HALL,
        link=link,
        takes=Fraction(takes) if link and takes in TAKES else Fraction(1),
        saturdays=bool(link) and "saturdays" in given,
    )


def _promise(text: str, wrong: dict[str, str]) -> int:
    """In minutes; 0 without one."""
    if not text:
        return 0
    minutes = Decimal(text) * 60 if _HOURS.fullmatch(text) else Decimal(0)
    if not 0 < minutes <= LONGEST or minutes % 1:
        wrong["promise"] = say("请写小时数，例如 4 或 2.5。")
        return 0
    return int(minutes)


def _rows(answer: Answer) -> Iterator[list[str]]:
    kept = [share_told(each) for each in answer.kept]
    times = [times_told(each) for each in answer.times]
    yield [say("在承诺时限内"), *(f"{each['percent']}（{each['base']}）" for each in kept)]
    yield [say("中位用时"), *(each["median"] for each in times)]
    yield [say("九成在此之内"), *(each["p90"] for each in times)]


def _links() -> Iterator[tuple[str, str]]:
    for name, adapter in office().departments.adapters.items():
        yield name, say(adapter.manifest.title)


def _changed() -> Iterator[tuple[str, str]]:
    for name, title in CHANGED.items():
        yield name, say(title)


def _asked(scope: Scope) -> dict[str, Any]:
    """The whole question, for another address."""
    names = ("promise", "rule", "link", "takes", "saturdays")
    return {name: request.args[name] for name in names if name in request.args} | address(scope)


def _to_cases(name: str, scope: Scope) -> str:
    return url_for(".behind", changed=name, **_asked(scope))
