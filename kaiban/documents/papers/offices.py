"""Who holds which office, and who decides it: read once, so that articles, decisions and application cannot disagree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from kaiban.documents.papers.answers import Answers

Row = Mapping[str, Any]

#: What a department's matter is called in a power of attorney.
MATTERS: Final[Mapping[str, str]] = {
    "seal": "印章备案刻制",
    "tax": "税务信息确认和发票领用",
    "bank": "银行预约开户",
    "social_insurance": "社会保险登记",
    "medical_insurance": "医疗保险登记",
    "housing_fund": "住房公积金缴存登记",
}


@dataclass(frozen=True)
class Post:
    """One office somebody holds: ``by`` is how they came to it, ``row`` the answers the form has of them at ``path``."""

    title: str
    by: str
    path: str
    row: Row

    @property
    def name(self) -> str:
        """Whose it is."""
        return str(self.row["name"])


@dataclass(frozen=True)
class Offices:
    """The offices of one company, from its checked form (公司法 (2023) art. 10, 46, 67-69, 75, 76, 83)."""

    form: Answers

    @property
    def holders(self) -> list[str]:
        """The names of the holders; none of an applicant that is not asked for any."""
        return [str(row["name"]) for row in self._rows("people.holders")]

    @property
    def sole(self) -> bool:
        """Whether there is one holder, who decides in writing instead of meeting (art. 60)."""
        return len(self._rows("people.holders")) == 1

    @property
    def owners(self) -> str:
        """What the holders are called as a body."""
        return "股东" if self.sole else "股东会"

    @property
    def chosen(self) -> str:
        """How the holders make somebody a director or supervisor."""
        return "委派" if self.sole else "选举"

    @property
    def resolution(self) -> str:
        """What the holders' decisions are called."""
        return "决定" if self.sole else "决议"

    @cached_property
    def directors(self) -> list[Row]:
        """Everybody on the board, or the only director."""
        return self._rows("people.directors")

    @property
    def board(self) -> bool:
        """Whether there is a board (art. 75: else one director)."""
        return len(self.directors) > 1

    @property
    def leading(self) -> str:
        """What directs the company."""
        return "董事会" if self.board else "董事"

    @cached_property
    def supervisors(self) -> list[Row]:
        """Supervisors, where the form has any."""
        chosen = self.form.asks("people.supervision")
        has_any = not chosen or self.watched_by in ("board", "one")
        return self._rows("people.supervisors") if has_any else []

    @property
    def watched_by(self) -> str:
        """Code of the way of supervision."""
        return str(self.form.raw("people.supervision"))

    @property
    def watch(self) -> str:
        """What supervises the company, "" if nothing does."""
        return {"board": "监事会", "one": "监事", "audit_committee": "审计委员会"}.get(
            self.watched_by, ""
        )

    @property
    def committee(self) -> list[str]:
        """The names on the audit committee (art. 69)."""
        return [one["name"] for one in self.directors if one.get("audit_member")]

    @property
    def manager(self) -> str:
        """The manager's name, "" without one."""
        return str(self.form.raw("people.manager.name") or "")

    @property
    def led_by_manager(self) -> bool:
        """Whether the legal representative is that as manager, not as director (art. 10)."""
        head = self.form.raw("people.legal_rep.cert.no")
        is_manager = bool(self.manager) and self.form.raw("people.manager.cert.no") == head
        return is_manager and (self.board or self.directors[0]["cert"]["no"] != head)

    @property
    def head_decided_by(self) -> str:
        """Who decides who the legal representative is, as the articles say (art. 46 (7))."""
        return self.leading if self.board or self.led_by_manager else self.owners

    @property
    def executing(self) -> list[Row]:
        """The partners who execute the affairs of a partnership (合伙企业法 art. 26)."""
        return [row for row in self._rows("people.holders") if row.get("executes")]

    def held(self, position: str) -> list[str]:
        """The names of directors with this position."""
        return [one["name"] for one in self.directors if one.get("position") == position]

    def elected(self, rows: list[Row]) -> list[str]:
        """Those the holders choose."""
        return [one["name"] for one in rows if not one.get("staff_rep")]

    def of_staff(self, rows: list[Row]) -> list[str]:
        """Those the employees elect."""
        return [one["name"] for one in rows if one.get("staff_rep")]

    @property
    def chair_of_supervisors(self) -> str:
        """The chair of the board of supervisors; "" where nobody is named, as in forms of before it was asked."""
        return next((one["name"] for one in self.supervisors if one.get("chair")), "")

    @property
    def term(self) -> str:
        """How long directors serve, in words that hold for all of them (art. 70)."""
        years = {one.get("term_years", 3) for one in self.directors}
        return (
            f"每届任期{'一二三'[next(iter(years)) - 1]}年"
            if len(years) == 1
            else "每届任期不超过三年"
        )

    def posts(self) -> Iterator[Post]:
        """Everybody who holds an office, office by office."""
        for row in self.directors:
            title = self.form.within("people.directors", row, "position")
            yield Post(title, self._by(row), "people.directors", row)
        for row in self.supervisors:
            title = "监事会主席" if row.get("chair") else "监事"
            yield Post(title, self._by(row), "people.supervisors", row)
        for path, title in (("people.manager", "经理"), ("people.finance_officer", "财务负责人")):
            if found := self.form.raw(path):
                yield Post(title, "聘任", path, found)
        head = self.form.raw("people.legal_rep")
        yield Post("法定代表人", f"{self.head_decided_by}决定", "people.legal_rep", head)

    def elected_posts(self) -> Iterator[Post]:
        """Whom the members of a cooperative elect, office by office (农民专业合作社法 art. 33)."""
        head = self.form.raw("people.legal_rep")
        yield Post(self.form.label("people.legal_rep"), "选举", "people.legal_rep", head)
        for row in self.directors:
            yield Post("理事", "选举", "people.directors", row)
        for row in self.supervisors:
            title = "执行监事" if len(self.supervisors) == 1 else "监事会成员"
            yield Post(title, "选举", "people.supervisors", row)

    def matters(self, departments: object) -> str:
        """What else than the registration somebody acts for, in words."""
        chosen = departments if isinstance(departments, set | frozenset | list | tuple) else ()
        return "、".join(words for name, words in MATTERS.items() if name in chosen)

    def _by(self, row: Row) -> str:
        return "职工民主选举" if row.get("staff_rep") else self.chosen

    def _rows(self, path: str) -> list[Row]:
        return list(self.form.raw(path) or ())
