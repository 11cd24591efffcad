"""Materials (申请材料) each link wants: produced from the form or brought by the applicant.

Sources: 市场主体登记管理条例 art. 16 (registration; the registrar publishes the list for each kind of company); what authorities share is never asked
for. The goal of Hunan (湘市监注〔2020〕180号) is at most six documents for all links.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from marshmallow import Schema

from forms import applicants, codes
from forms.locality import NATIONAL, Locality
from forms.structure.paths import catalogue_of
from forms.values.addresses import full_address

Form = Mapping[str, Any]


def _always(_form: Form) -> bool:
    return True


def _answer(form: Form, *path: str) -> Any:
    """Return what stands there; None in a form that has not got so far."""
    found: Any = form
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _pre_approved(form: Form) -> bool:
    chosen = [str(each.get("code")) for each in _rows(form, "company", "scope", "items")]
    return any(codes.SCOPE.more(code, "class") == "pre_approval" for code in chosen)


def _rows(form: Form, *path: str) -> list[Mapping[str, Any]]:
    """The rows there; what is none, as somebody may send it, is left out."""
    found = _answer(form, *path)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _rented(form: Form) -> bool:
    return bool(_answer(form, "premises", "tenure") == "lease")


def _not_rented(form: Form) -> bool:
    return _answer(form, "premises", "tenure") not in (None, "lease")


def _dwelling(form: Form) -> bool:
    return bool(_answer(form, "premises", "usage") == "residential")


def _by_proxy(form: Form) -> bool:
    return bool(_answer(form, "people", "proxy"))


def _corporate_holder(form: Form) -> bool:
    kinds = [each.get("kind") for each in _rows(form, "people", "holders")]
    return any(kind and kind != "natural_person" for kind in kinds)


def _exempt(form: Form) -> bool:
    return bool(_answer(form, "people", "beneficial_exempt"))


def _employs(form: Form) -> bool:
    return bool(_answer(form, "staff", "members"))


def _invoices(form: Form) -> bool:
    return bool(_answer(form, "tax", "invoice"))


@dataclass(frozen=True)
class Person:
    """Somebody whose own document is brought.

    ``document`` tells them apart (type and number, as far as they are typed), ``places`` are where the form names
    them (``/people/legal_rep``).
    """

    document: str
    name: str
    places: tuple[str, ...]


#: Whose identity each department asks for, by where the form names them (of `people`). 条例 art. 16 (二) asks for 申请人资格文件、
#: 自然人身份证明 and names nobody; which people that are in its 实施细则 has not been read in the text in force. So this is our own
#: list, of everybody the registrar writes down and of who acts for the company elsewhere, and the page says who has the last word.
IDENTIFIED: Mapping[str, tuple[str, ...]] = {
    "registration": (
        "holders", "legal_rep", "directors", "supervisors", "manager", "finance_officer", "family",
        "liaison", "proxy",
    ),
    "seal": ("legal_rep", "proxy"),
    "tax": ("legal_rep", "finance_officer", "tax_agent"),
    "bank": ("legal_rep", "proxy"),
}  # fmt: skip
#: The key of the material that is brought for each of them.
IDENTITY = "identity"


@dataclass(frozen=True)
class Material:
    """One document.

    name: "" for what only some types of applicants have, who name it. departments: keys of the departments that need it. produced: made by the system from the form.
    deferrable: a city may let it follow later (容缺). sensitive: shows identity numbers, home
    addresses, telephones or wages, which every other document leaves to it
    (经营主体登记文书规范（2026年版）). when: whether the form calls for it; condition: in words, before a form says it.
    """

    key: str
    name: str
    departments: tuple[str, ...]
    produced: bool
    deferrable: bool = False
    sensitive: bool = False
    when: Callable[[Form], bool] = _always
    condition: str = ""

    def fits(self, sections: Mapping[str, type[Schema]]) -> bool:
        """Say whether whoever is asked these sections can come to need it."""
        place = DECIDED_BY.get(self.when)
        return place is None or place in catalogue_of(sections).places


CONDITIONS: Mapping[Callable[[Form], bool], str] = {
    _by_proxy: "委托他人办理的",
    _corporate_holder: "有{holder}不是自然人的",
    _exempt: "承诺免报受益所有人的",
    _rented: "租用经营场所的",
    _not_rented: "经营场所不是租用的",
    _dwelling: "用住宅作经营场所的",
    _pre_approved: "经营范围有须先经批准的项目的",
    _employs: "已有职工的",
    _invoices: "领用发票的",
}

#: What is only called for by the answer to a question that some types of applicants are not asked.
DECIDED_BY: Mapping[Callable[[Form], bool], tuple[str, ...]] = {
    _corporate_holder: ("people", "holders"),
    _exempt: ("people", "beneficial_exempt"),
}

MATERIALS: tuple[Material, ...] = (
    Material("application", "公司登记（备案）申请书", ("registration",), produced=True),
    Material("articles", "公司章程", ("registration",), produced=True),
    Material("appointments", "股东会决议（股东决定）及任职文件", ("registration",), produced=True),
    Material("members", "", ("registration",), produced=True),
    Material("contributions", "", ("registration",), produced=True),
    Material("real_name", "实名登记确认", ("registration", "tax"), produced=True),
    Material(
        "power_of_attorney",
        "授权委托书",
        ("registration", "seal", "bank"),
        produced=True,
        when=_by_proxy,
    ),
    Material("premises_promise", "住所承诺书", ("registration",), produced=True),
    Material("commitments", "承诺书", ("registration",), produced=True),
    Material(
        "owner_exemption", "受益所有人免报承诺书", ("registration",), produced=True, when=_exempt
    ),
    Material(
        IDENTITY,
        "身份证件",
        ("registration", "seal", "tax", "bank"),
        produced=False,
        deferrable=True,
    ),
    # 条例 art. 16 (二): 申请人资格文件.
    Material(
        "holder_licence",
        "单位股东的营业执照等主体资格文件",
        ("registration",),
        produced=False,
        deferrable=True,
        when=_corporate_holder,
    ),
    Material(
        "lease", "房屋租赁合同", ("registration",), produced=False, deferrable=True, when=_rented
    ),
    Material(
        "title_deed",
        "房屋权属证明",
        ("registration",),
        produced=False,
        deferrable=True,
        when=_not_rented,
    ),
    Material(
        "neighbours", "利害关系业主同意证明", ("registration",), produced=False, when=_dwelling
    ),
    Material("permit", "前置许可证件", ("registration",), produced=False, when=_pre_approved),
    Material("seal_filing", "印章备案申请表", ("seal",), produced=True),
    Material("tax_confirmation", "税务登记信息确认表", ("tax",), produced=True),
    Material("invoice_table", "发票票种核定表", ("tax",), produced=True, when=_invoices),
    Material("account_application", "单位银行结算账户开户申请书", ("bank",), produced=True),
    Material("unit_insurance", "社会保险单位登记表", ("social_insurance",), produced=True),
    Material("unit_fund", "住房公积金单位缴存登记表", ("housing_fund",), produced=True),
    Material(
        "roster",
        "职工名册",
        ("social_insurance", "housing_fund"),
        produced=True,
        deferrable=True,
        when=_employs,
    ),
    Material(
        "identity_annex",
        "身份与联系信息附页",
        ("registration", "seal", "tax", "bank", "social_insurance", "housing_fund"),
        produced=True,
        sensitive=True,
    ),
    Material(
        "roster_annex",
        "职工身份与工资附页",
        ("social_insurance", "housing_fund"),
        produced=True,
        sensitive=True,
        when=_employs,
    ),
)


#: What proves that somebody may use the premises.
PROOFS_OF_PREMISES = frozenset({"lease", "title_deed"})


def needed(
    form: Form, departments: Collection[str], locality: Locality = NATIONAL
) -> tuple[Material, ...]:
    """Return what `form`, as far as it is filled in, needs for `departments`, each material once."""
    spared = PROOFS_OF_PREMISES if premises_unproved(form, locality) else frozenset()
    return tuple(
        m
        for m in of_type(applicants.of(form).key)
        if not set(departments).isdisjoint(m.departments) and m.key not in spared and m.when(form)
    )


@cache
def of_type(key: str) -> tuple[Material, ...]:
    """Return what there is for this type of applicant, under the names it has there."""
    applicant = applicants.applicants()[key]
    named = (_named_for(each, applicant) for each in MATERIALS)
    return tuple(each for each in named if each.name)


def _named_for(material: Material, applicant: applicants.Applicant) -> Material:
    condition = CONDITIONS.get(material.when, "").format_map(applicant.words)
    name = applicant.materials.get(material.key, material.name)
    return replace(material, name=name, condition=condition)


def premises_unproved(form: Form, locality: Locality) -> bool:
    """Say whether the city wants no proof of these premises: declared ones, or an address its library knows.

    上海市优化营商环境条例 (2024) art. 31; 北京市优化营商环境条例 (2024) art. 13. Elsewhere the registrar's list decides.
    """
    if locality.premises_declared:
        return True
    premises = _answer(form, "premises")
    if not isinstance(premises, Mapping):
        return False
    parts = [premises.get(name) for name in ("region_code", "detail")]
    if not all(isinstance(each, str) and each for each in parts):
        return False
    address = "".join(full_address(premises).split())
    return any(address.startswith("".join(known.split())) for known in locality.matched_premises)


def to_bring(
    form: Form, departments: Collection[str], locality: Locality = NATIONAL
) -> tuple[Material, ...]:
    """Return what the applicant has to bring: the figure to keep small."""
    return tuple(m for m in needed(form, departments, locality) if not m.produced)


def persons(form: Form, departments: Collection[str]) -> tuple[Person, ...]:
    """Return whose identity these departments ask for, each person once, as far as the form names them."""
    paths = dict.fromkeys(path for name in departments for path in IDENTIFIED.get(name, ()))
    found: dict[str, Person] = {}
    for place, who in _named(form, paths):
        document, name = _document(who), who.get("name")
        if document and isinstance(name, str) and name:
            before = found.get(document, Person(document, name, ()))
            found[document] = Person(document, before.name, (*before.places, place))
    return tuple(found.values())


def _named(form: Form, paths: Collection[str]) -> Iterator[tuple[str, Form]]:
    """Every natural person that stands at these paths of `people`, with the place."""
    for path in paths:
        answer = _answer(form, "people", path)
        rows = answer if isinstance(answer, list | tuple) else [answer]
        for number, who in enumerate(rows):
            if isinstance(who, Mapping) and _is_asked(form, path, who):
                yield f"/people/{path}" + (f"/{number}" if rows is answer else ""), who


def _is_asked(form: Form, path: str, who: Form) -> bool:
    if path == "holders":
        return bool(who.get("kind") == "natural_person")
    # What was typed before somebody chose to have none stays in a draft.
    if path != "supervisors" or ("people", "supervision") in applicants.unasked(form):
        return True
    return _answer(form, "people", "supervision") in ("one", "board")


def _document(who: Form) -> str:
    kind, number = _answer(who, "cert", "type"), _answer(who, "cert", "no")
    if not (kind and isinstance(number, str) and number.strip()):
        return ""
    return f"{kind} {''.join(number.split()).upper()}"
