"""Complete, valid, fictitious forms for demonstrations and tests.

Everything is made up: region codes start with 99, so no ID number here belongs to anybody; mobiles
use a range that is not given to people. Different seeds give different companies and people.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from marshmallow import Schema

from forms import applicants, codes
from forms.applicants import Applicant
from forms.jsontext import read, write
from forms.sections import SECTIONS
from forms.structure.paths import AnyField, inner_schema, questions, schema_of
from forms.values import checks
from forms.values.years import years_after

Form = dict[str, Any]

SAMPLE_DAY = date(2026, 12, 1)
_DOCUMENTS_UNTIL = date(2046, 5, 1)
_SYLLABLES = "青云禾木清川映山和远知行明泽星海瑞林嘉宁启航泰安博雅锦程晨曦"
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
_GIVEN = "伟芳娜敏静丽强磊洋艳勇军杰娟涛超明霞平刚晨宇欣怡浩然思远佳宁"
_DISTRICTS = ("990102", "990103", "990104")
_TRADES = (
    ("软件", "G101"),
    ("信息技术", "G102"),
    ("农业", "G401"),
    ("家具", "G501"),
    ("会展", "G303"),
)
_BIRTHS = (date(1970, 1, 1), 10_957)  # 30 years of birthdays, all of working age
_PEOPLE_PER_FORM = 8
_FURTHER = 8  # for types that have more people
_OTHERS = 4_321_000  # numbers far from those of any form's first people
_EMPLOYEES_FROM = date(1978, 1, 1)  # nobody of them may retire before 2035
_APART = 10**7
_NAMES_APART = 4000  # of the 27 000 trade names, so that several types have theirs


def id_card(number: int, region: str = "990102") -> str:
    """Return the fictitious ID number with running `number`; different numbers differ."""
    _, days = _BIRTHS
    body = f"{region}{_born(number):%Y%m%d}{100 + (number * 31 + number // days) % 900}"
    return body + checks.id_card_check(body)


def _born(number: int) -> date:
    first, days = _BIRTHS
    return first + timedelta(days=number * 7919 % days)


def _employable(number: int) -> int:
    """Return the number, or the next so far apart of somebody young enough to be employed for years."""
    while _born(number) < _EMPLOYEES_FROM:
        number += _APART
    return number


def credit_code(number: int, region: str = "990102", authority: str = "91") -> str:
    """Return the fictitious 统一社会信用代码 with running `number`, both checks right."""
    subject = f"MA{number % 10**6:06d}"
    body = f"{authority}{region}{subject}{checks.organisation_check(subject)}"
    return body + checks.credit_code_check(body)


def person(number: int, today: date = SAMPLE_DAY) -> Form:
    """Return the fictitious person with running `number`, with a document that is in force today."""
    same_day = years_after(_DOCUMENTS_UNTIL, today.year - SAMPLE_DAY.year)
    until = min(same_day, years_after(today, 20))
    return {
        "name": _SURNAMES[number % 30] + _GIVEN[number // 30 % 30] + _GIVEN[number * 7 % 30],
        "cert": {"type": "id_card", "no": id_card(number), "valid_until": until.isoformat()},
        "mobile": f"1400{number * 9973 % 10**7:07d}",
        "residence": f"示范市开元区示范路 {number % 300 + 1} 号 2 栋 301 室",
    }


def trade_name(seed: int) -> str:
    """Return three syllables, different for 27 000 seeds in a row."""
    size = len(_SYLLABLES)
    place = seed * 7919 % size**3
    return "".join(_SYLLABLES[place // size**power % size] for power in range(3))


def sample(seed: int = 7, today: date = SAMPLE_DAY, applicant: str = applicants.USUAL) -> Form:
    """Return the complete form of an applicant of that type in 示范市: its people, three employees."""
    kind = applicants.applicants()[applicant]
    return _told_otherwise(_company_form(seed, today, kind), kind)


def _told_otherwise(form: Form, applicant: Applicant) -> Form:
    """The company's sample without what this type is not asked, and with its own answers."""
    if applicant.key == applicants.USUAL:
        return form
    own = applicant.asks(SECTIONS)
    kept = {name: _kept(form[name], schema_of(own[name])) for name in own if name in form}
    return {applicants.APPLICANT: applicant.key, **_merged(kept, applicant.example)}


