"""The form cut into pages: one subject each, in the order and the groups in which people fill them in.

A page only names places of the form; every word about a question stays with the question. A
section that came with another department gets a page of its own.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from marshmallow import Schema

from forms.sections import ALWAYS, SECTIONS
from forms.structure.paths import catalogue_of

COMPANY = "先定登记事项"
DEPARTMENTS = "再定各部门要的"
FINISH = "领取与承诺"

GROUPS = (COMPANY, DEPARTMENTS, FINISH)


@dataclass(frozen=True)
class Page:
    """One page.

    name: part of its address. hint: what it is about, in a few words. paths: dotted places of the
    form, each with everything inside it, in the order of the page. parts: the pages it was put together from, if it was.
    """

    name: str
    title: str
    hint: str
    group: str
    paths: tuple[str, ...]
    parts: tuple["Page", ...] = ()

    @property
    def sections(self) -> frozenset[str]:
        """The sections it asks from."""
        return frozenset(path.partition(".")[0] for path in self.paths)

    def holds(self, pointer: str) -> bool:
        """Say whether the page asks for what stands at a JSON pointer, or for part of it."""
        place = pointer.strip("/").replace("/", ".") + "."
        return any(_within(place, f"{path}.") for path in self.paths)


def _within(place: str, path: str) -> bool:
    return place.startswith(path) or path.startswith(place)


PAGES = (
    Page(
        "name",
        "企业名称与住所",
        "公司叫什么、在哪里经营",
        COMPANY,
        ("company.entity_type", "company.name", "premises"),
    ),
    Page(
        "scope",
        "经营范围",
        "从规范表述库中选择",
        COMPANY,
        ("company.scope", "company.industry_code"),
    ),
    Page(
        "holders",
        "注册资本与股东",
        "注册资本、股东姓名、证件、出资额",
        COMPANY,
        ("company.capital", "company.term", "people.holders"),
    ),
    Page(
        "officers",
        "法定代表人与任职",
        "法定代表人、董事、监事、经理",
        COMPANY,
        (
            "people.legal_rep",
            "people.directors",
            "people.supervision",
            "people.supervisors",
            "people.no_supervisor_agreed",
            "people.manager",
        ),
    ),
    Page(
        "contacts",
        "财务、联络与经办人员",
        "财务负责人、办税人员、联络员、经办人",
        COMPANY,
        ("people.finance_officer", "people.tax_agent", "people.liaison", "people.proxy"),
    ),
    Page(
        "owners",
        "受益所有人",
        "最终控制公司的人，小公司可以承诺免报",
        COMPANY,
        ("people.beneficial_exempt", "people.beneficial_owners"),
    ),
    Page(
        "licence",
        "联系方式与营业执照",
        "联系电话、执照副本",
        COMPANY,
        ("company.contact_phone", "company.email", "company.postal_code", "company.licence"),
    ),
    Page("seal", "印章", "刻哪几枚、由谁刻", DEPARTMENTS, ("seal",)),
    Page("tax", "税务与发票", "会计制度、发票种类与份数", DEPARTMENTS, ("tax",)),
    Page("bank", "银行预约开户", "选网点、约时间", DEPARTMENTS, ("bank",)),
    Page("staff", "职工名册", "首批员工，可以粘贴或者导入表格", DEPARTMENTS, ("staff",)),
    Page("insurance", "社会保险", "参保险种", DEPARTMENTS, ("social_insurance",)),
    Page("fund", "住房公积金", "缴存比例与发薪日", DEPARTMENTS, ("housing_fund",)),
    Page("delivery", "领取方式", "自取、自助打印、邮寄", FINISH, ("delivery",)),
    Page("consents", "承诺与授权", "逐项阅读并确认", FINISH, ("consents",)),
)


def pages(
    sections: Mapping[str, type[Schema]] = SECTIONS,
    wanted: Collection[str] | None = None,
    instead: Collection[Page] = (),
) -> tuple[Page, ...]:
    """Return the pages that ask from `sections`, as far as they are wanted; None = all.

    `instead` stand in the place of the pages of the same name. What `sections` do not ask is left out, and pages that ask nothing.
    """
    needed = set(sections) if wanted is None else set(wanted) | ALWAYS
    known = frozenset().union(*(page.sections for page in PAGES))
    own = {page.name: page for page in instead}
    usual = [own.get(page.name, page) for page in PAGES]
    all_pages = sorted((*usual, *_joined(sections, known)), key=lambda p: GROUPS.index(p.group))
    there = [page for page in all_pages if page.sections <= needed & set(sections)]
    return tuple(page for each in there if (page := _asking(each, sections)).paths)


def _asking(page: Page, sections: Mapping[str, type[Schema]]) -> Page:
    places = catalogue_of(sections).places
    asked = tuple(path for path in page.paths if tuple(path.split(".")) in places)
    return page if asked == page.paths else replace(page, paths=asked)


def _joined(sections: Mapping[str, type[Schema]], known: Collection[str]) -> Iterator[Page]:
    for name, schema in sections.items():
        if name not in known:
            title = str(getattr(schema, "title", "") or name)
            hint = str(getattr(schema, "hint", ""))
            yield Page(name, title, hint, DEPARTMENTS, (name,))


@dataclass(frozen=True)
class Block:
    """Pages of one department put on one page, for whoever fills in forms all day."""

    name: str
    title: str
    hint: str
    pages: tuple[str, ...]


BLOCKS = (
    Block(
        "company",
        "登记事项",
        "名称、住所、经营范围与人员",
        ("name", "scope", "holders", "officers", "contacts", "owners", "licence"),
    ),
    Block(
        "employment", "职工、社保与公积金", "职工名册、参保、缴存", ("staff", "insurance", "fund")
    ),
    Block("finish", "领取与承诺", "领取方式、承诺与授权", ("delivery", "consents")),
)


def blocks(found: Sequence[Page]) -> tuple[Page, ...]:
    """Put these pages together to one for each department, in their order; its `parts` are what it was made of."""
    home = {name: block for block in BLOCKS for name in block.pages}
    together: dict[str, list[Page]] = {}
    for page in found:
        together.setdefault(home[page.name].name if page.name in home else page.name, []).append(
            page
        )
    return tuple(_block(parts, home.get(parts[0].name)) for parts in together.values())


def _block(parts: Sequence[Page], block: Block | None) -> Page:
    if block is None:
        return parts[0]
    paths = tuple(path for part in parts for path in part.paths)
    return Page(block.name, block.title, block.hint, parts[0].group, paths, tuple(parts))
