"""What goes into a case file (电子案卷): everything kept about a case, whole, with what it takes to count its hours again.

Nothing is masked: it is for archives, and for whoever may see all of a case. That it was made is written down as a look.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from kaiban.domain.audit.chain import Head
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.exchange import Exchange, Passed
from kaiban.domain.papers.material import Holder, Material
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.reporting.case import report, time_line
from kaiban.orchestrator.reporting.instants import instant
from kaiban.orchestrator.reporting.records import exchange_in_full, messages, opinions, who_saw

#: As documents.case_file.archive checks it.
FORMAT: Final = "kaiban-case-file/1"
#: Which way bytes went.
_WAYS: Final = ("sent", "received")
#: Exchanges read at a time.
_AT_ONCE: Final = 100

#: What each file is, in the order of the index; a folder's word is for all in it.
TITLES: Final[Mapping[str, str]] = {
    "case.json": "办件现状：环节、时限、告知、义务、证照包",
    "events.json": "办理经过",
    "hours.json": "计时所据：日历、承诺、次序，以及平台算出的用时",
    "form.json": "申请表（最后一版，不遮盖）",
    "earlier_forms.json": "申请表以前的各版（不遮盖），各到第几条经过为止",
    "links.json": "各环节：办理结果与最近一次送出的报文",
    "exchanges.json": "与部门的往来",
    "exchanges/": "与部门往来的原始字节：哪次往来、第几条、送出或收到",
    "disclosures.json": "查阅与提供记录",
    "messages.json": "通知记录",
    "ratings.json": "评价",
    "audit.json": "审计记录摘录，含核对用的盐值和时间戳",
    "materials.json": "申请人材料清单",
    "materials/": "申请人材料原件",
    "originals/": "部门出具的原件",
    "papers/": "告知书等纸面文书",
    "packages/": "证照包各版本",
    "hours.py": "重算用时的程序",
}


@dataclass(frozen=True)
class Audited:
    """What the audit has of the case: its records with their places and salts, and every anchor."""

    records: list[dict[str, Any]]
    anchors: list[tuple[Head, bytes]]


@dataclass(frozen=True)
class Piece:
    """A file of the case file: text as JSON, or bytes."""

    path: str
    content: Any


def pieces(office: Office, case: Case, audited: Audited, at: datetime) -> list[Piece]:
    """Everything of the case as of that instant, ``at`` being of business."""
    return [
        Piece("case.json", report(office, case)),
        Piece("events.json", _events(case)),
        Piece("hours.json", told_hours(office, case, at)),
        Piece("form.json", dict(case.form)),
        Piece("earlier_forms.json", [asdict(e) for e in office.cases.earlier_forms(case.no)]),
        Piece("links.json", [_link(case, name) for name in _names(case)]),
        *_exchanges(office, case),
        Piece("disclosures.json", who_saw(office.cases.disclosures(case.no))),
        Piece("messages.json", messages(office, case)),
        Piece("ratings.json", opinions(office.cases.ratings(case.no))),
        Piece("audit.json", _audit(audited)),
        *_materials(office, case),
        *_originals(case),
        *_papers(office, case),
        *_packages(office, case),
    ]


def index(case: Case, paths: Iterable[str], at: datetime, by: str) -> dict[str, Any]:
    """What is in it, and what each file is."""
    return {
        "format": FORMAT,
        "case_no": case.no,
        "made_at": instant(at),
        "made_by": by,
        "files": [{"path": path, "title": _title(path)} for path in paths],
    }


def told_hours(office: Office, case: Case, at: datetime) -> dict[str, Any]:
    """By what the hours were counted, and what came out: all the program in the file needs beside the events."""
    city, end = office.city, max(case.finished_at or at, case.accepted_at)
    hours = city.hours_of(case, end)
    return {
        "hall": case.hall,
        "order": _names(case),
        "from": _exact(case.accepted_at),
        "until": _exact(end),
        "closed": case.clock is not None and case.ended,
        "provisional": hours.provisional,
        "clock": (case.clock if case.clock and case.ended else city.closing(case, end)).told(),
        "said": {
            "wall": hours.wall_minutes,
            "closed": hours.closed_minutes,
            "paused": hours.paused_minutes,
            "working": hours.working_minutes,
            "parts": {name: count for name, count in sorted(hours.parts.items()) if count},
        },
    }


def _names(case: Case) -> list[str]:
    return [link.name for link in case.links]


def _events(case: Case) -> list[dict[str, Any]]:
    """To the microsecond: so the sums of the audit can be checked."""
    return [
        {**told, "at": _exact(event.at), "clock_at": event.clock_at and _exact(event.clock_at)}
        for told, event in zip(time_line(case), case.events, strict=True)
    ]


def _link(case: Case, name: str) -> dict[str, Any]:
    link = case.link(name)
    steps = [{"name": each.name, "sent": each.sent, "ref": each.ref} for each in link.steps]
    return {"name": name, "result": dict(link.result), "steps": steps}


def _exchanges(office: Office, case: Case) -> Iterator[Piece]:
    """What was said by field name, and each way's bytes in a file of its own."""
    told = []
    for exchange in _in_order(office, case):
        both = office.cases.passed(case.no, exchange.number)
        ways = [dict(zip(_WAYS, each, strict=True)) for each in both]
        names = [
            {way: f"exchanges/{exchange.number}-{number}-{way}.bin" for way in _WAYS}
            for number in range(1, len(ways) + 1)
        ]
        told.append({**exchange_in_full(exchange), "bytes": list(map(_bytes, ways, names))})
        for passed, named in zip(ways, names, strict=True):
            yield from (
                Piece(named[way], each.content) for way, each in passed.items() if each.content
            )
    yield Piece("exchanges.json", told)


