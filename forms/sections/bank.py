"""Appointment for the basic account (银发〔2019〕41号; 人民币银行结算账户管理办法 art. 11)."""

from forms import codes
from forms.fields import BankCode, Choice, Day, Group, Several
from forms.sections.shapes import Section


class Appointment(Section):
    """When and how the bank verifies the legal representative's will."""

    date = Day(
        "预约日期",
        required=False,
        hint="不填时由银行安排最早时间。",
        example="2026-12-01",
        width="s",
    )
    period = Choice(
        "时段",
        codes.DAY_PARTS,
        required=False,
        default="morning",
        hint="上午或者下午。",
        example="morning",
        width="s",
    )
    mode = Choice(
        "核实方式",
        codes.APPOINTMENT_MODES,
        hint="银行须核实法定代表人（负责人）的开户意愿。",
        example="visit",
    )


class Bank(Section):
    """Section `bank`."""

    title = "银行预约开户"

    branch_cnaps = BankCode(
        "开户网点", hint="输入网点名称里的几个字，或者 12 位行号。", example="990990100021"
    )
    account_kind = Choice(
        "账户性质",
        codes.ACCOUNT_KINDS,
        derived=True,
        default="basic",
        hint="新开办的，开立基本存款账户。",
        example="basic",
    )
    depositor_kind = Choice(
        "存款人类别",
        codes.DEPOSITOR_KINDS,
        derived=True,
        default="legal_person",
        hint="由主体类型得出。",
        example="legal_person",
    )
    appointment = Group(Appointment, "预约", hint="到网点或者视频办理。")
    products = Several(
        Choice("银行服务", codes.BANK_PRODUCTS, hint="按需要选择。", example="ebank"),
        "银行服务",
        most=10,
        required=False,
        default=list,
        hint="可以不选，以后随时可以办理。",
        example=["ebank"],
    )
