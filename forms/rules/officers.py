"""Rules of directors, supervisors, manager and legal representative."""

from collections.abc import Iterator

from forms.defects import Found
from forms.rules.people import IDENTITY, identity_of
from forms.rules.rule import ASKED_SINCE, Rule
from forms.structure.view import Setting, View

BOARD = 3
#: So many employees elect a director of their own.
STAFF_DIRECTOR = 300


def legal_rep_office(form: View, _setting: Setting) -> Iterator[Found]:
    """公司法 (2023) art. 10: a director or the manager."""
    candidates = list(form.rows("people.directors"))
    manager = form.group("people.manager")
    known = {identity_of(p) for p in (*candidates, *([manager] if manager else []))}
    legal_rep = form.group("people.legal_rep")
    if legal_rep and identity_of(legal_rep) not in known:
        yield form.found("people.legal_rep", "legal_rep.position")


def directors(form: View, _setting: Setting) -> Iterator[Found]:
    """公司法 (2023) art. 68, 75: one director without a board, or a board of three and more.

    A board has one chair and may have vice chairs; the law sets no highest number of members.
    """
    positions = [director["position"] for director in form.rows("people.directors")]
    if 1 < len(positions) < BOARD:
        yield form.found("people.directors", "directors.count")
    elif len(positions) == 1 and positions != ["sole_director"]:
        yield form.found("people.directors.0.position", "directors.sole")
    elif len(positions) >= BOARD and not _is_board(positions):
        yield form.found("people.directors", "directors.chair")


def _is_board(positions: list[str]) -> bool:
    return positions.count("chair") == 1 and "sole_director" not in positions


def directors_repeated(form: View, _setting: Setting) -> Iterator[Found]:
    """Nobody holds two seats."""
    for path in ("people.directors", "people.supervisors"):
        seen: set[tuple[str, str]] = set()
        for person in form.rows(path):
            if not person.sound(*IDENTITY):
                continue
            if identity_of(person) in seen:
                yield person.found("cert.no", "directors.repeated")
            seen.add(identity_of(person))


def supervision(form: View, _setting: Setting) -> Iterator[Found]:
    """公司法 (2023) art. 69, 76, 83: as many supervisors as the chosen way of supervision has."""
    mode = form["people.supervision"]
    count = len(form.rows("people.supervisors"))
    if mode == "board" and count < BOARD:
        yield form.found("people.supervisors", "supervisors.board")
    if mode == "one" and count != 1:
        yield form.found("people.supervisors", "supervisors.one")
    if mode in {"none", "audit_committee"} and count:
        yield form.found("people.supervisors", "supervisors.unwanted")
    if mode == "audit_committee" and len(form.rows("people.directors")) < BOARD:
        yield form.found("people.directors", "supervisors.committee")


def no_supervisor(form: View, _setting: Setting) -> Iterator[Found]:
    """公司法 (2023) art. 83: going without needs every shareholder's consent."""
    if form["people.supervision"] == "none" and not form["people.no_supervisor_agreed"]:
        yield form.found("people.no_supervisor_agreed", "supervisors.agreement")


def staff_voice(form: View, _setting: Setting) -> Iterator[Found]:
    """公司法 (2023) art. 76: at least a third of a board of supervisors speaks for the staff."""
    if form["people.supervision"] != "board":
        return
    voices = [s["staff_rep"] for s in form.rows("people.supervisors")]
    if voices and sum(voices) * BOARD < len(voices):
        yield form.found("people.supervisors", "supervisors.staff")
    elif voices and all(voices):
        yield form.found("people.supervisors", "supervisors.holders")


def supervisors_chair(form: View, _setting: Setting) -> Iterator[Found]:
    """公司法 (2023) art. 76: a board of supervisors has one chair, whom more than half of its members elect."""
    supervisors = form.rows("people.supervisors")
    chairs = sum(bool(one["chair"]) for one in supervisors)
    is_board = form["people.supervision"] == "board"
    if (is_board and len(supervisors) >= BOARD and chairs != 1) or (not is_board and chairs):
        yield form.found("people.supervisors", "supervisors.chair")


def audit_committee(form: View, _setting: Setting) -> Iterator[Found]:
    """公司法 (2023) art. 69, 公司登记管理实施办法 art. 13: the committee's members are marked among the directors filed."""
    members = sum(bool(one["audit_member"]) for one in form.rows("people.directors"))
    if (form["people.supervision"] == "audit_committee") != bool(members):
        yield form.found("people.directors", "directors.audit")


def staff_director(form: View, _setting: Setting) -> Iterator[Found]:
    """公司法 (2023) art. 68: with 300 employees the board has a director elected by them, or supervisors who are."""
    directors = form.rows("people.directors")
    if len(form.rows("staff.members")) < STAFF_DIRECTOR or len(directors) < BOARD:
        return
    voices = (*directors, *form.rows("people.supervisors"))
    if not any(one["staff_rep"] for one in voices):
        yield form.found("people.directors", "directors.staff")


def independent(code: str, *offices: str) -> Rule:
    """Return the rule that finds `code` where a supervisor holds one of these offices, all of which must be asked."""

    def supervisors_independent(form: View, _setting: Setting) -> Iterator[Found]:
        groups = (form.group(path) for path in offices)
        officers = [*form.rows("people.directors"), *(one for one in groups if one)]
        taken = {identity_of(person) for person in officers if person.sound(*IDENTITY)}
        for supervisor in form.rows("people.supervisors"):
            if supervisor.sound(*IDENTITY) and identity_of(supervisor) in taken:
                yield supervisor.found("cert.no", code)

    return Rule(supervisors_independent)


RULES = (
    Rule(legal_rep_office),
    Rule(directors),
    Rule(directors_repeated),
    Rule(supervision),
    Rule(no_supervisor),
    Rule(staff_voice),
    Rule(supervisors_chair, since=ASKED_SINCE),
    Rule(audit_committee, since=ASKED_SINCE),
    Rule(staff_director, since=ASKED_SINCE),
    # 公司法 (2023) art. 76: directors and senior managers supervise nobody.
    independent("supervisors.office", "people.manager", "people.finance_officer"),
)
