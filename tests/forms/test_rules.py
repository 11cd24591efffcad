"""Each rule across fields: the change that breaks it, and exactly what is said then."""

from datetime import date
from decimal import Decimal

import pytest

from forms import sample
from forms.opening import Locality, check
from forms.values import checks

STRANGER = sample.person(900_001)
OTHER = sample.person(900_002)
MINOR = {**STRANGER, "cert": {"type": "id_card", "no": "431302201001010042"}}
P = "/people"
DIRECTOR = {**STRANGER, "position": "director", "term_years": 3}
HOLDER = sample.sample()["people"]["holders"][0]
COMPANY = {
    "kind": "enterprise",
    "name": "云启投资有限公司",
    "cert": {"type": "credit_code", "no": "91431302MA4KB0010N"},
    "subscribed": 40,
    "mode": "money",
    "due_date": "2030-01-01",
}


PAPER = {"kind": "paper_special", "monthly_qty": 25}
LIMITED = {"/tax/invoice/limit": 100_000}
CONTROLLER = {**STRANGER, "basis": "control", "manner": "agreement"}
STATE = {"type": "credit_code", "no": "11990102MA0000103H"}


PARTNERSHIP = {
    **COMPANY, "kind": "partnership", "name": "云启（示范）合伙企业（有限合伙）", "subscribed": 100,
}  # fmt: skip


@pytest.mark.parametrize("entity_type", ["1152", "1153"])
def test_a_partnership_may_be_the_only_holder(defects_of, entity_type):
    # 公司法 (2023) art. 42: from one to fifty holders, whoever they are.
    changes = {"/company/entity_type": entity_type, f"{P}/holders": [PARTNERSHIP]}
    assert defects_of(changes) == []


def test_a_holder_from_abroad_is_sent_to_a_registrar_that_may_register_it(defects_of):
    # 细则 art. 4, 24: such enterprises have registrars of their own; their documents are read all the same.
    parent = {
        **COMPANY,
        "kind": "foreign_enterprise",
        "name": "Novo A/S",
        "cert": {"type": "foreign_registration", "no": "DK24256790"},
    }
    assert defects_of({f"{P}/holders/1": parent}) == [(f"{P}/holders/1/kind", "holders.abroad")]
    pass_of_macao = {"type": "hk_macao_pass", "no": "M12345678"}
    assert (f"{P}/holders/1/kind", "holders.abroad") in defects_of(
        {f"{P}/holders/1/cert": pass_of_macao}
    )


def test_the_referral_names_the_registrar_the_city_says(changed, today):
    parent = {
        **COMPANY,
        "kind": "foreign_enterprise",
        "cert": {"type": "foreign_registration", "no": "DK24256790"},
    }
    city = Locality(foreign_registrar="示范省市场监督管理局")
    (told,) = check(changed({f"{P}/holders/1": parent}), today=today, locality=city).defects
    assert "示范省市场监督管理局" in told.message


def test_a_code_of_before_2016_with_a_wrong_check_digit_is_asked_about(defects_of):
    early = {**COMPANY["cert"], "no": "911101085513850820"}
    wrong = [(f"{P}/holders/1/cert/no", "credit_code.early")]
    assert defects_of({f"{P}/holders/1": {**COMPANY, "cert": early}}) == wrong


def numbered(birth):
    """Return a person born on the day `birth` (yyyymmdd)."""
    body = f"990102{birth}001"
    number = body + checks.id_card_check(body)
    return {**STRANGER, "cert": {"type": "id_card", "no": number}}