def _bytes(passed: Mapping[str, Passed], names: Mapping[str, str]) -> dict[str, Any]:
    """What is known of the bytes each way, and in which file they are; no file where they are not kept."""
    return {
        way: {
            "size": each.size,
            "sha256": each.sha256,
            "file": names[way] if each.content else "",
        }
        for way, each in passed.items()
    }


def _in_order(office: Office, case: Case) -> Iterator[Exchange]:
    last = 0
    while found := office.cases.exchanges(case.no, last, _AT_ONCE):
        yield from found
        last = found[-1].number


def _audit(audited: Audited) -> dict[str, Any]:
    anchors = [{**asdict(head), "token": token} for head, token in audited.anchors]
    return {"records": audited.records, "anchors": anchors}


def _materials(office: Office, case: Case) -> Iterator[Piece]:
    holder = Holder(case_no=case.no)
    listed = office.materials.listed(holder)
    yield Piece("materials.json", [_material(each) for each in listed])
    for each in listed:
        if each.size:
            found = office.materials.get(holder, each.id)
            yield Piece(f"materials/{each.id}{_ENDINGS.get(found.media_type, '')}", found.content)


def _material(each: Material) -> dict[str, Any]:
    due = each.deferred_until
    told = {"id": each.id, "key": each.key, "name": each.name, "at": _exact(each.at)}
    return {
        **told,
        "media_type": each.media_type,
        "pages": each.pages,
        "size": each.size,
        "sha256": each.digest,
        "commitment": each.commitment,
        "deferred_until": due and due.isoformat(),
    }


def _originals(case: Case) -> Iterator[Piece]:
    for link, documents in case.documents.items():
        for number, each in enumerate(documents, 1):
            ending = _ENDINGS.get(each.media_type, "")
            yield Piece(f"originals/{link}-{number}{ending}", each.content)


def _papers(office: Office, case: Case) -> Iterator[Piece]:
    for each in office.cases.notice_papers(case.no):
        yield Piece(f"papers/{each.name}.pdf", each.pdf)


def _packages(office: Office, case: Case) -> Iterator[Piece]:
    for version in range(1, case.package_version + 1):
        package = office.cases.get_package(case.no, version)
        if package:
            yield Piece(f"packages/{version}.pdf", package.pdf)
            yield Piece(f"packages/{version}.zip", package.archive)


def _title(path: str) -> str:
    folder, slash, _ = path.partition("/")
    return TITLES[folder + slash]


def _exact(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


_ENDINGS: Final = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "application/xml": ".xml",
    "application/json": ".json",
    "application/ofd": ".ofd",
}
