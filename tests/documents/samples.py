"""A fictitious city, its departments and a company's case, built by plain constructors."""

import subprocess
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import ClassVar

from marshmallow import Schema, fields, validate

from kaiban.documents.package.packages import DocumentPackages
from kaiban.documents.signing.file_signer import FileSigner
from kaiban.documents.signing.pades import Signing
from kaiban.documents.signing.sample import make_sample
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.document import Document
from kaiban.domain.cases.link import Link, LinkState, Step
from kaiban.domain.cases.number import case_number
from kaiban.domain.city import City, Hall
from kaiban.domain.hours.clock import HallHours, Promise, Season, Shift, StateCouncilDays
from kaiban.ports import Manifest, StepSpec

CHINA = timezone(timedelta(hours=8))
CASE_NO = case_number("990100", "20261120", 417)
CREDIT_CODE = "91990100MA41000025"
COMPANY = "示范市青禾云软件有限公司"
IDENTITY = "990101199003070030"
BASE_URL = "https://kaiban.example"


def at(text):
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=CHINA)


NOW = at("20T14:42:30")
#: When it is signed: real time, whatever a demonstration's clock says.
REAL_TIME = at("25T08:00:00")

HALL_HOURS = HallHours(
    (Season(date(2000, 1, 1), (Shift(time(9), time(12)), Shift(time(13, 30), time(17, 30)))),),
    StateCouncilDays(),
)
CITY = City(
    "shifan",
    "示范市",
    "990100",
    {"main": Hall("main", "示范市政务服务中心", HALL_HOURS)},
    {"five-hours": Promise("five-hours", "五小时办结", timedelta(hours=5))},
)


class RegistrationResult(Schema):
    company_name = fields.String(metadata={"label": "企业名称"})
    credit_code = fields.String(metadata={"label": "统一社会信用代码"})
    kind = fields.String(metadata={"label": "类型"})
    legal_person = fields.String(metadata={"label": "法定代表人"})
    legal_person_id = fields.String(metadata={"label": "法定代表人证件号", "sensitive": True})
    capital = fields.String(metadata={"label": "注册资本"})
    established = fields.Date(metadata={"label": "成立日期"})
    address = fields.String(metadata={"label": "住所"})
    scope = fields.String(metadata={"label": "经营范围"})
    electronic = fields.Boolean(metadata={"label": "已发电子营业执照"})


class Seal(Schema):
    kind = fields.String(metadata={"label": "印章"})
    material = fields.String(metadata={"label": "材质"})
    code = fields.String(metadata={"label": "印章编码"})


class SealResult(Schema):
    filing_no = fields.String(metadata={"label": "印章备案编号"})
    engraver = fields.String(metadata={"label": "刻章单位"})
    seals = fields.List(fields.Nested(Seal), metadata={"label": "印章清单"})


class TaxResult(Schema):
    office = fields.String(metadata={"label": "主管税务机关"})
    taxpayer = fields.String(
        validate=validate.OneOf(["small", "general"], ["小规模纳税人", "一般纳税人"]),
        metadata={"label": "纳税人资格"},
    )
    quota = fields.Integer(metadata={"label": "数电发票首月额度（元）"})
    kinds = fields.List(fields.String(), metadata={"label": "税（费）种"})


class BankResult(Schema):
    branch = fields.String(metadata={"label": "开户网点"})
    appointment = fields.String(metadata={"label": "预约编号"})
    slot = fields.String(metadata={"label": "面签时间", "follow_up": True})
    manager_mobile = fields.String(metadata={"label": "经办人手机", "sensitive": True})


class Person(Schema):
    name = fields.String(metadata={"label": "姓名"})
    id_number = fields.String(metadata={"label": "证件号码", "sensitive": True})
    base = fields.Integer(metadata={"label": "缴费基数（元）"})


class SocialResult(Schema):
    unit_no = fields.String(metadata={"label": "单位社会保险编号"})
    since = fields.String(metadata={"label": "参保起始月"})
    people = fields.List(fields.Nested(Person), metadata={"label": "参保人员名单"})