BROKEN = [
    # names: 企业名称登记管理规定 art. 5 (standard characters), 6 (each part once), 11 and 12 (by word and place)
    *(
        ({"/company/name/trade_name": name}, [])
        for name in ("华中国际", "科学会展", "华美国际", "今日本真")
    ),
    *(
        ({"/company/name/industry": trade}, [])
        for trade in ("中国画", "中央空调", "国家具", "国际贸易")
    ),
    *(
        ({"/company/name/trade_name": name}, [("/company/name/trade_name", "name.forbidden")])
        for name in ("美国青禾", "青禾日本", "八一青禾", "中国青禾", "青禾学会")
    ),
    ({"/company/name/industry": "中国软件"}, [("/company/name/industry", "name.qualifier")]),
    ({"/company/name/industry": "美国软件"}, [("/company/name/industry", "name.forbidden")]),
    ({"/company/name/trade_name": "龍騰雲"}, [("/company/name/trade_name", "text.traditional")]),
    ({"/company/name/trade_name": "昇喆堃"}, []),
    ({"/company/name/trade_name": "青禾云木清川映山和远知行"}, []),  # art. 8 sets no longest
    ({"/company/name/trade_name": "青禾集团"}, [("/company/name/trade_name", "name.group")]),
    *(
        ({f"/company/name/{part}": text}, [(f"/company/name/{part}", "name.part_twice")])
        for part, text in (
            ("industry", "软件有限公司"),
            ("industry", "有限责任公司"),
            ("trade_name", "青禾有限"),
            ("trade_name", "示范市青禾"),
        )
    ),
    (
        {"/company/name/trade_name": "青禾家具", "/company/name/industry": "家具"},
        [("/company/name/trade_name", "name.part_twice")],
    ),
    # company
    ({"/company/name/region": "北京市"}, [("/company/name/region", "name.region")]),
    ({"/company/name/trade_name": "雷锋云"}, [("/company/name/trade_name", "name.forbidden")]),
    ({"/company/name/industry": "国家级软件"}, [("/company/name/industry", "name.forbidden")]),
    (
        {"/company/name/alternatives": ["中国禾"]},
        [("/company/name/alternatives/0", "name.forbidden")],
    ),
    (
        {"/company/name/alternatives": [sample.trade_name(7)]},
        [("/company/name/alternatives/0", "name.alternative_same")],
    ),
    ({"/company/name/trade_name": "娄底"}, [("/company/name/trade_name", "name.trade_is_region")]),
    (
        {"/company/name/trade_name": "动力"},
        [("/company/name/trade_name", "name.trade_is_industry")],
    ),
    (
        {"/company/name/trade_name": "动力机械"},
        [("/company/name/trade_name", "name.trade_is_industry")],
    ),
    (
        {"/company/capital/paid_by": "2031-12-02"},
        [("/company/capital/paid_by", "capital.paid_by")],
    ),
    (
        {"/company/capital/paid_by": "2026-11-30"},
        [("/company/capital/paid_by", "capital.paid_by")],
    ),
    (
        {"/company/capital/paid_by": "2028-01-01"},
        [("/company/capital/paid_by", "capital.paid_by_holders")],
    ),
    ({"/company/term": "2026-12-01"}, [("/company/term", "term.past")]),
    ({"/company/term": "2026/12/01"}, [("/company/term", "date.format")]),
    ({"/company/scope/items/1/text": "咨询"}, [("/company/scope/items/1/text", "scope.text")]),
    ({"/company/scope/items/1/code": "P102"}, [("/company/scope/items/1/permit", "scope.permit")]),
    ({"/company/scope/items/2/code": "G302"}, [("/company/scope/items/2/code", "scope.repeated")]),
    # holders
    ({"/company/capital/amount": 101}, [(f"{P}/holders", "holders.sum")]),
    ({f"{P}/holders/0/subscribed": Decimal("60.000001")}, [(f"{P}/holders", "holders.sum")]),
    ({f"{P}/holders/1/due_date": "2031-12-02"}, [(f"{P}/holders/1/due_date", "holders.due_date")]),
    ({f"{P}/holders/1/due_date": "2026-11-30"}, [(f"{P}/holders/1/due_date", "holders.due_date")]),
    ({f"{P}/holders/1/mode": "labour"}, [(f"{P}/holders/1/mode", "holders.mode_forbidden")]),
    ({f"{P}/holders/1/paid_in": 41}, [(f"{P}/holders/1/paid_in", "holders.paid_in")]),
    (
        {f"{P}/holders/1": {**HOLDER, "subscribed": 40}},
        [(f"{P}/holders/1/cert/no", "holders.repeated")],
    ),
    ({f"{P}/holders/1/kind": "enterprise"}, [(f"{P}/holders/1/cert/type", "holder.cert_kind")]),
    ({"/company/entity_type": "1151"}, [("/company/entity_type", "entity.holders")]),
    ({"/company/entity_type": "1152"}, [("/company/entity_type", "entity.holders")]),
    ({"/company/entity_type": "1153"}, [("/company/entity_type", "entity.holders")]),
    ({"/company/entity_type": "1190"}, [("/company/entity_type", "entity.holders")]),
    ({f"{P}/beneficial_owners": []}, [(f"{P}/beneficial_owners", "owners.needed")]),
    (
        {f"{P}/beneficial_owners": [CONTROLLER]},
        [(f"{P}/beneficial_owners", "owners.missing")],
    ),
    (
        {
            f"{P}/beneficial_exempt": True,
            "/company/capital/amount": 1001,
            f"{P}/holders/0/subscribed": 961,
        },
        [(f"{P}/beneficial_exempt", "owners.exempt")],
    ),
    (
        {f"{P}/holders/1": COMPANY, f"{P}/beneficial_exempt": True},
        [(f"{P}/beneficial_exempt", "owners.exempt")],
    ),
    # persons
    ({f"{P}/legal_rep": STRANGER}, [(f"{P}/legal_rep", "legal_rep.position")]),
    (
        {f"{P}/legal_rep": MINOR, f"{P}/directors/0": {**MINOR, "position": "sole_director"}},
        [(f"{P}/legal_rep/cert/no", "legal_rep.age"), (f"{P}/directors/0/cert/no", "officer.age")],
    ),
    (
        {
            f"{P}/liaison": {
                **STRANGER,
                "cert": {"type": "id_card", "no": numbered("20300101")["cert"]["no"]},
            }
        },
        [(f"{P}/liaison/cert/no", "id.future")],
    ),
    (
        {
            f"{P}/manager": {
                **STRANGER,
                "cert": {"type": "passport", "no": "XA123456"},
                "birth_date": "2026-12-02",
            }
        },
        [
            (f"{P}/manager/cert/no", "officer.age"),
            (f"{P}/manager/birth_date", "person.birth_future"),
        ],
    ),
    (
        {f"{P}/proxy/cert/valid_until": "2026-11-30"},
        [(f"{P}/proxy/cert/valid_until", "cert.expired")],
    ),
    ({f"{P}/manager/name": "张三丰"}, [(f"{P}/manager/name", "person.two_names")]),
    (
        {
            f"{P}/legal_rep/cert": {"type": "passport", "no": "XA123456"},
        },
        [
            (f"{P}/legal_rep", "legal_rep.position"),
            (f"{P}/legal_rep/birth_date", "person.birth_needed"),
        ],
    ),
    # officers
    ({f"{P}/directors/1": DIRECTOR}, [(f"{P}/directors", "directors.count")]),
    ({f"{P}/directors/0/position": "chair"}, [(f"{P}/directors/0/position", "directors.sole")]),
    (
        {
            f"{P}/directors/0/position": "director",
            f"{P}/directors/1": DIRECTOR,
            f"{P}/directors/2": {**DIRECTOR, **OTHER},
        },
        [(f"{P}/directors", "directors.chair")],
    ),
    (
        {
            f"{P}/directors/0/position": "chair",
            f"{P}/directors/1": DIRECTOR,
            f"{P}/directors/2": DIRECTOR,
        },
        [(f"{P}/directors/2/cert/no", "directors.repeated")],
    ),
    (
        {f"{P}/supervision": "board"},
        [(f"{P}/supervisors", "supervisors.board"), (f"{P}/supervisors", "supervisors.staff")],
    ),
    ({f"{P}/supervisors": []}, [(f"{P}/supervisors", "supervisors.one")]),
    (
        {f"{P}/supervision": "none"},
        [
            (f"{P}/supervisors", "supervisors.unwanted"),
            (f"{P}/no_supervisor_agreed", "supervisors.agreement"),
        ],
    ),
    (
        {f"{P}/supervision": "audit_committee", f"{P}/supervisors": []},
        [
            (f"{P}/directors", "directors.audit"),
            (f"{P}/directors", "supervisors.committee"),
        ],
    ),
    # 公司法 (2023) art. 69: the committee's members are directors, and only where there is one.
    ({f"{P}/directors/0/audit_member": True}, [(f"{P}/directors", "directors.audit")]),
    # art. 76: no chair without a board.
    ({f"{P}/supervisors/0/chair": True}, [(f"{P}/supervisors", "supervisors.chair")]),
    (
        {
            f"{P}/supervision": "board",
            f"{P}/supervisors": [
                {**sample.person(n), "staff_rep": True, "chair": n == 800_001}
                for n in range(800_001, 800_004)
            ],
        },
        [(f"{P}/supervisors", "supervisors.holders")],
    ),
    # 受益所有人信息管理办法 art. 6, 7, 11
    (
        {f"{P}/beneficial_owners/2": {**STRANGER, "basis": "control"}},
        [(f"{P}/beneficial_owners/2/manner", "owners.manner")],
    ),
    (
        {f"{P}/beneficial_owners/2": {**STRANGER, "basis": "senior"}},
        [(f"{P}/beneficial_owners/2/basis", "owners.senior")],
    ),
    (
        {f"{P}/beneficial_owners/2": {**STRANGER, "basis": "state"}},
        [(f"{P}/beneficial_owners/2/basis", "owners.state")],
    ),
    (
        {f"{P}/beneficial_owners/0/since": "2026-12-02"},
        [(f"{P}/beneficial_owners/0/since", "owners.since")],
    ),
    (
        {
            f"{P}/beneficial_owners/2": {
                **CONTROLLER,
                "cert": {"type": "passport", "no": "XA123456"},
            }
        },
        [(f"{P}/beneficial_owners/2/nationality", "owners.nationality")],
    ),
    (
        {f"{P}/beneficial_owners/0/share_pct": 61},
        [(f"{P}/beneficial_owners/0/share_pct", "owners.share_more")],
    ),
    (
        {
            f"{P}/holders/1": COMPANY,
            f"{P}/beneficial_owners/1": {**STRANGER, "basis": "share", "share_pct": 41},
        },
        [(f"{P}/beneficial_owners/1/share_pct", "owners.share_more")],
    ),
    (
        {f"{P}/supervisors/0": sample.sample()["people"]["finance_officer"]},
        [(f"{P}/supervisors/0/cert/no", "supervisors.office")],
    ),
    (
        {f"{P}/supervisors/0": sample.sample()["people"]["manager"]},
        [(f"{P}/supervisors/0/cert/no", "supervisors.office")],
    ),
    # premises
    ({"/premises/region_code": "990100"}, [("/premises/region_code", "premises.district")]),
    ({"/premises/lease": None}, [("/premises/lease", "premises.lease_needed")]),
    ({"/premises/lease/to": "2026-11-30"}, [("/premises/lease/to", "premises.lease_over")]),
    (
        {"/premises/lease/from": "2027-01-01", "/premises/lease/to": "2026-12-31"},
        [("/premises/lease/to", "premises.lease_order")],
    ),
    # 民法典 art. 705: twenty years at most.
    ({"/premises/lease/from": "2026-11-11", "/premises/lease/to": "2046-11-11"}, []),
    (
        {"/premises/lease/from": "2026-11-11", "/premises/lease/to": "2046-11-12"},
        [("/premises/lease/to", "premises.lease_long")],
    ),
    # 民法典 art. 173: a mandate ends with its period.
    ({f"{P}/proxy/valid_until": "2020-06-30"}, [(f"{P}/proxy/valid_until", "proxy.expired")]),
    # 受益所有人信息管理办法 art. 6: a quarter or more, the direct share at least.
    (
        {f"{P}/beneficial_owners/0/share_pct": 10},
        [(f"{P}/beneficial_owners/0/share_pct", "owners.share_low")],
    ),
    (
        {f"{P}/beneficial_owners/0/share_pct": 30},
        [(f"{P}/beneficial_owners/0/share_pct", "owners.share_less")],
    ),
    (
        {f"{P}/beneficial_owners/0/share_pct": Decimal("12345.67")},
        [(f"{P}/beneficial_owners/0/share_pct", "percent.range")],
    ),
    (
        {f"{P}/beneficial_owners/0/share_pct": 600},
        [(f"{P}/beneficial_owners/0/share_pct", "percent.range")],
    ),
    ({"/premises/usage": "residential"}, [("/premises/neighbours_consent", "premises.consent")]),
    # departments
    ({"/seal/items/0/kind": "contract"}, [("/seal/items", "seal.official")]),
    ({"/seal/items/0/qty": 2}, [("/seal/items/0/qty", "seal.official_one")]),
    ({"/seal/items/1/kind": "invoice"}, [("/seal/items/2/kind", "seal.repeated")]),
    (
        {
            "/seal/items/2/kind": "contract",
            "/tax/invoice/kinds/0": PAPER,
            **LIMITED,
        },
        [("/seal/items", "seal.invoice_needed")],
    ),
    # 公告2018年第29号, for invoices on paper
    ({"/tax/invoice/kinds/0": PAPER}, [("/tax/invoice/limit", "tax.invoice_limit_needed")]),
    (
        {"/tax/invoice/kinds/0": PAPER, "/tax/invoice/limit": 100_001},
        [("/tax/invoice/limit", "tax.invoice_limit")],
    ),
    (
        {"/tax/invoice/kinds/0": {"kind": "paper_special", "monthly_qty": 26}, **LIMITED},
        [("/tax/invoice/kinds/0/monthly_qty", "tax.invoice_qty")],
    ),
    (
        {"/tax/invoice/kinds/0": {"kind": "paper_ordinary", "monthly_qty": 51}, **LIMITED},
        [("/tax/invoice/kinds/0/monthly_qty", "tax.invoice_qty")],
    ),
    (
        {"/tax/invoice/kinds/0": {"kind": "paper_special"}, **LIMITED},
        [("/tax/invoice/kinds/0/monthly_qty", "tax.invoice_qty_needed")],
    ),
    (
        {"/tax/invoice/kinds/0/monthly_qty": 5},
        [("/tax/invoice/kinds/0/monthly_qty", "tax.invoice_qty_digital")],
    ),
    (
        {"/tax/invoice/kinds/1/kind": "digital_special"},
        [("/tax/invoice/kinds/1/kind", "tax.invoice_repeated")],
    ),
    ({"/bank/branch_cnaps": "990990100022"}, [("/bank/branch_cnaps", "bank.code_check")]),
    ({"/bank/appointment/date": "2026-11-30"}, [("/bank/appointment/date", "bank.appointment")]),
    ({"/bank/appointment/date": "2027-01-31"}, [("/bank/appointment/date", "bank.appointment")]),
    (
        {"/housing_fund/unit_ratio": 4, "/housing_fund/personal_ratio": 13},
        [
            ("/housing_fund/unit_ratio", "hf.ratio"),
            ("/housing_fund/personal_ratio", "hf.ratio"),
            ("/housing_fund/personal_ratio", "hf.ratio_equal"),
        ],
    ),
    ({"/housing_fund/personal_ratio": 7}, [("/housing_fund/personal_ratio", "hf.ratio_equal")]),
    ({"/housing_fund/first_month": "2026-11"}, [("/housing_fund/first_month", "hf.first_month")]),
    (
        {"/staff/members/0/cert/no": numbered("20101202")["cert"]["no"]},
        [("/staff/members/0/cert/no", "staff.age")],
    ),
    (
        {"/staff/members/1/start_date": "2026-11-30"},
        [("/staff/members/1/start_date", "staff.start_date")],
    ),
    (
        {"/staff/members/1/contract_until": "2026-12-01"},
        [("/staff/members/1/contract_until", "staff.contract")],
    ),
    ({"/staff/members/0/monthly_wage": 0}, [("/staff/members/0/monthly_wage", "money.positive")]),
    (
        {"/delivery/mode": "post", "/delivery/phone": "0999-8800001"},
        [("/delivery/recipient", "delivery.post"), ("/delivery/address", "delivery.post")],
    ),
    ({"/consents/sensitive": False}, [("/consents/sensitive", "consent.needed")]),
    # documents
    ({f"{P}/liaison/cert/no": "431302900101001"}, [(f"{P}/liaison/cert/no", "id.old")]),
    ({f"{P}/liaison/cert/no": "431302199001010019"}, [(f"{P}/liaison/cert/no", "id.invalid")]),
    ({f"{P}/liaison/cert/no": "810000199408230021"}, [(f"{P}/liaison/cert/no", "id.permit")]),
    ({f"{P}/liaison/cert/type": "residence_permit"}, [(f"{P}/liaison/cert/no", "id.permit")]),
    ({f"{P}/liaison/cert/type": "hk_macao_pass"}, [(f"{P}/liaison/cert/no", "cert.shape")]),
    (
        {f"{P}/liaison/cert": {"type": "credit_code", "no": "91431302MA4KB0010N"}},
        [(f"{P}/liaison/cert/type", "cert.person")],
    ),
    (
        {
            f"{P}/holders/1": {
                **COMPANY,
                "cert": {"type": "credit_code", "no": "91440101MA59J3TL4X"},
            }
        },
        [(f"{P}/holders/1/cert/no", "credit_code.invalid")],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), BROKEN)
