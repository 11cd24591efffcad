"""Who saw what (谁看过我的信息): every department and everybody else, from the recorded disclosures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from flask import render_template

from forms.structure.paths import Place, catalogue_of
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.staff.disclosure import RECIPIENTS, WHYS, Disclosure
from kaiban.domain.pointer import to_pointer
from kaiban.web.following.progress import the_case
from kaiban.web.presentation.texts import clock, say
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import asked_by, office, service

routes = Routes("seeing")

#: What is shown in full and was asked on no page of the form.
BESIDE = {
    "complaint.phone": ("办不成事反映", "留下的电话"),
    "explanation.text": ("补正", "给部门的说明"),
}

#: What was seen where nothing is noted as shown in full: the pages of the window show the form, too, masked.
MASKED = {"window": "办理情况和窗口页面上的内容（证件号码、手机号码、住址等已遮盖）"}
STANDING: Final = "只看了办理情况"

Places = Mapping[tuple[str, ...], Place]


@routes.page("/t/<aid>/seen", OWNER)
def show() -> str:
    """Everything that was shown to anybody, the latest first."""
    case = the_case()
    found = service().cases.disclosures(case.no)
    rows = [_row(case, each) for each in reversed(found)]
    return render_template("following/seen.html", filing=the_filing(), case=case, rows=rows)


def _row(case: Case, seen: Disclosure) -> list[object]:
    return [
        clock(seen.at),
        " · ".join(filter(None, (say(RECIPIENTS.get(seen.kind, seen.kind)), _who(case, seen)))),
        say(WHYS.get(seen.why, seen.why)),
        _parts(seen.what, case.form) or say(MASKED.get(seen.why, STANDING)),
    ]


def _who(case: Case, seen: Disclosure) -> str:
    offices = {link.name: link.office for link in case.links}
    return say(offices.get(seen.who, seen.who)) if seen.who else ""


def _parts(paths: Iterable[str], form: Mapping[str, Any]) -> dict[str, str]:
    """The questions behind the paths under the outermost group they belong to, each once, in the form's order."""
    catalogue = catalogue_of(asked_by(form))
    ordered = sorted(paths, key=lambda path: catalogue.rank(to_pointer(path)))
    found: dict[str, dict[str, None]] = {}
    for group, words in filter(None, (_read(catalogue.places, path) for path in ordered)):
        found.setdefault(group, {})[words] = None
    return {group: "、".join(questions) for group, questions in found.items()}


def _read(places: Places, path: str) -> tuple[str, str] | None:
    """Under what, and in which words, one path is told; None if nobody was asked it."""
    material = office().form.brought().get(path.removeprefix("materials."), "")
    if material:
        return say("材料"), say(material)
    if path in BESIDE:
        about, asked = BESIDE[path]
        return say(about), say(asked)
    keys = tuple(path.split("."))
    labels = [
        places[keys[:depth]].label for depth in range(1, len(keys) + 1) if keys[:depth] in places
    ]
    section, *inner = filter(None, labels) if keys in places else ("",)
    if not inner:
        return (say(section), say("全部")) if section else None
    group, *words = inner if len(inner) > 1 else (section, *inner)
    return say(group), "·".join(map(say, _plain(words)))


def _plain(labels: Sequence[str]) -> list[str]:
    """Without a group's label where the next one takes it up: 身份证件, 证件号码."""
    nexts = (*labels[1:], "")
    pairs = zip(labels, nexts, strict=True)
    return [label for label, following in pairs if not _taken_up(label, following)]


def _taken_up(label: str, following: str) -> bool:
    return following.startswith((label, label[-2:]))
