"""Enter by hand (人工录入) what a person brings back from a department's counter."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.document import Document
from kaiban.domain.cases.link import Link
from kaiban.domain.notices.notice import Defect
from kaiban.domain.pointer import to_pointer
from kaiban.orchestrator.office import Office, key_of
from kaiban.orchestrator.printable import LONGEST_LINE, unprintable, wrong_line
from kaiban.orchestrator.results import lacking, loaded, wrong_results
from kaiban.orchestrator.window.by_hand.deciding import decide, not_for_people
from kaiban.ports import (
    Cancelled,
    Correction,
    Done,
    NeedsCorrection,
    NotFound,
    Outcome,
    Pending,
    Ref,
    Rejected,
)

LONGEST_NAME = 40
#: A scan of a licence is far smaller; the archive holds every byte for ever.
LARGEST = 10 * 1024 * 1024
#: How a file begins, and what it then is; nobody's word for it counts.
KINDS: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"PK\x03\x04": "application/ofd",
}


@dataclass(frozen=True)
class Entry:
    """What a person says of one link: ``outcome`` is one of OUTCOMES, ``by`` is who says so.

    ``result`` is typed as it stands on the department's paper; ``documents`` are the originals
    (their media type is found out here); ``items`` are what the department wants corrected.
    """

    outcome: str
    by: str
    number: str = ""
    reason: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    items: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One thing a person may say: its title, what goes with it, and what the case hears."""

    title: str
    takes: frozenset[str]
    needs: frozenset[str]
    heard: Callable[[Entry, Ref], Outcome]


def _kind(
    title: str, heard: Callable[[Entry, Ref], Outcome], takes: str = "", needs: str = ""
) -> Kind:
    return Kind(title, frozenset(f"{takes} {needs}".split()), frozenset(needs.split()), heard)


#: Everything a person may say.
OUTCOMES: Mapping[str, Kind] = {
    "received": _kind("部门已收件", lambda _, ref: Pending(ref), "number"),
    "not-received": _kind("部门未收到，重新办理", lambda *_: NotFound()),
    "done": _kind("办结", lambda entry, ref: Done(ref, entry.result, entry.documents),
                  "number documents result"),
    "refused": _kind("不予办理", lambda entry, _: Rejected("counter", entry.reason), needs="reason"),
    "correction": _kind("需补正", lambda entry, ref: NeedsCorrection(entry.items, ref),
                        "number", "items"),
    "returned": _kind("办件单已取回", lambda *_: Cancelled()),
}  # fmt: skip

_TITLES = {
    "number": "受理编号", "reason": "理由", "result": "办理结果", "documents": "文书", "items": "补正事项",
}  # fmt: skip

_NO_NAME = "请写明经办人，不超过 {most} 个字。"
_NO_LINE = "“{name}”应为一行文字，不超过 {most} 个字。"
_CHOICE = "{name}（{title}）"
_NO_OUTCOME = "请从以下选择：{choices}。"
_LACKING = "“{kind}”需要填写“{name}”。"
_NOT_WITH = "“{kind}”不填写“{name}”，请删去或改选结果。"
_NO_PATH = "本环节的办件单没有“{path}”一项，请按办件单上的项目编码填写。"
_NO_DEMAND = "请用一行文字写明要补正什么，不超过 {most} 个字。"
_NO_DOCUMENT = "“{name}”不是 PDF、OFD、PNG 或 JPEG 文件，请上传部门出具的原件。"
_TOO_LARGE = "“{name}”超过 {most} MB，请分开或压缩后上传。"


def enter(office: Office, no: str, link_name: str, entry: Entry) -> Case | list[Defect]:
    """Record it as the department's word, with the person's name, or return all that is wrong with it.

    Raises CaseNotFound, and KeyError for a link the case does not have.
    """
    case = office.cases.read(no)
    link = case.link(link_name)
    wrong = not_for_people(office, link) or [
        *_wrong_words(office, entry, link_name),
        *_wrong_items(office, entry, link_name),
        *_wrong_documents(office, entry, link_name),
        *_wrong_result(office, entry, link),
    ]
    if wrong:
        return wrong
    heard = OUTCOMES[entry.outcome].heard(
        _understood(office, entry, link_name), _ref(case, link, entry)
    )
    return decide(office, no, link_name, heard, f"window:{entry.by}")