def test_a_broken_rule_is_named_at_its_place_and_nothing_else_is(defects_of, changes, expected):
    assert sorted(defects_of(changes)) == sorted(expected)


FINE = [
    {f"{P}/liaison/cert/no": "810000199408230021", f"{P}/liaison/cert/type": "residence_permit"},
    {f"{P}/liaison/cert/no": "11010519491231002x"},
    {f"{P}/liaison/cert/no": "110105 19491231 002X"},
    {f"{P}/holders/1": {**COMPANY, "due_date": "2031-11-01"}, "/company/entity_type": "1190"},
    {f"{P}/holders/1": COMPANY},
    {"/company/capital/paid_by": "2031-12-01"},
    {"/company/term": "2046-12-01"},
    {"/company/name/region": "示范"},
    {"/company/name/region": "示范市开元区", "/premises/region_code": "990102"},
    {"/company/scope/items/1": {"code": "P102", "permit": "示许字〔2026〕001"}},
    {"/premises/usage": "residential", "/premises/neighbours_consent": True},
    {"/staff/members": []},
    {"/staff/members/0/cert/no": numbered("20101201")["cert"]["no"]},
    {"/tax/taxpayer_kind": "general"},
    {"/tax/invoice/kinds/0": PAPER, **LIMITED},
    {"/tax/invoice/limit": 10**8},
    {f"{P}/holders/1/mode": "data"},
    {f"{P}/holders/1/mode": "virtual_property"},
    {f"{P}/beneficial_owners/2": CONTROLLER},
    {
        f"{P}/holders/1": COMPANY,
        f"{P}/beneficial_owners/1": {**STRANGER, "basis": "share", "share_pct": 40},
    },
    {f"{P}/holders/1": COMPANY, "/company/entity_type": "1140"},
    {
        "/company/entity_type": "1110",
        f"{P}/holders": [{**COMPANY, "kind": "government", "cert": STATE, "subscribed": 100}],
        f"{P}/beneficial_owners": [{**sample.sample()["people"]["legal_rep"], "basis": "state"}],
        f"{P}/directors/0/position": "chair",
        f"{P}/directors/1": {**DIRECTOR, "position": "vice_chair"},
        f"{P}/directors/2": {**DIRECTOR, **OTHER, "staff_rep": True},
    },
    {"/tax/invoice": None},
    {"/people/manager": None},
    {"/people/proxy": None},
    {f"{P}/beneficial_exempt": True, f"{P}/beneficial_owners": []},
    {
        f"{P}/directors/0/position": "chair",
        f"{P}/directors/1": DIRECTOR,
        f"{P}/directors/2": {**DIRECTOR, **OTHER, "audit_member": True},
        f"{P}/supervision": "audit_committee",
        f"{P}/supervisors": [],
    },
    {f"{P}/supervision": "none", f"{P}/supervisors": [], f"{P}/no_supervisor_agreed": True},
    {
        f"{P}/supervision": "board",
        f"{P}/supervisors": [
            {**sample.person(n), "staff_rep": n == 800_001, "chair": n == 800_002}
            for n in range(800_001, 800_004)
        ],
    },
    {"/delivery/mode": "electronic"},
]