class Deposit(Schema):
    unit = fields.String(metadata={"label": "单位缴存比例"})
    person = fields.String(metadata={"label": "个人缴存比例"})


class FundResult(Schema):
    account = fields.String(metadata={"label": "单位公积金账号"})
    deposit = fields.Nested(Deposit, metadata={"label": "缴存比例"})


class MedicalResult(Schema):
    """The seventh department: nothing in kaiban.documents knows it."""

    unit_no = fields.String(metadata={"label": "医保单位编号"})
    people = fields.List(fields.Nested(Person), metadata={"label": "参保职工"})


@dataclass(frozen=True)
class Office:
    """A link of the samples: who, what it grants, when."""

    name: str
    title: str
    office: str
    schema: type[Schema]
    receipt: str
    begun: str
    ended: str
    result: dict
    papers: tuple[str, ...] = ()


def staff(count=2):
    names = ["王小芳", "李卫东", "陈𠮷", "䶮红", "买买提·艾力"]
    return [
        {
            "name": f"{names[i % 5]}",
            "id_number": f"9901011988{i % 12 + 1:02d}15{i:03d}X",
            "base": 6200 + i,
        }
        for i in range(count)
    ]


REGISTRATION = Office(
    "registration", "企业设立登记", "示范市市场监督管理局（模拟）", RegistrationResult,
    "示市监登〔2026〕第01024号", "20T09:04", "20T10:11",
    {
        "company_name": COMPANY, "credit_code": CREDIT_CODE, "kind": "有限责任公司（自然人投资或控股）",
        "legal_person": "王小芳", "legal_person_id": IDENTITY, "capital": "壹佰万元整",
        "established": "2026-11-20", "address": "示范市青禾区云溪大道 88 号 3 幢 1201 室",
        "scope": "一般项目：软件开发；信息技术咨询服务；数据处理和存储支持服务；人工智能应用软件开发；"
        "集成电路设计；会议及展览服务（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）。",
        "electronic": True,
    },
    ("营业执照", "登记通知书"),
)  # fmt: skip
SEAL = Office(
    "seal", "公章刻制", "示范市公安局（模拟）", SealResult, "990101202611200017", "20T10:12", "20T11:28",
    {
        "filing_no": "990101202611200017", "engraver": "示范市印艺刻章服务部",
        "seals": [
            {"kind": "法定名称章", "material": "光敏", "code": "9901010012345"},
            {"kind": "财务专用章", "material": "光敏", "code": "9901010012346"},
            {"kind": "发票专用章", "material": "光敏", "code": "9901010012347"},
        ],
    },
    ("印章备案证明",),
)  # fmt: skip
TAX = Office(
    "tax", "税务信息确认与发票", "国家税务总局示范市税务局（模拟）", TaxResult, "示税登〔2026〕02207", "20T10:12", "20T11:52",
    {"office": "示范市税务局第一税务分局", "taxpayer": "small", "quota": 100000, "kinds": ["增值税", "企业所得税", "城市维护建设税"]},
    ("税务登记信息确认表",),
)  # fmt: skip
BANK = Office(
    "bank", "银行预约开户", "示范银行青禾支行（模拟）", BankResult, "YY2026112000031", "20T10:12", "20T10:46",
    {"branch": "示范银行青禾支行", "appointment": "YY2026112000031", "slot": "2026-11-24 10:00 至 10:30", "manager_mobile": "13800005678"},
    ("开户预约回执",),
)  # fmt: skip
SOCIAL = Office(
    "social_insurance", "员工参保登记", "示范市社会保险事业服务中心（模拟）", SocialResult, "SB9901202611200009", "20T09:03", "20T11:20",
    {"unit_no": "99010012026", "since": "2026-12", "people": staff(5)},
    ("单位参保登记回执",),
)  # fmt: skip
FUND = Office(
    "housing_fund", "住房公积金缴存登记", "示范市住房公积金管理中心（模拟）", FundResult, "GJJ990100008821", "20T09:03", "20T14:40",
    {"account": "990100008821", "deposit": {"unit": "8%", "person": "8%"}},
    ("单位缴存登记回执",),
)  # fmt: skip
MEDICAL = Office(
    "medical", "医疗保险登记", "示范市医疗保障局（模拟）", MedicalResult, "YB0001", "20T10:15", "20T11:00",
    {"unit_no": "YB99010077", "people": staff(1)},
)  # fmt: skip
SIX = (REGISTRATION, SEAL, TAX, BANK, SOCIAL, FUND)


