"""What the registrar refuses and what it wants corrected, rule by rule.

Intake rules are checked by machine before an application is accepted; review rules are found by
the officer. Every rule says all it finds. Texts and codes follow real notices.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from adapters.registration.stub.kinds import Kind, kind_of
from adapters.registration.stub.names import SAME, Name, NameCheck, Register

_FIVE_YEARS = 5  # 公司法 (2023) art. 47
_ABNORMAL = Decimal(100000)  # 万元, of which nothing is paid in
_EXEMPT = Decimal(1000)  # 万元
_OURS = "9901"  # the prefecture whose registrars share one office

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """What a rule found: code, field path, and the text of the notice."""

    code: str
    path: str
    text: str


@dataclass(frozen=True)
class Facts:
    """What a rule may look at besides the application.

    ``name`` is the result of the name check, ``magic`` the magic words, ``today`` Beijing's date,
    ``put`` the digests of the files that came ahead, ``called`` the findings the name calls up that it has not met yet.
    """

    register: Register
    name: NameCheck
    magic: frozenset[str]
    today: date
    put: frozenset[str]
    called: frozenset[str] = frozenset()


Rule = Callable[[Row, Facts], Iterator[Finding]]


def name_of(row: Row) -> Name:
    """Read the four parts of the name."""
    parts = row["nameParts"]
    return Name(parts["region"], parts["tradeName"], parts["industry"], parts["orgForm"])


# --- at intake ------------------------------------------------------------------------------------


def _parts_make_the_name(row: Row, facts: Facts) -> Iterator[Finding]:
    if name_of(row).full != row["entName"] or "R02" in facts.called:
        yield Finding("R02", "entName", "企业名称与行政区划、字号、行业、组织形式不一致。")


def _name_is_free(row: Row, facts: Facts) -> Iterator[Finding]:
    if "R01" in facts.called:
        yield Finding("R01", "nameParts.tradeName", SAME.format(row["entName"]))
    for code, text in facts.name.reasons:
        yield Finding(code, "nameParts.tradeName", text)


def _sum_is_capital(row: Row, facts: Facts) -> Iterator[Finding]:
    if "investors" not in row:
        return
    total = sum(Decimal(each["subConAm"]) for each in row["investors"])
    if total != Decimal(row["regCap"]) or "R06" in facts.called:
        kind = kind_of(row)
        text = f"{kind.holder}认缴出资额合计{total}万元与{kind.capital}{row['regCap']}万元不一致。"
        yield Finding("R06", "regCap", text)


def _within_five_years(row: Row, facts: Facts) -> Iterator[Finding]:
    if "capDue" not in row:  # the law sets such a limit to companies only
        return
    text = "股东出资期限超过自公司成立之日起五年，不符合公司法第四十七条。"
    limit = _years_later(facts.today, _FIVE_YEARS).isoformat()
    investors = enumerate(row.get("investors", ()))
    dues = {f"investors[{n}].conDate": each["conDate"] for n, each in investors}
    yield from (
        Finding("R07", path, text)
        for path, due in {"capDue": row["capDue"], **dues}.items()
        if due > limit or (path == "capDue" and "R07" in facts.called)
    )


def _supervisors_hold_no_other_post(row: Row, facts: Facts) -> Iterator[Finding]:
    kind = kind_of(row)
    there = [row[name] for name in kind.barred if name in row]
    seniors = [one for each in there for one in (each if isinstance(each, list) else [each])]
    numbers = {each["cerNo"] for each in seniors}
    for n, each in enumerate(row.get("supervisors", ())):
        if each["cerNo"] in numbers or (n == 0 and "R10" in facts.called):
            yield Finding("R10", f"supervisors[{n}].name", kind.bar)


def _attachments_are_there(row: Row, facts: Facts) -> Iterator[Finding]:
    for n, each in enumerate(row.get("attachments", ())):
        if each["sha256"] not in facts.put or (n == 0 and "R14" in facts.called):
            text = f"材料“{each['title']}”的文件未收到，请重新上传。"
            yield Finding("R14", f"attachments[{n}].sha256", text)


def _owners_are_filed(row: Row, facts: Facts) -> Iterator[Finding]:
    """Nobody is exempt whose holders are not all persons, or whose capital is above 1000 万元 (受益所有人信息管理办法 art. 3)."""
    if "investors" not in row:
        return
    persons = all(each["invType"] == "1" for each in row["investors"])
    wrong = row.get("beneExempt") == "1" and (not persons or Decimal(row["regCap"]) > _EXEMPT)
    if wrong or "R15" in facts.called:
        yield Finding("R15", "beneExempt", "不符合受益所有人免报条件，请备案受益所有人信息。")


# --- in review ------------------------------------------------------------------------------------


def _address_has_a_number(row: Row, facts: Facts) -> Iterator[Finding]:
    steered = "测试补正" in facts.magic or "R03" in facts.called
    if steered or not re.search(
        r"[0-9０-９一二三四五六七八九十]+\s*[号栋室]", row["dom"]["detail"]
    ):
        yield Finding(
            "R03", "dom.detail", "住所信息与产权、租赁文件不一致（门牌号缺失），请补正。"
        )


def _scope_is_listed(row: Row, facts: Facts) -> Iterator[Finding]:
    for n, item in enumerate(row["scopeItems"]):
        listed = facts.register.scope.get(item["code"])
        steered = n == 0 and "R04" in facts.called
        if steered or listed is None or listed[0] != item["text"]:
            text = "经营范围表述不规范，请从《经营范围规范目录》中选择条目。"
            yield Finding("R04", f"scopeItems[{n}].code", text)


def _prior_approval_is_there(row: Row, facts: Facts) -> Iterator[Finding]:
    for n, item in enumerate(row["scopeItems"]):
        _, kind = facts.register.scope.get(item["code"], ("", ""))
        steered = n == 0 and "R05" in facts.called
        if steered or (kind == "pre_approval" and "permitNo" not in item):
            text = f"经营范围中“{item['text']}”属于登记前须经批准项目，请提交批准文件。"
            yield Finding("R05", f"scopeItems[{n}].permitNo", text)


def _people_are_verified(row: Row, facts: Facts) -> Iterator[Finding]:
    for path, each in people_of(row):
        unverified = "未实名" in each["name"] and "explanation" not in row
        if unverified or (path == "legalRep" and "R08" in facts.called):
            text = f"{each['name']}未完成实名认证，请登录登记注册身份验证APP办理。"
            yield Finding("R08", f"{path}.name", text)


def _documents_are_valid(row: Row, facts: Facts) -> Iterator[Finding]:
    for path, each in people_of(row):
        steered = path == "legalRep" and "R11" in facts.called
        if steered or each.get("cerTo", "9999-12-31") < facts.today.isoformat():
            yield Finding("R11", f"{path}.cerTo", f"{each['name']}的身份证件已过有效期，请更新。")


def _capital_is_plausible(row: Row, facts: Facts) -> Iterator[Finding]:
    if "investors" not in row:
        return
    paid_in = sum(Decimal(each.get("acConAm", 0)) for each in row["investors"])
    abnormal = Decimal(row["regCap"]) >= _ABNORMAL and paid_in == 0 and "explanation" not in row
    if abnormal or "R13" in facts.called:
        text = f"{kind_of(row).capital}、出资期限明显异常，请说明或者调整。"
        yield Finding("R13", "regCap", text)


# --- refusals -------------------------------------------------------------------------------------


def _is_ours(row: Row, facts: Facts) -> Iterator[Finding]:
    region = row["dom"]["region"]
    if not region.startswith(_OURS) or "R12" in facts.called:
        text = f"不属于本登记机关管辖，请向{region}的登记机关申请（实施细则第十八条）。"
        yield Finding("R12", "dom.region", text)


def _legal_rep_may_act(row: Row, facts: Facts) -> Iterator[Finding]:
    head = row["legalRep"]
    title = kind_of(row).head
    # Article 12 speaks of legal representatives only.
    restricted = facts.register.restricted if title == Kind.head else {}
    reason = restricted.get(head["cerNo"])
    if reason is None and "测试驳回" in facts.magic:
        reason = "模拟驳回"
    if reason is not None:
        text = f"拟任{title}{head['name']}存在任职限制情形（{reason}；条例第十二条），不予登记。"
        yield Finding("R09", "legalRep.name", text)


#: Found before acceptance and answered at once with 40001.
AT_INTAKE: tuple[Rule, ...] = (
    _parts_make_the_name,
    _name_is_free,
    _sum_is_capital,
    _within_five_years,
    _supervisors_hold_no_other_post,
    _attachments_are_there,
    _owners_are_filed,
)
#: Not accepted at all: 40300.
NOT_ACCEPTED: tuple[Rule, ...] = (_is_ours,)
#: Found in review: state 31.
TO_CORRECT: tuple[Rule, ...] = (
    _address_has_a_number,
    _scope_is_listed,
    _prior_approval_is_there,
    _people_are_verified,
    _documents_are_valid,
    _capital_is_plausible,
)
#: Found in review: state 90.
TO_REFUSE: tuple[Rule, ...] = (_legal_rep_may_act,)


def found(rules: tuple[Rule, ...], row: Row, facts: Facts) -> list[Finding]:
    """Everything the rules find, in their order."""
    return [finding for rule in rules for finding in rule(row, facts)]


def people_of(row: Row) -> Iterator[tuple[str, Row]]:
    """Every person of the application with its path; no organisations."""
    for single in ("legalRep", "manager", "financeOfficer", "liaison", "agent"):
        if single in row:
            yield single, row[single]
    for many in ("investors", "directors", "supervisors", "family"):
        for n, each in enumerate(row.get(many, ())):
            if each.get("invType", "1") == "1":
                yield f"{many}[{n}]", each


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)