@pytest.mark.parametrize("changes", FINE)
def test_what_the_law_allows_is_not_refused(defects_of, changes):
    assert defects_of(changes) == []


def test_a_single_person_company_has_one_natural_holder(defects_of):
    alone = {
        "/company/entity_type": "1151",
        f"{P}/holders": [{**HOLDER, "subscribed": 100}],
        f"{P}/beneficial_owners": [{**sample.sample()["people"]["legal_rep"], "basis": "share"}],
    }
    assert defects_of(alone) == []
    assert defects_of({**alone, "/company/entity_type": "1130"}) == [
        ("/company/entity_type", "entity.holders")
    ]


@pytest.mark.parametrize("code", ["1152", "1153"])
def test_a_company_owned_by_one_legal_person(defects_of, code):
    owned = {"/company/entity_type": code, f"{P}/holders": [{**COMPANY, "subscribed": 100}]}
    assert defects_of(owned) == []


def test_five_years_from_a_leap_day_end_on_28_february(changed):
    form = changed({}, seed=3)
    form["company"]["capital"]["paid_by"] = "2029-02-28"
    for holder in form["people"]["holders"]:
        holder["due_date"] = "2029-02-28"
    codes = [d.code for d in check(form, today=date(2024, 2, 29)).defects]
    assert "holders.due_date" not in codes
    form["people"]["holders"][0]["due_date"] = "2029-03-01"
    codes = [d.code for d in check(form, today=date(2024, 2, 29)).defects]
    assert "holders.due_date" in codes


