"""What the print templates are given: the package as pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import segno
from marshmallow import Schema

from forms.applicants import of
from forms.values.addresses import completed
from kaiban.documents import wording
from kaiban.documents.layout.glyphs import Fonts
from kaiban.documents.layout.printing import Resource
from kaiban.documents.layout.templating import environment
from kaiban.documents.masking import masked_text
from kaiban.documents.package.endings import ending
from kaiban.documents.package.follow_up import FOUNDED_BY, next_step, why
from kaiban.documents.package.summary import Enclosure, Issue, cross_region
from kaiban.documents.package.timeline import Timeline, timeline
from kaiban.documents.papers.answers import Answers
from kaiban.documents.results import Described, Line, cut, described
from kaiban.domain.cases.event import KINDS
from kaiban.domain.cases.link import STATE_TITLES, Link, LinkState
from kaiban.domain.cases.staff.holdings import in_hand, turns
from kaiban.domain.hours.ledger import CROSS_REGION_RULE, PAUSES, RULE

TEMPLATES: Final = Path(__file__).parents[2] / "templates" / "print"

#: A name of the law's longest length still fits the cover; beyond it, the rest is in package.json.
_LONGEST_NAME: Final = 120
_LONGEST_REASON: Final = 600
#: Lines of the hours sheet; longer stories are whole in package.json.
_MOST_EVENTS: Final = 60
#: Moves between two beats of the platform; they hold no minutes of their own.
_INTERNAL: Final = frozenset({LinkState.READY.value, LinkState.SENDING.value})


#: What stands on a licence (as in 市场主体登记管理条例实施细则; the registrar has the last word), and where the form has it.
def _on_the_licence(told: Answers) -> dict[str, tuple[str, ...]]:
    own = {told.label(path): (path,) for path in told.own("company")}
    return {
        "类型": ("company.entity_type",),
        **own,
        told.label("people.legal_rep"): ("people.legal_rep.name",),
        of(told.form).capital: ("company.capital.amount", "company.capital.currency"),
        told.label("premises.full"): ("premises.full",),
        "经营范围": ("company.scope.text",),
    }


@dataclass(frozen=True)
class Share:
    """One holder's part of the hours; ``width`` is its share of the whole in per cent."""

    title: str
    minutes: int
    width: float
    paused: bool


@dataclass(frozen=True)
class Sheet:
    """One department's page."""

    link: Link
    state_title: str
    granted: bool
    reason: str
    next_step: str
    actor: str
    used: str
    ended: str
    described: Described
    originals: Sequence[Enclosure]
    registered: Sequence[Line]


def page_html(
    issue: Issue, schemas: Mapping[str, Schema], fonts: Fonts, remarks: Sequence[str]
) -> str:
    """The whole package as one HTML; values are escaped, and cut down to what can be printed."""
    templates = environment(TEMPLATES, fonts)
    templates.filters.update(
        moment=wording.moment, day=wording.day, minutes=wording.minutes, size=wording.size
    )
    events = list(_events(issue))
    sheets = [_sheet(link, issue, schemas.get(link.name)) for link in issue.case.links]
    return templates.get_template("package.html").render(
        issue=issue,
        case=issue.case,
        company=cut(masked_text(issue.company, issue.year), _LONGEST_NAME),
        credit_code=issue.case.facts.get("credit_code", ""),
        promise=issue.city.promise_of(issue.case),
        hall=issue.city.hall_of(issue.case),
        chart=_chart(issue),
        sheets=sheets,
        contents=list(_contents(sheets)),
        ending=ending(issue.case),
        originals=issue.enclosures,
        follow_up=issue.follow_up,
        remarks=remarks,
        shares=list(_shares(issue)),
        rule=_rule(issue),
        crossing=cross_region(issue),
        events=events[:_MOST_EVENTS],
        events_left_out=max(len(events) - _MOST_EVENTS, 0),
        clip=lambda text: cut(masked_text(text, issue.year), _LONGEST_REASON),
    )


