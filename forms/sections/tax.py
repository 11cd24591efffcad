"""Tax registration and invoices.

国家税务总局公告2018年第29号; 发票管理办法 (2023) art. 3, 15; 国家税务总局公告2024年第11号 (digital invoices, since 2024-12-01);
国家税务总局公告2026年第2号 item 6 (general taxpayers, since 2026-01-01).
"""

from forms import codes
from forms.fields import Choice, Group, Month, Rows, When, Whole
from forms.sections.shapes import Acting, Section


class Accounting(Section):
    """财务会计制度备案."""

    method = Choice(
        "核算方式",
        codes.ACCOUNTING_METHODS,
        required=False,
        default="independent",
        hint="一般为独立核算。",
        example="independent",
    )
    standard = Choice(
        "会计准则（制度）",
        codes.ACCOUNTING_STANDARDS,
        hint="小微企业一般选小企业会计准则。",
        example="small_business",
    )


class InvoiceItem(Section):
    """One kind of invoice."""

    kind = Choice(
        "发票种类",
        codes.INVOICE_KINDS,
        hint="数电发票不用领用，效力与纸质发票相同。",
        example="digital_ordinary",
        width="l",
    )
    monthly_qty = Whole(
        "每月最高领用数量",
        low=1,
        high=10_000,
        required=False,
        when=When("kind", {i.code for i in codes.INVOICE_KINDS.items if i.more.get("paper")}),
        unit="份",
        hint="纸质发票才需要填写。",
        example=25,
        width="s",
    )


class Invoice(Section):
    """First application for invoices: digital ones come by a monthly quota the bureau gives; paper is asked about."""

    retired = frozenset({"credit_total"})

    kinds = Rows(InvoiceItem, "发票种类", fewest=1, most=6, hint="每种发票一行。")
    limit = Whole(
        "单份最高开票限额",
        low=1,
        high=100_000_000,
        required=False,
        unit="元",
        hint="领用纸质发票的须填写，首次申领不超过 10 万元；只开数电发票的不用填，每月总额度由税务机关自动赋予，办结时告知。",
        example=100000,
        width="s",
    )
    buyer = Group(Acting, "领票人", required=False, hint="领用纸质发票的，不填时由办税人员担任。")


class Tax(Section):
    """Section `tax`."""

    title = "税务与发票"

    taxpayer_kind = Choice(
        "纳税人类型",
        codes.TAXPAYER_KINDS,
        hint="年应税销售额 500 万元以下一般选小规模纳税人。",
        example="small",
    )
    general_from = Month(
        "一般纳税人生效月份",
        derived=True,
        when=When("taxpayer_kind", {"general"}),
        hint="自登记当期的 1 日起生效，不用选择。",
        example="2026-12",
        width="s",
    )
    accounting = Group(Accounting, "会计核算", hint="用于财务会计制度备案。")
    invoice = Group(Invoice, "发票", required=False, hint="暂不领用发票的可以不填。")