def test_a_city_sets_its_own_figures(defects_of):
    city = Locality(
        region_prefixes=("9902",), hf_ratio_max=7, hf_ratios_equal=False, invoice_limit=1
    )
    broken = {"/housing_fund/personal_ratio": 6, "/tax/invoice/kinds/0": PAPER, **LIMITED}
    assert sorted(defects_of(broken, locality=city)) == [
        ("/housing_fund/unit_ratio", "hf.ratio"),
        ("/premises/region_code", "premises.region"),
        ("/tax/invoice/limit", "tax.invoice_limit"),
    ]


def test_other_rows_are_judged_even_if_one_row_cannot_be_read(defects_of):
    found = defects_of(
        {
            f"{P}/holders/0/due_date": "gestern",
            f"{P}/holders/1/due_date": "2099-01-01",
            f"{P}/holders/0/subscribed": "60",
        }
    )
    assert found == [
        (f"{P}/holders/0/subscribed", "type.number"),
        (f"{P}/holders/0/due_date", "date.format"),
        (f"{P}/holders/1/due_date", "holders.due_date"),
    ]


def test_a_repeated_employee_is_told_the_first_line(changed, today):
    form = changed({})
    form["staff"]["members"].append(form["staff"]["members"][0])
    (defect,) = check(form, today=today).defects
    assert (defect.pointer, defect.code) == ("/staff/members/3/cert/no", "staff.repeated")
    assert "第 1 名" in defect.message


