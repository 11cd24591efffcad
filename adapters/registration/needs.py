"""What the registrar is told: form path, their field name, their code, in one table.

The schema has the shape and the field names of their message (protocol.md 3), so it also leads
from a field they complain about back to the form.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields

Codes = Mapping[str, str]

CERTIFICATES: Codes = {
    "id_card": "10",
    "military": "20",
    "passport": "40",
    "credit_code": "60",
    "foreign_registration": "61",
    "foreign_permanent": "70",
    "residence_permit": "90",
    "hk_macao_pass": "90",
    "taiwan_pass": "90",
    "cn_passport": "90",
}
INVESTORS: Codes = {
    "natural_person": "1",
    "enterprise": "2",
    "partnership": "3",
    "sole_proprietorship": "4",
    "government": "5",
    "institution": "6",
    "association": "7",
    "village_collective": "8",
    "cooperative": "9",
    "foreign_enterprise": "F",
}
CONTRIBUTIONS: Codes = {
    "money": "1",
    "goods": "2",
    "intellectual_property": "3",
    "debt": "4",
    "land_use": "6",
    "land_management": "9",
    "forestry": "9",
    "equity": "7",
    "data": "9",
    "virtual_property": "9",
    "services": "9",
    "other": "9",
}
SUPERVISION: Codes = {"board": "1", "one": "2", "none": "3", "audit_committee": "4"}
OWNERSHIPS: Codes = {"share": "1", "benefit": "2", "control": "3", "senior": "4", "state": "5"}
MANNERS: Codes = {
    "agreement": "1",
    "close_person": "2",
    "offices": "3",
    "decisions": "4",
    "finances": "5",
    "assets": "6",
    "other": "9",
}
SEXES: Codes = {"male": "1", "female": "2"}
POSITIONS: Codes = {
    "chair": "431A",
    "vice_chair": "431B",
    "director": "432A",
    "sole_director": "432K",
}
TENURES: Codes = {"own": "1", "lease": "2", "free": "3", "cluster": "4", "other": "9"}
USAGES: Codes = {
    "commercial": "1",
    "office": "2",
    "industrial": "3",
    "warehouse": "4",
    "residential": "5",
    "other": "9",
}
CURRENCIES: Codes = {"CNY": "156"}
LIABILITIES: Codes = {"unlimited": "1", "limited": "2"}
STANDINGS: Codes = {"farmer": "1", "citizen": "2"}
OPERATIONS: Codes = {"person": "1", "family": "2"}
PROPERTIES: Codes = {"own": "1", "family": "2"}


def asked(
    path: str, codes: Codes | None = None, *, private: bool = False, needed: bool = True
) -> Any:
    """Declare a text, or a choice that has other codes there."""
    about = {"path": path, "codes": codes, "sensitive": private}
    return fields.String(required=needed, allow_none=not needed, metadata=about)


def money(path: str, *, needed: bool = True) -> Any:
    """Declare an amount in 万元."""
    return fields.Decimal(required=needed, metadata={"path": path})


def flag(path: str) -> Any:
    """Declare a yes or no that may be absent."""
    return fields.Boolean(required=False, allow_none=True, metadata={"path": path})


def group(schema: type[Schema], path: str, *, needed: bool = True) -> Any:
    """Declare an object."""
    return fields.Nested(schema, required=needed, allow_none=not needed, metadata={"path": path})


def rows(schema: type[Schema], path: str, *, needed: bool = True) -> Any:
    """Declare a list of objects."""
    return fields.List(fields.Nested(schema), required=needed, metadata={"path": path})


class IdentityNeeds(Schema):
    """A person or an organisation, by document."""

    name = asked("name", private=True)
    cerType = asked("cert.type", CERTIFICATES)
    cerNo = asked("cert.no", private=True)
    cerTo = asked("cert.valid_until", needed=False)
    mobile = asked("mobile", private=True, needed=False)


class RelativeNeeds(IdentityNeeds):
    """Somebody of the family who takes part; nobody calls them."""

    class Meta:
        exclude = ("mobile",)


class ContactNeeds(IdentityNeeds):
    """A person they may have to call."""

    mobile = asked("mobile", private=True)
    email = asked("email", private=True, needed=False)


class HeadNeeds(ContactNeeds):
    """The legal representative."""

    residence = asked("residence", private=True)


class InvestorNeeds(IdentityNeeds):
    """A holder; a partner, too, who is liable in one of two ways and may execute the affairs, or a member, who is a farmer or not."""

    invType = asked("kind", INVESTORS)
    subConAm = money("subscribed")
    acConAm = money("paid_in", needed=False)
    conForm = asked("mode", CONTRIBUTIONS, needed=False)
    conDate = asked("due_date", needed=False)
    respForm = asked("liability", LIABILITIES, needed=False)
    execPartner = flag("executes")
    memType = asked("standing", STANDINGS, needed=False)
    addr = asked("residence", private=True, needed=False)


class DirectorNeeds(IdentityNeeds):
    """A director; of a cooperative, which has one title for them, without a position."""

    position = asked("position", POSITIONS, needed=False)
    termYears = fields.Integer(required=False, allow_none=True, metadata={"path": "term_years"})
    staffRep = flag("staff_rep")
    auditMember = flag("audit_member")


class SupervisorNeeds(IdentityNeeds):
    """A supervisor."""

    staffRep = flag("staff_rep")
    chair = flag("chair")


class OwnerNeeds(IdentityNeeds):
    """A beneficial owner (受益所有人信息管理办法 art. 11)."""

    sex = asked("sex", SEXES, private=True, needed=False)
    birthDate = asked("birth_date", private=True, needed=False)
    nation = asked("nationality", private=True, needed=False)
    addr = asked("residence", private=True, needed=False)
    basis = asked("basis", OWNERSHIPS)
    manner = asked("manner", MANNERS, needed=False)
    sharePct = fields.Decimal(required=False, allow_none=True, metadata={"path": "share_pct"})
    formedOn = asked("since", needed=False)


class NameNeeds(Schema):
    """The four parts of the name."""

    region = asked("region")
    tradeName = asked("trade_name")
    industry = asked("industry")
    orgForm = asked("form")


class ScopeNeeds(Schema):
    """One entry of the scope catalogue."""

    code = asked("code")
    text = asked("text")
    permitNo = asked("permit", needed=False)


class LeaseNeeds(Schema):
    """The lease."""

    owner = asked("owner")
    dateFrom = asked("from")
    dateTo = asked("to")


class PremisesNeeds(Schema):
    """The seat."""

    region = asked("region_code")
    detail = asked("detail")
    tenure = asked("tenure", TENURES)
    usage = asked("usage", USAGES)
    lease = group(LeaseNeeds, "lease", needed=False)


class AttachmentNeeds(Schema):
    """A material the applicant brought; its content goes ahead of the message."""

    title = asked("name")
    mediaType = asked("media_type")
    sha256 = asked("digest")


class RegistrationNeeds(Schema):
    """Everything the registrar asks for; which of it an applicant of some type has, the form says."""

    entName = asked("company.name.full")
    nameParts = group(NameNeeds, "company.name")
    nameReservNo = asked("company.name.reservation_no", needed=False)
    entType = asked("company.entity_type")
    operForm = asked("company.operation", OPERATIONS, needed=False)
    propKind = asked("company.property", PROPERTIES, needed=False)
    regCap = money("company.capital.amount", needed=False)
    regCapCur = asked("company.capital.currency", CURRENCIES, needed=False)
    capDue = asked("company.capital.paid_by", needed=False)
    opTerm = asked("company.term", needed=False)
    opScope = asked("company.scope.text")
    scopeItems = rows(ScopeNeeds, "company.scope.items")
    industryCo = asked("company.industry_code", needed=False)
    dom = group(PremisesNeeds, "premises")
    tel = asked("company.contact_phone")
    email = asked("company.email", needed=False)
    postalCode = asked("company.postal_code", needed=False)
    copyNum = fields.Integer(required=True, metadata={"path": "company.licence.copies"})
    paperLicence = fields.Boolean(required=True, metadata={"path": "company.licence.paper"})
    legalRep = group(HeadNeeds, "people.legal_rep")
    family = rows(RelativeNeeds, "people.family", needed=False)
    investors = rows(InvestorNeeds, "people.holders", needed=False)
    directors = rows(DirectorNeeds, "people.directors", needed=False)
    supervision = asked("people.supervision", SUPERVISION, needed=False)
    supervisors = rows(SupervisorNeeds, "people.supervisors", needed=False)
    manager = group(IdentityNeeds, "people.manager", needed=False)
    financeOfficer = group(ContactNeeds, "people.finance_officer", needed=False)
    liaison = group(ContactNeeds, "people.liaison")
    agent = group(ContactNeeds, "people.proxy", needed=False)
    beneExempt = flag("people.beneficial_exempt")
    beneOwners = rows(OwnerNeeds, "people.beneficial_owners", needed=False)
    attachments = rows(AttachmentNeeds, "materials", needed=False)
    explanation = asked("explanation.text", private=True, needed=False)


def spoken(schema: Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """Say the loaded needs in their fields and codes; what is absent stays absent.

    A value without a code there is left as it is: see ``unlisted``.
    """
    given = ((name, values.get(name)) for name in schema.fields)
    return {
        name: _said(schema.fields[name], value)
        for name, value in given
        if value is not None and value != ""
    }


def unlisted(schema: Schema, values: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Name every choice that has no code there, as a needs field (``investors.0.conForm``)."""
    for name, value in values.items():
        declared = schema.fields[name]
        codes = declared.metadata.get("codes")
        if codes and value is not None and value not in codes:
            yield at + name
        inner = declared.inner if isinstance(declared, fields.List) else declared
        if isinstance(inner, fields.Nested) and value is not None:
            for where, each in _each(f"{at}{name}.", value):
                yield from unlisted(inner.schema, each, where)


def _each(at: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        yield from ((f"{at}{n}.", each) for n, each in enumerate(value))
    else:
        yield at, value


def _said(declared: fields.Field[Any], value: Any) -> Any:
    if isinstance(declared, fields.List):
        return [_said(declared.inner, each) for each in value]
    if isinstance(declared, fields.Nested):
        return spoken(declared.schema, value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return f"{value:.6f}"
    codes: Codes = declared.metadata.get("codes") or {}
    return codes.get(value, str(value))


def known(schema: Schema, field: str) -> bool:
    """Whether a needs field (``investors.0.conForm``) is one we send."""
    name, _, rest = field.partition(".")
    declared = schema.fields.get(name)
    if declared is None or not rest:
        return declared is not None
    if isinstance(declared, fields.List):
        index, _, rest = rest.partition(".")
        declared = declared.inner
        if not index.isdigit() or not rest:
            return index.isdigit()
    return isinstance(declared, fields.Nested) and known(declared.schema, rest)
