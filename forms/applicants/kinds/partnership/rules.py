"""Rules of partners and of who acts for them (合伙企业法), with the sentences for what they find."""

from collections.abc import Iterator

from forms.applicants.kinds.partnership.sections import GENERAL, LIABILITIES, SAYS
from forms.defect_table import Entry
from forms.defects import Found
from forms.rules.people import BIRTH, FULL_AGE, IDENTITY, birth_of, identity_of, reached
from forms.rules.rule import Rule
from forms.structure.view import Setting, View

#: What may not answer without limit where it serves the public (合伙企业法 art. 3); whether one does, its code does not tell.
PUBLIC = frozenset({"institution", "association"})


def name_and_type(form: View, _setting: Setting) -> Iterator[Found]:
    """合伙企业法 art. 15, 62: the name says of which kind it is."""
    says = SAYS[form["company.entity_type"]]
    if not form["company.name.form"].endswith(says):
        yield form.found("company.name.form", "partnership.name", says=says)


def partners_and_type(form: View, _setting: Setting) -> Iterator[Found]:
    """合伙企业法 art. 2, 61, 75: all are general partners, or there are both kinds."""
    partners = form.rows("people.holders")
    known = [one for one in partners if one.sound("liability")]
    if form["company.entity_type"] == GENERAL:
        for one in known:
            if one["liability"] == "limited":
                yield one.found("liability", "partner.general_only")
        return
    kinds = {one["liability"] for one in known}
    if len(known) == len(partners) and len(kinds) < len(LIABILITIES.items):
        yield form.found("people.holders", "partners.both")


def partner(one: View, _setting: Setting) -> Iterator[Found]:
    """合伙企业法 art. 64, 67, 68: a limited partner neither brings services nor executes the affairs."""
    if one["liability"] != "limited":
        return
    if one.sound("mode") and one["mode"] == "services":
        yield one.found("mode", "partner.services")
    if one.sound("executes") and one["executes"]:
        yield one.found("executes", "partner.executes")


def public_body(one: View, _setting: Setting) -> Iterator[Found]:
    """合伙企业法 art. 3: institutions and associations that serve the public are no general partners; an officer looks whether this one does."""
    if one["kind"] in PUBLIC and one["liability"] == "unlimited":
        yield one.found("liability", "partner.public")


def partner_age(one: View, setting: Setting) -> Iterator[Found]:
    """合伙企业法 art. 14: a natural person has full civil capacity; asked of those who answer without limit."""
    if one["kind"] != "natural_person" or one["liability"] != "unlimited":
        return
    birth = birth_of(one) if one.sound(*BIRTH) else None
    if birth is not None and not reached(FULL_AGE, birth, setting.today):
        yield one.found("cert.no", "partner.age")


def executing(form: View, _setting: Setting) -> Iterator[Found]:
    """合伙企业法 art. 26, 67; 条例 art. 8: somebody executes the affairs, and the head is one of them or whom an organisation among them sends."""
    partners = form.rows("people.holders")
    if not all(one.sound("executes") for one in partners):
        return
    acting = [one for one in partners if one["executes"]]
    if not acting:
        yield form.found("people.holders", "partners.executing")
        return
    head = form.group("people.legal_rep")
    if head is None or not all(one.sound("kind", *IDENTITY) for one in acting):
        return
    sent = any(one["kind"] != "natural_person" for one in acting)
    if not sent and identity_of(head) not in {identity_of(one) for one in acting}:
        yield form.found("people.legal_rep", "executing.head")


RULES = (
    Rule(name_and_type),
    Rule(partners_and_type),
    Rule(partner, each="people.holders", early=True),
    Rule(public_body, each="people.holders", early=True),
    Rule(partner_age, each="people.holders", early=True),
    Rule(executing),
)

DEFECTS = {
    "partnership.name": Entry(
        "组织形式须与主体类型一致，请选择带“{says}”的组织形式，或者更换主体类型。",
        "合伙企业法第十五、六十二条",
    ),
    "partner.general_only": Entry(
        "普通合伙企业的合伙人都是普通合伙人，请改选无限连带责任，或者把主体类型改为有限合伙企业。",
        "合伙企业法第二条",
    ),
    "partners.both": Entry(
        "有限合伙企业须既有普通合伙人，也有有限合伙人，请修改承担责任方式或者主体类型。",
        "合伙企业法第二、六十一、七十五条",
    ),
    "partner.services": Entry(
        "有限合伙人不能以劳务出资，请更换出资方式。", "合伙企业法第六十四条"
    ),
    "partner.executes": Entry(
        "有限合伙人不执行合伙事务，请选“否”，或者改选承担责任方式。",
        "合伙企业法第六十七、六十八条",
    ),
    "partner.public": Entry(
        "公益性的事业单位、社会团体不能作普通合伙人，请核对；不是公益性的，请在提交前确认，由窗口核对。",
        "合伙企业法第三条",
        strange=True,
        staff=True,
    ),
    "partner.age": Entry("普通合伙人须年满 18 周岁，请更换人选。", "合伙企业法第十四条"),
    "partners.executing": Entry(
        "请在合伙人中选出执行事务合伙人，至少一名。", "合伙企业法第二十六、六十七条"
    ),
    "executing.head": Entry(
        "执行事务合伙人是自然人的，这里须填其中一人，请修改，或者改选执行事务合伙人。",
        "合伙企业法第二十六条；市场主体登记管理条例第八条",
    ),
}