def test_a_number_is_compared_in_its_one_spelling_even_beside_another_defect(defects_of):
    typed = {"type": "id_card", "no": "1101051949123100 2x"}
    found = defects_of(
        {
            f"{P}/legal_rep/cert": {**typed, "valid_until": "bald"},
            f"{P}/legal_rep/name": "王一",
            f"{P}/directors/0/cert": {"type": "id_card", "no": "11010519491231002X"},
            f"{P}/directors/0/name": "王一",
        }
    )
    assert found == [(f"{P}/legal_rep/cert/valid_until", "date.format")]


def test_a_defect_beside_what_a_rule_reads_does_not_hide_the_rule(defects_of):
    assert defects_of(
        {
            "/company/name/trade_name": "A",
            "/company/name/industry": "国家级软件",
            "/company/name/alternatives": ["B1", "雷锋云"],
            "/company/scope/items/1": {"code": "P102", "text": 3},
            f"{P}/beneficial_owners": [
                {**STRANGER, "basis": "control", "manner": "other", "mobile": "1"}
            ],
            f"{P}/manager": 3,
            f"{P}/directors/0/cert": MINOR["cert"],
            f"{P}/holders/0/mobile": "x",
        }
    ) == [
        ("/company/name/trade_name", "text.hanzi"),
        ("/company/name/industry", "name.forbidden"),
        ("/company/name/alternatives/0", "text.hanzi"),
        ("/company/name/alternatives/1", "name.forbidden"),
        ("/company/scope/items/1/text", "type.text"),
        ("/company/scope/items/1/permit", "scope.permit"),
        (f"{P}/holders/0/mobile", "mobile.invalid"),
        (f"{P}/directors/0/cert/no", "officer.age"),
        (f"{P}/manager", "type.object"),
        (f"{P}/beneficial_owners", "owners.missing"),
        (f"{P}/beneficial_owners/0/mobile", "mobile.invalid"),
    ]


