"""What repeats: the base of every section, identity documents, persons."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from marshmallow import RAISE, Schema, post_load, pre_load, validates_schema

from forms import codes
from forms.fields import (
    Asked,
    Choice,
    Day,
    DocumentNumber,
    Email,
    Group,
    Mobile,
    Name,
    Text,
    When,
    refuse,
)
from forms.values import checks
from forms.values.text import has_full_width

GB_11643 = ("id_card", "residence_permit")
"""Documents whose number carries birth date and sex."""

#: Asked with the documents of persons that do not tell it.
_UNTOLD = When(
    "cert.type",
    [i.code for i in codes.CERT_TYPES.items if i.more["person"] and i.code not in GB_11643],
    seldom=True,
)


class Section(Schema):
    """Base of sections and groups: unknown keys are defects, messages are codes.

    retired: keys of questions the form asked once and asks no more. Drafts, cases and programs that still
    answer them are not told off: nobody reads the answer, so it is set aside.
    """

    title: ClassVar[str] = ""
    retired: ClassVar[frozenset[str]] = frozenset()
    error_messages = {  # noqa: RUF012 - marshmallow declares it as an instance attribute
        "unknown": "unknown",
        "type": "type.object",
    }

    class Meta:
        unknown = RAISE

    @pre_load
    def _set_aside(self, entry: Any, **_: Any) -> Any:
        if not (self.retired and isinstance(entry, Mapping)):
            return entry
        return {key: value for key, value in entry.items() if key not in self.retired}


Q = TypeVar("Q", bound=Asked[Any])


def otherwise(kind: type[Q], section: type[Schema], name: str, *, label: str, hint: str = "") -> Q:
    """Return a question of that kind of a section under another label, for a section that inherits from it."""
    field = section().declared_fields[name]
    assert isinstance(field, kind)
    field.metadata = {**field.metadata, "label": label, **({"help": hint} if hint else {})}
    return field


def _normal_number(kind: str, number: str) -> str:
    if has_full_width(number):
        refuse("text.half_width", "no")
    return number if kind == "military" else number.replace(" ", "").upper()


def _check_id(kind: str, number: str) -> None:
    if len(number) == 15 and number.isdecimal():  # noqa: PLR2004 - the length before 1999
        refuse("id.old", "no")
    if not checks.is_id_card(number):
        refuse("id.invalid", "no")
    if (number[:6] in checks.PERMIT_REGIONS) != (kind == "residence_permit"):
        refuse("id.permit", "no")


def check_number(kind: str, number: str) -> str:
    """Return the normalised number of a document of type `kind`; refuse at `no` if it is wrong."""
    normal = _normal_number(kind, number)
    if kind in GB_11643:
        _check_id(kind, normal)
    elif kind == "credit_code":
        if not (checks.is_credit_code(normal) or checks.is_early_credit_code(normal)):
            refuse("credit_code.invalid", "no")
    elif checks.PATTERNS[kind].fullmatch(normal) is None:
        refuse("cert.shape", "no", kind=codes.CERT_TYPES.label(kind))
    return normal


def _cert_type(offered: str = "") -> Choice:
    return Choice(
        "证件类型",
        codes.CERT_TYPES,
        offered=offered,
        hint="请选择与证件原件一致的类型。",
        example="id_card",
    )


class Cert(Section):
    """An identity document (GB 11643, GB 32100; other documents by pattern only)."""

    type = _cert_type()
    no = DocumentNumber(
        "证件号码",
        longest=32,
        sensitive=True,
        hint="请按证件填写，使用半角数字和大写字母。",
        example="99010219900307299X",
    )
    valid_until = Day(
        "证件有效期至",
        required=False,
        # 居民身份证法 art. 5: twenty years, or for good.
        usual=(0, 20),
        endless=True,
        hint="长期有效的证件，请勾选下面的“长期有效”。",
        example="2036-05-01",
        width="s",
    )

    @validates_schema(skip_on_field_errors=False)
    def _judge_number(self, cert: dict[str, Any], **_: Any) -> None:
        # In place, since nothing after this runs when another field of the document is wrong,
        # and rules across sections compare the numbers all the same.
        if "type" in cert and "no" in cert:
            cert["no"] = check_number(cert["type"], cert["no"])


class PersonCert(Cert):
    """A document of a natural person."""

    type = _cert_type("person")

    @validates_schema(skip_on_field_errors=False)
    def _judge_type(self, cert: dict[str, Any], **_: Any) -> None:
        if "type" in cert and not codes.CERT_TYPES.more(cert["type"], "person"):
            refuse("cert.person", "type")


def identity(cert: dict[str, Any]) -> dict[str, str]:
    """Return the birth date and sex a GB 11643 number carries, nothing for other documents."""
    birth = checks.id_card_birth(cert["no"]) if cert["type"] in GB_11643 else None
    if birth is None:
        return {}
    return {"birth_date": birth.isoformat(), "sex": checks.id_card_sex(cert["no"])}


def person_name() -> Name:
    """Return the question for a person's name."""
    return Name(
        "姓名", hint="请与证件上的姓名完全一致，少数民族姓名中的点请用“·”。", example="张三"
    )


def person_cert() -> Group:
    """Return the questions for a person's document."""
    return Group(PersonCert, "身份证件", hint="用于实名核验，请与证件一致。")


class Identified(Section):
    """Name and document, from which birth date and sex follow where the document has them."""

    name = person_name()
    cert = person_cert()
    birth_date = Day(
        "出生日期",
        required=False,
        sensitive=True,
        when=_UNTOLD,
        hint="身份证号码中已有，其他证件请填写。",
        example="1990-03-07",
        width="s",
    )
    sex = Choice(
        "性别",
        codes.SEXES,
        required=False,
        when=_UNTOLD,
        hint="身份证号码中已有，其他证件请填写。",
        example="female",
        width="s",
    )

    @post_load
    def _read_document(self, person: dict[str, Any], **_: Any) -> dict[str, Any]:
        return person | identity(person["cert"])


def residence(*, required: bool = False) -> Text:
    """Return the question for a person's home address."""
    return Text(
        "住址",
        longest=120,
        required=required,
        sensitive=True,
        hint="请填写到门牌号，只用于登记，不对外公开。",
        example="示范市开元区示范路 1 号 2 栋 301 室",
        width="full",
    )


class Acting(Section):
    """Who acts for the company towards one department: no more of them is asked than that department reads."""

    retired = frozenset({"email", "residence", "birth_date", "sex"})

    name = person_name()
    cert = person_cert()
    mobile = Mobile()


class Contact(Acting):
    """Who is written to as well."""

    retired = Acting.retired - {"email"}

    email = Email(required=False)


class Officer(Identified):
    """Who holds an office: birth date and sex are asked, since the law sets an age."""

    retired = frozenset({"email", "residence"})

    mobile = Mobile()
