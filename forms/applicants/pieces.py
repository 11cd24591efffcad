"""What several types of applicants are made of: a type code nobody is asked, ends of names, a contribution, a head who is registered here."""

from collections.abc import Iterator

from forms import codes
from forms.codes import CodeList, Item
from forms.defects import Found
from forms.fields import Choice, Money
from forms.rules.rule import Rule
from forms.sections.company import Capital
from forms.sections.shapes import Section
from forms.structure.view import Setting, View
from forms.values.kinds import ABROAD

_DOCUMENT = "people.legal_rep.cert.type"


def only_type(key: str, code: str, title: str) -> Choice:
    """Return the question of the type of subject where the type of applicant leaves one answer; nobody is asked it."""
    listed = codes.listed(
        f"{key}_types",
        "主体类型",
        "市场监管企业类型代码（ENTTYPE）摘录，公开资料整理",
        Item(code, title),
    )
    return Choice(
        "主体类型", listed, derived=True, hint="由申请人类型得出。", example=code, width="l"
    )


def name_forms(key: str, source: str, *words: str) -> CodeList:
    """Return the words names end in (组织形式), with the law that says so."""
    return codes.listed(
        f"{key}_name_forms", "组织形式", source, *(Item(word, word) for word in words)
    )


#: Of `people`: what only a company has (公司法 (2023) art. 67-83).
COMPANY_OFFICES = ("directors", "supervision", "supervisors", "no_supervisor_agreed", "manager")
#: Of `people`: what partnerships file as companies do, and no other type (受益所有人信息管理办法 art. 2).
BENEFICIAL_OWNERS = ("beneficial_exempt", "beneficial_owners")


class Contribution(Capital):
    """出资额 of an enterprise that is no company: the law sets neither least nor term of the whole."""

    class Meta(Section.Meta):
        exclude = ("paid_by",)

    amount = Money("出资额", hint="投资人申报的出资。", example=10, usual=(0, 50_000))


def no_head_from_abroad(code: str) -> Rule:
    """Return the rule that finds `code` where the head is from abroad, Hong Kong, Macao or Taiwan."""

    def from_abroad(form: View, setting: Setting) -> Iterator[Found]:
        if form[_DOCUMENT] in ABROAD:
            yield form.found(_DOCUMENT, code, registrar=setting.locality.foreign_registrar)

    return Rule(from_abroad, early=True)