def _kept(answers: Form, schema: Schema) -> Form:
    asked = questions(schema)
    return {
        key: _kept_in(asked[key], value)
        for key, value in answers.items()
        if key in asked and not asked[key].metadata["derived"]
    }


def _kept_in(field: AnyField, value: Any) -> Any:
    inner = inner_schema(field)
    if inner is None:
        return value
    if isinstance(value, list):
        return [_kept(each, inner) for each in value]
    return _kept(value, inner)


def _merged(answers: Form, own: Mapping[str, Any]) -> Form:
    """The answers with others in their place, in a list by the number of the row; None takes away."""
    found = dict(answers)
    for key, value in own.items():
        there = found.get(key)
        if isinstance(value, Mapping) and isinstance(there, list):
            found[key] = [_merged(row, value.get(n, {})) for n, row in enumerate(there)]
        elif isinstance(value, Mapping) and isinstance(there, dict):
            found[key] = _merged(there, value)
        else:
            found[key] = deepcopy(value)
    return {key: value for key, value in found.items() if value is not None}


def _company_form(seed: int, today: date, applicant: Applicant) -> Form:
    people = [person(seed * _PEOPLE_PER_FORM + i, today) for i in range(_PEOPLE_PER_FORM)]
    people += [person(_OTHERS + seed * _FURTHER + i, today) for i in range(_FURTHER)]
    staff = [person(_employable(seed * _PEOPLE_PER_FORM + i), today) for i in range(4, 7)]
    due = (years_after(today, 5) - timedelta(days=30)).isoformat()
    form = {
        "company": _company(seed, due, _named(seed, applicant)),
        "people": _cast(_people(people, due), people, applicant.cast),
        "premises": _premises(seed, today),
        **_departments(today),
        "staff": {"members": [_member(p, today, i) for i, p in enumerate(staff)]},
        "delivery": {"mode": "window"},
        "consents": dict.fromkeys(_CONSENTS, True),
    }
    return dict(read(write(form)))  # the same person stands in several places; share no object


_CONSENTS = ("truthful", "name_liability", "premises", "sharing", "sensitive", "e_delivery")


def _named(seed: int, applicant: Applicant) -> int:
    """The number of its trade name: no two types share one, that of the company is its seed."""
    others = [key for key in applicants.applicants() if key != applicants.USUAL]
    place = 0 if applicant.key == applicants.USUAL else 1 + others.index(applicant.key)
    return seed + place * _NAMES_APART


def _company(seed: int, due: str, named: int) -> Form:
    trade, scope = _TRADES[seed % len(_TRADES)]
    return {
        "entity_type": "1130",
        "name": {
            "region": "示范市",
            "trade_name": trade_name(named),
            "industry": trade,
            "form": "有限公司",
            "alternatives": [trade_name(named + 1)],
        },
        "capital": {"amount": 100, "currency": "CNY", "paid_by": due},
        "term": "长期",
        "scope": {"items": [{"code": scope}, {"code": "G302"}, {"code": "G106"}]},
        "industry_code": codes.SCOPE.more(scope, "industry"),
        "licence": {"copies": 1, "paper": True},
        "contact_phone": "0999-8800001",
        "email": f"lianxi{seed % 10**6}@example.com",
        "postal_code": "999000",
    }


def _holder(one: Form, subscribed: int, due: str) -> Form:
    amounts = {"subscribed": subscribed, "paid_in": 0, "mode": "money", "due_date": due}
    return {"kind": "natural_person", **one, **amounts}


def _acting(one: Form) -> Form:
    """Return what is asked of who does not hold a share: no address."""
    return {key: value for key, value in one.items() if key != "residence"}