def test_a_case_is_judged_by_the_rules_of_the_day_it_was_accepted_on(changed):
    # Nobody was asked who sits on the committee, or how somebody controls the company, before the form did.
    former = changed({f"{P}/beneficial_owners/2": {**STRANGER, "basis": "control"}})
    assert [d.code for d in check(former, today=date(2026, 12, 1)).defects] == ["owners.manner"]
    codes = {d.code for d in check(former, today=date(2026, 11, 30)).defects}
    assert not codes & {"owners.manner", "directors.audit", "supervisors.chair"}


def test_three_hundred_employees_have_a_director_of_their_own(changed, today):
    # 公司法 (2023) art. 68; a board of supervisors with somebody of theirs does as well.
    form = changed(
        {
            f"{P}/directors/0/position": "chair",
            f"{P}/directors/1": DIRECTOR,
            f"{P}/directors/2": {**DIRECTOR, **OTHER},
        }
    )
    one = form["staff"]["members"][0]
    form["staff"]["members"] = [
        {**one, "cert": numbered(f"1990{month:02}{day:02}")["cert"]}
        for month in range(1, 13)
        for day in range(1, 26)
    ]
    assert [d.code for d in check(form, today=today).defects] == ["directors.staff"]
    form["people"]["directors"][2]["staff_rep"] = True
    assert check(form, today=today).defects == ()