def _ref(case: Case, link: Link, entry: Entry) -> Ref:
    step = link.current
    known = Ref(**step.ref) if step.ref else Ref(key_of(case, link, step).text)
    return replace(known, number=entry.number or known.number)


def _understood(office: Office, entry: Entry, link: str) -> Entry:
    documents = tuple(replace(each, media_type=_media_type(each)) for each in entry.documents)
    if entry.outcome != "done":
        return entry
    result = loaded(office.departments[link].Result(), entry.result)
    return replace(entry, documents=documents, result=result)


# --- what may be wrong ---------------------------------------------------------------------------


def wrong_name(by: str, link: str) -> list[Defect]:
    """What is wrong with the name of whoever acts."""
    if len(by.strip()) > 0 and len(by) <= LONGEST_NAME and by.isprintable():
        return []
    return [Defect("/by", "entry.by", _NO_NAME.format(most=LONGEST_NAME), link)]


def _wrong_words(office: Office, entry: Entry, link: str) -> Iterator[Defect]:
    yield from wrong_name(entry.by, link)
    for name in ("number", "reason"):
        if text := getattr(entry, name):
            message = _NO_LINE.format(name=_TITLES[name], most=LONGEST_LINE)
            no_line = _defect(f"/{name}", "entry.text", message, link)
            yield from wrong_line(office, f"/{name}", text, no_line)
    kind = OUTCOMES.get(entry.outcome)
    if kind is None:
        choices = "、".join(
            _CHOICE.format(name=n, title=each.title) for n, each in OUTCOMES.items()
        )
        yield _defect("/outcome", "entry.outcome", _NO_OUTCOME.format(choices=choices), link)
        return
    given = {name for name in _TITLES if getattr(entry, name)}
    for name in sorted(kind.needs - given):
        text = _LACKING.format(kind=kind.title, name=_TITLES[name])
        yield _defect(f"/{name}", "entry.lacking", text, link)
    for name in sorted(given - kind.takes):
        text = _NOT_WITH.format(kind=kind.title, name=_TITLES[name])
        yield _defect(f"/{name}", "entry.not_with", text, link)


def _wrong_items(office: Office, entry: Entry, link: str) -> Iterator[Defect]:
    for number, item in enumerate(entry.items):
        if item.path and not office.departments.reader_of(
            to_pointer(item.path), [link], office.form.asked_for
        ):
            text = _NO_PATH.format(path=item.path)
            yield _defect(f"/items/{number}/path", "entry.path", text, link)
        text, place = _NO_DEMAND.format(most=LONGEST_LINE), f"/items/{number}/message"
        no_demand = _defect(place, "entry.message", text, link)
        yield from wrong_line(office, place, item.message, no_demand)


def _wrong_documents(office: Office, entry: Entry, link: str) -> Iterator[Defect]:
    for number, document in enumerate(entry.documents):
        if not _media_type(document):
            text = _NO_DOCUMENT.format(name=document.name)
            yield _defect(f"/documents/{number}", "entry.document", text, link)
        if len(document.content) > LARGEST:
            text = _TOO_LARGE.format(name=document.name, most=LARGEST >> 20)
            yield _defect(f"/documents/{number}", "entry.too_large", text, link)
        if not (document.name and document.title):
            text = "每份文书都要有文件名和名称。"
            yield _defect(f"/documents/{number}", "entry.unnamed", text, link)
        yield from unprintable(office, f"/documents/{number}", document.title, link)


def _wrong_result(office: Office, entry: Entry, link: Link) -> Iterator[Defect]:
    if entry.outcome != "done":
        return
    adapter = office.departments[link.name]
    wrong = [*wrong_results(adapter.Result(), entry.result)]
    spec = next(each for each in adapter.manifest.steps if each.name == link.current.name)
    for each in wrong or lacking(adapter.Result(), entry.result, spec.provides):
        yield replace(each, link=link.name)


def _media_type(document: Document) -> str:
    found = next((kind for start, kind in KINDS.items() if document.content.startswith(start)), "")
    # An OFD is a ZIP, and so is much else.
    is_other = found == "application/ofd" and not document.name.lower().endswith(".ofd")
    return "" if is_other else found


def _defect(pointer: str, code: str, message: str, link: str) -> Defect:
    return Defect(pointer, code, message, link)