def _people(people: list[Form], due: str) -> Form:
    chief, partner = people[:2]
    supervisor, accountant, agent = map(_acting, (people[2], people[3], people[7]))
    return {
        "holders": [_holder(chief, 60, due), _holder(partner, 40, due)],
        "legal_rep": chief,
        "directors": [{**_acting(chief), "position": "sole_director", "term_years": 3}],
        "supervision": "one",
        "supervisors": [{**supervisor, "staff_rep": False}],
        "manager": _acting(chief),
        "finance_officer": accountant,
        "liaison": _acting(partner),
        "proxy": {**agent, "may_correct": True, "may_collect": True},
        "beneficial_exempt": False,
        "beneficial_owners": [
            {**chief, "basis": "share", "share_pct": 60},
            {**partner, "basis": "share", "share_pct": 40},
        ],
    }


def _cast(section: Form, people: list[Form], cast: Mapping[str, tuple[int, ...]]) -> Form:
    """The section with these people in its lists, whatever else the first row there answers."""
    rows = {key: [{**section[key][0], **people[n]} for n in cast[key]] for key in cast}
    return {**section, **rows}


def _premises(seed: int, today: date) -> Form:
    return {
        "region_code": _DISTRICTS[seed % len(_DISTRICTS)],
        "detail": f"青云路 {seed % 200 + 1} 号 3 栋 502 室",
        "tenure": "lease",
        "lease": {
            "owner": "示范市开元置业有限公司",
            "from": (today - timedelta(days=20)).isoformat(),
            "to": years_after(today, 3).isoformat(),
        },
        "usage": "office",
    }


def _departments(today: date) -> Form:
    return {
        "seal": {
            "items": [{"kind": kind} for kind in ("official", "finance", "invoice", "legal_rep")],
            "engraver": "990102000001",
            "electronic": True,
        },
        "tax": {
            "taxpayer_kind": "small",
            "accounting": {"method": "independent", "standard": "small_business"},
            "invoice": {
                "kinds": [{"kind": "digital_special"}, {"kind": "digital_ordinary"}],
            },
        },
        "bank": {
            "branch_cnaps": codes.BANK_BRANCHES.items[1].code,
            # Without a date the bank takes the first day it has free; any date we named could be
            # a holiday.
            "appointment": {"period": "morning", "mode": "visit"},
            "products": ["ebank"],
        },
        "social_insurance": {"unit_kind": "enterprise"},
        "housing_fund": {
            "unit_ratio": 8,
            "personal_ratio": 8,
            "first_month": today.isoformat()[:7],
            "payday": 10,
        },
    }


def _member(one: Form, today: date, index: int) -> Form:
    return {
        **{key: one[key] for key in ("name", "cert", "mobile")},
        "household": "local_urban",
        "start_date": today.isoformat(),
        "position": ("经理助理", "技术员", "会计")[index],
        "monthly_wage": (8000, 9500, 6800)[index],
        "first_time": index == 1,
    }


def with_examples(form: Form, sections: Mapping[str, type[Schema]]) -> Form:
    """Return the form with the sections it lacks answered by the examples of their questions.

    So a department that brings questions of its own can be demonstrated at once.
    """
    lacking = {name: schema for name, schema in sections.items() if name not in form}
    return {**form, **{name: _examples(schema()) for name, schema in lacking.items()}}


def _examples(schema: Schema) -> Form:
    return {
        key: field.metadata["example"]
        for key, field in questions(schema).items()
        if field.required and field.metadata.get("example")
    }


def names() -> tuple[str, ...]:
    """Return the names of the hand-made samples."""
    return tuple(
        sorted(f.name[:-5] for f in files("forms.samples").iterdir() if f.name[-5:] == ".json")
    )


def handmade(name: str) -> Form:
    """Return the hand-made sample `name`; its dates keep until the middle of 2031."""
    form: Form = read(files("forms.samples").joinpath(f"{name}.json").read_text("utf-8"))
    return form