@pytest.mark.parametrize(
    ("apart", "kinds"),
    [(False, ["110", "210", "410", "310"]), (True, ["110", "210", "410", "310", "510"])],
)
def test_insurances_are_all_or_none_and_maternity_is_within_medical_care(
    changed, today, apart, kinds
):
    # 社会保险法 art. 10, 23, 33, 44, 53: whoever asks for one kind alone gets them all.
    form = changed({"/social_insurance/insurances": ["110"]})
    found = check(form, today=today, locality=Locality(maternity_apart=apart))
    assert (found.defects, found.form["social_insurance"]["insurances"]) == ((), kinds)


def test_a_general_taxpayer_is_one_from_the_period_it_is_registered_in(changed, today):
    # 公告2026年第2号 item 6: nothing to choose any more.
    form = changed({"/tax/taxpayer_kind": "general", "/tax/general_from": "2027-01"})
    found = check(form, today=today)
    assert (found.defects, found.form["tax"]["general_from"]) == ((), "2026-12")


def test_only_paper_has_a_limit_and_somebody_who_fetches_it(changed, today):
    digital = check(changed({"/tax/invoice/limit": 100}), today=today).form["tax"]["invoice"]
    assert digital.keys() == {"kinds"}
    form = check(changed({"/tax/invoice/kinds/0": PAPER, **LIMITED}), today=today).form
    assert form["tax"]["invoice"]["limit"] == 100_000
    assert form["tax"]["invoice"]["buyer"] == form["people"]["tax_agent"]


def test_an_official_seal_may_be_left_out_where_the_city_lets_the_electronic_one_do(defects_of):
    alone = {"/seal/items": [{"kind": "finance"}]}
    assert defects_of(alone) == [("/seal/items", "seal.official")]
    assert defects_of(alone, locality=Locality(official_seal=False)) == []


def test_answers_to_questions_that_are_asked_no_more_are_set_aside(changed, today):
    form = changed(
        {
            f"{P}/directors/0/residence": "示范市开元区示范路 9 号",
            f"{P}/finance_officer/landline": "0999-8800001",
            "/tax/invoice/credit_total": 1000,
            "/housing_fund/bank_cnaps": "990990100021",
        }
    )
    found = check(form, today=today)
    assert found.defects == ()
    assert "residence" not in found.form["people"]["directors"][0]
    assert "credit_total" not in found.form["tax"]["invoice"]
    assert "bank_cnaps" not in found.form["housing_fund"]
