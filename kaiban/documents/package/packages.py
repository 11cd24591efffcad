"""Makes certificate packages (证照包)."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Final, Protocol

from marshmallow import Schema

from kaiban.documents.layout.glyphs import INSTEAD, Fonts
from kaiban.documents.layout.printing import Resource, print_pdf
from kaiban.documents.masking import masked
from kaiban.documents.package.archive import SIGNATURE, SM2_SIGNATURE, archive, enclosures, program
from kaiban.documents.package.follow_up import follow_up, left_by_departments
from kaiban.documents.package.fonts_of_originals import lacking_fonts
from kaiban.documents.package.pages import page_html, page_resources
from kaiban.documents.package.summary import Enclosure, Issue, canonical, summary
from kaiban.domain.cases.case import Case
from kaiban.domain.city import City
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.papers.package import Package
from kaiban.ports import Manifest

#: Without 0, 1, I and O: what is read aloud or copied by hand stays what it was.
ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 12

#: Missing characters told one by one; more than that is a text no font here was made for.
MOST_REMARKS: Final = 40

SAMPLE: Final = "样例 · 模拟数据 · 无法律效力"


class Signed(Protocol):
    """Signed bytes, and at which level (PAdES baseline)."""

    @property
    def content(self) -> bytes:
        """The bytes."""

    @property
    def level(self) -> str:
        """B-B or B-T."""


class Signing(Protocol):
    """Signs a package (``signing.pades.Signing``)."""

    def pdf(self, content: bytes) -> Signed:
        """The PDF, signed behind what it was."""

    def detached(self, content: bytes) -> Signed:
        """A detached signature of the content."""

    @property
    def sm2(self) -> Callable[[bytes], bytes] | None:
        """Makes a detached signature by an SM2 key as well, if there is one."""


#: Tells of each original whether some viewers show it empty (``fonts_of_originals.lacking_fonts``).
Looking = Callable[[Sequence[bytes]], Sequence[bool]]
#: Lays out a page with its files and an attachment as of that instant (``layout.printing.print_pdf``).
Printing = Callable[[str, Mapping[str, Resource], bytes, datetime], bytes]


class Department(Protocol):
    """What the package needs of an adapter."""

    manifest: ClassVar[Manifest]
    Result: ClassVar[type[Schema]]


class Departments(Protocol):
    """The installed departments by link name."""

    def __contains__(self, link: object) -> bool:
        """Whether it is installed."""

    def __getitem__(self, link: str) -> Department:
        """The department of that link."""


@dataclass(frozen=True)
class DocumentPackages:
    """Makes the package of a case: a PDF, an archive and a summary that say the same.

    ``base_url`` is where anyone can verify a package (``<base_url>/v/<code>``). ``secret`` keeps verify codes from
    being guessed from case numbers. ``sample`` is printed across every page and must be given as long as any
    department is simulated; empty for a city's real packages. ``printing`` lays the pages out and ``looking`` looks into
    originals, here or somewhere else. ``signing`` signs what is made; without it packages are unsigned, and say so when they are verified.
    Making raises FontsMissingError, and whatever printing and signing raise.
    """

    city: City
    departments: Departments
    base_url: str
    secret: bytes = field(repr=False)
    sample: str = SAMPLE
    printing: Printing = print_pdf
    looking: Looking = lacking_fonts
    signing: Signing | None = None

    @cached_property
    def fonts(self) -> Fonts:
        """Asked for once: the fonts do not change while the service runs."""
        return Fonts.installed()

    def make(self, case: Case, version: int, at: datetime) -> Package:
        """The package of the case as it stands at that instant; until it is signed, the same arguments give the same bytes."""
        issue = self._issue(case, version, at)
        told = summary(issue)
        told["remarks"] = [*_without_fonts(issue.enclosures), *self._remarks(told)]
        text = canonical(told)
        html = page_html(issue, self._schemas(case), self.fonts, told["remarks"])
        pdf = self.printing(html, page_resources(issue), text, at)
        return self._sealed(issue, pdf, text)

    def _sealed(self, issue: Issue, pdf: bytes, text: bytes) -> Package:
        """Signed, if there is who signs, and packed."""
        version, code, at, level = issue.version, issue.verify_code, issue.at, ""
        if self.signing is None:
            return Package(version, code, at, pdf, archive(pdf, text, issue.enclosures, at), text)
        signed = self.signing.pdf(pdf)
        pdf, level = signed.content, signed.level
        more = program(self.city.title, self.base_url)
        packed = archive(pdf, text, issue.enclosures, at, more, _signatures(self.signing))
        return Package(version, code, at, pdf, packed, text, level)

    def _issue(self, case: Case, version: int, at: datetime) -> Issue:
        year = at.astimezone(HALL_TIME).year
        code = verify_code(self.secret, case.no, version)
        schemas = self._schemas(case)
        results = {
            link.name: masked(link.result, year, schemas.get(link.name)) for link in case.links
        }
        return Issue(
            case=case,
            city=self.city,
            version=version,
            at=at,
            verify_code=code,
            verify_url=f"{self.base_url.rstrip('/')}/v/{code}",
            sample=self.sample,
            hours=self.city.hours_of(case, at),
            results=results,
            enclosures=self._enclosures(case, year),
            follow_up=[*left_by_departments(case, results, schemas), *follow_up(case)],
            replaces=verify_code(self.secret, case.no, version - 1) if version > 1 else "",
            signed=self.signing is not None,
        )

    def _enclosures(self, case: Case, year: int) -> list[Enclosure]:
        found = enclosures(case, year)
        lacking = self.looking([each.content for each in found])
        return [
            replace(each, without_fonts=lacks) for each, lacks in zip(found, lacking, strict=True)
        ]

    def _schemas(self, case: Case) -> Mapping[str, Schema]:
        """The Result schema of each link whose department is still installed."""
        names = (link.name for link in case.links if link.name in self.departments)
        return {name: self.departments[name].Result() for name in names}

    def _remarks(self, told: Mapping[str, Any]) -> list[str]:
        missing = self.fonts.missing_glyphs(canonical(told).decode())
        remarks = [
            f"字体缺字 U+{ord(letter):04X}：纸面以“{INSTEAD}”代替，原字见 package.json。"
            for letter in missing[:MOST_REMARKS]
        ]
        left = len(missing) - len(remarks)
        return [*remarks, f"字体缺字：另有 {left} 个字符。"] if left else remarks


def _without_fonts(enclosed: Iterable[Enclosure]) -> list[str]:
    return [
        f"原件《{each.title}》里没有字体：有的阅读软件显示成空白页，请换一个软件打开，或看本件中的办理结果。"
        for each in enclosed
        if each.without_fonts
    ]


def _signatures(signing: Signing) -> dict[str, Callable[[bytes], bytes]]:
    """What signs the manifest, by the file its signature gets."""
    ours = {SIGNATURE: lambda told: signing.detached(told).content}
    return {**ours, SM2_SIGNATURE: signing.sm2} if signing.sm2 else ours


def verify_code(secret: bytes, case_no: str, version: int) -> str:
    """What a person types to find this version again; nobody without the secret can work it out."""
    digest = hmac.digest(secret, f"verify-code:{case_no}:{version}".encode(), hashlib.sha256)
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CODE_LENGTH])