def _rule(issue: Issue) -> str:
    """By which sentence the minutes were given away."""
    rule = RULE.format(order="、".join(link.title for link in issue.case.links))
    return rule + CROSS_REGION_RULE if issue.case.intake else rule


def page_resources(issue: Issue) -> dict[str, Resource]:
    """The files the HTML asks for."""
    code = segno.make(issue.verify_url, error="m", micro=False)
    return {
        "print.css": Resource((TEMPLATES / "print.css").read_bytes(), "text/css"),
        "band.svg": Resource((TEMPLATES / "band.svg").read_bytes(), "image/svg+xml"),
        "qr.svg": Resource(code.svg_inline(border=0, dark="#1d2b4f").encode(), "image/svg+xml"),
    }


def _chart(issue: Issue) -> Timeline:
    case = issue.case
    hall = issue.city.hall_of(case).hours
    return timeline(case, issue.end, hall, issue.promised + issue.hours.paused_minutes)


def _sheet(link: Link, issue: Issue, schema: Schema | None) -> Sheet:
    return Sheet(
        link=link,
        state_title=link.state_title,
        granted=link.state is LinkState.DONE,
        reason=why(link),
        next_step=next_step(link),
        actor=wording.ACTOR_TITLES[link.next_actor],
        used=_used(link, issue),
        ended=_ended(link, issue),
        described=described(issue.results[link.name], schema),
        originals=[each for each in issue.enclosures if each.link == link.name],
        registered=list(_registered(link, issue)),
    )


def _registered(link: Link, issue: Issue) -> Iterator[Line]:
    """What the licence says besides what the registrar answers: the form as it was granted, names and address whole."""
    if link.name != FOUNDED_BY or link.state is not LinkState.DONE:
        return
    told = Answers(completed(issue.case.form))
    for label, paths in _on_the_licence(told).items():
        words = [told.text(path) for path in paths if told.has(path)]
        if words:
            yield Line(label, cut(masked_text("".join(words), issue.year)))


def _used(link: Link, issue: Issue) -> str:
    """How long the department had it in hand; what the link waited for in between is not in it."""
    held = turns(issue.case.events, link.name)
    if not held or link.done_at is None:
        return "—"
    spent = in_hand(held, issue.city.hall_of(issue.case).hours, issue.end)
    return wording.minutes(spent[link.name])


def _ended(link: Link, issue: Issue) -> str:
    """The time of day is enough on the day of issue."""
    if link.done_at is None:
        return link.state_title
    date, _, time = wording.moment(link.done_at).partition(" ")
    return time if wording.moment(issue.at).startswith(date) else f"{date[5:]} {time}"


def _contents(sheets: Sequence[Sheet]) -> Iterator[tuple[Sheet, str]]:
    """The list on the cover: each link with the titles of what it brought."""
    for sheet in sheets:
        titles = list(dict.fromkeys(each.title for each in sheet.originals))
        usual = "办理结果" if sheet.granted else "（缺）"
        yield sheet, cut("、".join(titles) or usual, 60)


def _shares(issue: Issue) -> Iterator[Share]:
    halls = {name: hall.title for name, hall in issue.city.halls.items()}
    titles = halls | {link.name: link.title for link in issue.case.links}
    whole = max(issue.hours.wall_minutes, 1)
    for name, count in issue.hours.parts.items():
        if count:
            width = round(100 * count / whole, 1)
            yield Share(wording.holder(name, titles), count, width, name in PAUSES)


def _events(issue: Issue) -> Iterator[dict[str, Any]]:
    titles = {link.name: link.title for link in issue.case.links}
    states = {state.value: title for state, title in STATE_TITLES.items()}
    for event in issue.case.events:
        if event.after in _INTERNAL:
            continue
        change = states.get(event.after, "") if event.kind == "step" else ""
        if event.step == "pre" and event.after == LinkState.DONE:
            change = STATE_TITLES[LinkState.PRE_REGISTERED]
        yield {
            "at": event.at,
            "link": titles.get(event.link, ""),
            "text": change or KINDS.get(event.kind, event.kind),
        }