def department(office):
    """What an adapter shows the package: its manifest and its Result."""

    class Sample:
        manifest: ClassVar[Manifest] = Manifest(
            name=f"{office.name}.sample",
            department=office.name,
            title=office.title,
            office=office.office,
            version="1",
            protocol="sample",
            steps=(StepSpec(),),
            idempotency="key",
            lookup="by-key",
            finish=("sync",),
            owner="示范市",
        )
        Result: ClassVar[type[Schema]] = office.schema

    return Sample()


def packages(offices=SIX, **more):
    return DocumentPackages(
        CITY, {each.name: department(each) for each in offices}, BASE_URL, b"sample secret", **more
    )


def signing(now=REAL_TIME, **more):
    """A sample key of its own, and a certificate that is good at that instant of real time."""
    return Signing(FileSigner.read(*make_sample(now)), lambda: now, **more)


def sm2_key(folder, name="示范市企业开办平台（样例 SAMPLE）", days=365):
    """An SM2 key and a certificate it gives itself, both PEM, as openssl makes them."""
    key, certificate = folder / "sm2.key", folder / "sm2.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "SM2", "-out", key], check=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-new", "-key", key, "-sm3", "-utf8", "-days", str(days),
         "-sigopt", "distid:1234567812345678", "-subj", f"/C=CN/CN={name}", "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    return key.read_bytes(), certificate.read_bytes()


def signed_package(signing, version=1, case=None):
    """A signed package of the whole case, and the certificates to verify it by."""
    made = packages(signing=signing).make(case or whole_case(), version, NOW)
    return made, signing.signer.chain


def new_case(offices=SIX, company=COMPANY):
    """A case with its links waiting, accepted at nine."""
    links = [
        Link(o.name, o.title, o.office, [Step("main")], adapter=f"{o.name}.sample 1")
        for o in offices
    ]
    form = {"company": {"name": {"full": company}}, "people": {"agent": {"id_number": IDENTITY}}}
    case = Case(CASE_NO, "shifan", "main", "owner", "five-hours", form, links, at("20T09:02"))
    case.note("accepted", at("20T09:02"), "applicant", text="收到申请，予以收件")
    return case


def work(case, offices, *, papers=True):
    """Let the offices grant their links, in the order in which it would happen."""
    moves = []
    for office in offices:
        link = case.link(office.name)
        begun, ended = at(office.begun), at(office.ended)
        moves += [
            (begun, link, LinkState.READY),
            (begun, link, LinkState.SENDING),
            (begun, link, LinkState.SUBMITTED),
            (ended, link, LinkState.DONE),
        ]
        link.steps[0].submitted_at = begun
        link.receipt, link.result = office.receipt, dict(office.result)
        if papers:
            case.documents[office.name] = tuple(paper(title) for title in office.papers)
    for moment, link, state in sorted(moves, key=lambda move: move[0]):
        case.move(link, link.steps[0], state, moment)
    if "registration" in [office.name for office in offices]:
        case.facts["credit_code"] = CREDIT_CODE
    return case


def paper(title, name="", content=b""):
    content = content or f"%PDF-1.7 sample of {title}".encode() + bytes(range(256))
    return Document(name or f"{title}.pdf", title, "application/pdf", content)


def whole_case(offices=SIX, company=COMPANY):
    return work(new_case(offices, company), offices)
