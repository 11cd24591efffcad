"""Rules of members and of whom they elect (农民专业合作社法, since 2018-07-01), with the sentences for what they find."""

from collections.abc import Iterator

from forms.defect_table import Entry
from forms.defects import Found
from forms.rules.officers import independent
from forms.rules.people import IDENTITY, identity_of
from forms.rules.rule import Rule
from forms.structure.view import Setting, View

MEMBERS = "people.holders"
#: Of a hundred members so many are farmers at least, and beyond twenty members so many organisations at most (art. 20).
FARMERS, ORGANISATIONS = 80, 5
FEW = 20
WHOLE = 100
#: Who may have functions of public administration (art. 19); whether one has, its code does not tell.
PUBLIC = frozenset({"institution", "association"})
#: Where the form names whom the members elect (art. 33).
ELECTED = ("people.directors", "people.supervisors")


def standing(member: View, _setting: Setting) -> Iterator[Found]:
    """Ask of every person whether they are a farmer: art. 20 counts them."""
    if member["kind"] == "natural_person" and member["standing"] is None:
        yield member.found("standing", "member.standing")


def farmers(form: View, _setting: Setting) -> Iterator[Found]:
    """Art. 20: farmers are at least 80 % of the members."""
    members = form.rows(MEMBERS)
    standings = [each["standing"] if each["kind"] == "natural_person" else "" for each in members]
    if None in standings:  # told of each member
        return
    count = standings.count("farmer")
    if count * WHOLE < len(members) * FARMERS:
        yield form.found(MEMBERS, "members.farmers", count=count, all=len(members))


def organisations(form: View, _setting: Setting) -> Iterator[Found]:
    """Art. 20: one organisation among up to twenty members, beyond that at most 5 % of them."""
    members = form.rows(MEMBERS)
    count = sum(each["kind"] != "natural_person" for each in members)
    most = 1 if len(members) <= FEW else len(members) * ORGANISATIONS // WHOLE
    if count > most:
        yield form.found(
            MEMBERS, "members.organisations", count=count, all=len(members), most=most
        )


def public(member: View, _setting: Setting) -> Iterator[Found]:
    """Art. 19: units with functions of public administration do not join; an officer looks whether this one has any."""
    if member["kind"] in PUBLIC:
        yield member.found("kind", "member.public")


def mode(member: View, _setting: Setting) -> Iterator[Found]:
    """Art. 13: whoever contributes says how."""
    if member["subscribed"] and member["mode"] is None:
        yield member.found("mode", "member.mode")


def elected(form: View, _setting: Setting) -> Iterator[Found]:
    """Art. 33: 理事长, 理事 and 监事 are elected among the members.

    Whether somebody an organisation among them sends may be is not said; the window decides.
    """
    members = form.rows(MEMBERS)
    if not all(each.sound("kind", *IDENTITY) for each in members):
        return
    known = {identity_of(each) for each in members}
    sent = any(each["kind"] != "natural_person" for each in members)
    code = "elected.sent" if sent else "elected.member"
    head = form.group("people.legal_rep")
    for one in [*filter(None, [head]), *(row for path in ELECTED for row in form.rows(path))]:
        if one.sound(*IDENTITY) and identity_of(one) not in known:
            yield one.found("cert.no", code)


def head_once(form: View, _setting: Setting) -> Iterator[Found]:
    """Art. 33: the 理事长 is one, and named once."""
    head = form.group("people.legal_rep")
    if head is None or not head.sound(*IDENTITY):
        return
    for one in form.rows("people.directors"):
        if one.sound(*IDENTITY) and identity_of(one) == identity_of(head):
            yield one.found("cert.no", "chair.repeated")


RULES = (
    Rule(standing, each=MEMBERS),
    Rule(farmers),
    Rule(organisations),
    Rule(public, each=MEMBERS, early=True),
    Rule(mode, each=MEMBERS),
    Rule(elected),
    Rule(head_once, early=True),
    # Art. 33: 理事长, 理事 and 财务会计人员 supervise nobody.
    independent("supervisors.barred", "people.legal_rep", "people.finance_officer"),
)

#: The age of a company's officers is 公司法 art. 178, that of its legal representative 条例 art. 12, which names companies and
#: enterprises; the law of cooperatives asks of members, who elect one of them to be the 理事长, the capacity to act.
TOLD = {"holders.abroad": "member.abroad", "officer.age": "", "legal_rep.age": "chair.age"}

DEFECTS = {
    "member.standing": Entry(
        "请选择“成员身份”：农民成员或者非农民成员。", "农民专业合作社法第二十条"
    ),
    "members.farmers": Entry(
        "成员 {all} 名，其中农民 {count} 名；农民至少应当占成员总数的百分之八十，请增加农民成员或者核对成员身份。",
        "农民专业合作社法第二十条",
    ),
    "members.organisations": Entry(
        "成员 {all} 名，其中单位 {count} 个，最多可以有 {most} 个（二十名以下的一个，超过二十名的不超过百分之五），请修改。",
        "农民专业合作社法第二十条",
    ),
    "member.public": Entry(
        "具有管理公共事务职能的单位不能加入农民专业合作社，请核对；没有这种职能的，请在提交前确认，由窗口核对。",
        "农民专业合作社法第十九条",
        strange=True,
        staff=True,
    ),
    "member.mode": Entry("请选择“出资方式”；不出资的，出资额填 0。", "农民专业合作社法第十三条"),
    "member.abroad": Entry(
        "成员是公民或者从事有关生产经营的单位；境外或者港澳台居民加入的，本系统不能办理，请到窗口咨询。",
        "农民专业合作社法第十九条",
    ),
    "elected.member": Entry(
        "理事长、理事、监事由成员大会从成员中选举产生，请先把此人填入成员，或者更换人选。",
        "农民专业合作社法第三十三条",
    ),
    "elected.sent": Entry(
        "理事长、理事、监事从成员中选举产生，此人不在成员中；由单位成员委派的，请在提交前确认，由窗口核对。",
        "农民专业合作社法第三十三条",
        strange=True,
        staff=True,
    ),
    "chair.age": Entry(
        "{head}须年满 18 周岁，请更换人选。", "农民专业合作社法第十九条；民法典第十七条"
    ),
    "chair.repeated": Entry("理事长不用再填为理事，请删除这一行。", "农民专业合作社法第三十三条"),
    "supervisors.barred": Entry(
        "理事长、理事、经理和财务会计人员不得兼任监事，请更换监事。", "农民专业合作社法第三十三条"
    ),
}
