"""A look at a page while it is typed: right, wrong, half, masked, garbage; nothing is kept."""

import pytest

from forms.sample import id_card
from kaiban.web.applicant.answering.live_checks import LATER
from tests.web.following.cases import submit
from tests.web.visitor import Visitor

OTHER = "0" if id_card(1)[-1] != "0" else "1"
WRONG_ID = id_card(1)[:-1] + OTHER
HOLDER = "people.holders.0."
CERT = {"people.legal_rep.cert.type": "id_card"}


@pytest.fixture
def glance(filing):
    """Return a function: page, what is typed -> what the page is told."""

    def look(page, typed, **headers):
        filing.go(page.partition("/")[0])
        answer = post(filing, page, typed, **headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.json()

    return look


def post(visitor, page, typed, aid=""):
    url = f"{visitor.address}/a/{aid or visitor.filing_id}/{page}/glance"
    control = visitor.control("csrf_token")
    token = {"csrf_token": control.get("value")} if control is not None else {}
    return visitor.http.post(url, data={**token, **typed}, timeout=60)


@pytest.mark.parametrize(
    ("page", "typed", "control", "words"),
    [
        ("officers", CERT | {"people.legal_rep.cert.no": WRONG_ID}, "people-legal_rep-cert-no", "逐位核对"),
        ("officers", {"people.legal_rep.mobile": "1380000"}, "people-legal_rep-mobile", "11 位手机号码"),
        ("officers", CERT | {"people.legal_rep.cert.no": "99010220200101101X"}, "people-legal_rep-cert-no", "核对"),
        ("holders", {f"{HOLDER}cert.type": "credit_code", f"{HOLDER}cert.no": "91350100M000100Y4Z"},
         "people-holders-0-cert-no", "统一社会信用代码有误"),
        ("holders", {f"{HOLDER}mode": "labour"}, "people-holders-0-mode", "作价出资"),
        ("holders", {"company.capital.amount": "一百"}, "company-capital-amount", "请填写数字"),
        ("holders", {"company.capital.paid_by.year": "2050", "company.capital.paid_by.month": "1",
                     "company.capital.paid_by.day": "1"}, "company-capital-paid_by", "五年内"),
        ("name", {"company.name.alternatives": "青禾\nAB"}, "company-name-alternatives", "汉字"),
        ("licence", {"company.postal_code": "12345"}, "company-postal_code", "6 位数字"),
        ("licence", {"company.email": "nobody"}, "company-email", "完整的电子邮箱"),
        ("licence", {"company.contact_phone": "8800001"}, "company-contact_phone", "带区号"),
        ("bank", {"bank.branch_cnaps": "990990100022"}, "bank-branch_cnaps", "校验位不对"),
        ("fund", {"housing_fund.unit_ratio": "40"}, "housing_fund-unit_ratio", "缴存比例"),
        ("staff/3", {"staff.members.3.cert.type": "id_card", "staff.members.3.cert.no": WRONG_ID},
         "staff-members-3-cert-no", "逐位核对"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_control_and_nothing_else(
    glance, page, typed, control, words
):
    rows = {"people.holders:rows": "1", "people.directors:rows": "1"}
    found = glance(page, rows | typed)["wrong"]
    assert list(found) == [control]
    assert words in found[control]


def test_all_that_is_wrong_with_one_answer_is_said_a_sentence_a_line(glance):
    found = glance("name", {"company.name.alternatives": "青\u200b禾\nAB"})["wrong"]
    first, second = found["company-name-alternatives"].splitlines()
    assert "零宽空格" in first
    assert "汉字" in second


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"people.holders:rows": "3"},
        {"company.capital.paid_by.year": "2028", "company.capital.paid_by.month": "13"},
        {"company.capital.amount": "100", "people.holders:rows": "2", f"{HOLDER}subscribed": "40"},
        {f"{HOLDER}cert.type": "passport", f"{HOLDER}name": "张三", "people.holders:rows": "1"},
    ],
    ids=["empty", "rows", "half a day", "not all subscribed", "no number yet"],
)
def test_what_is_not_filled_in_yet_is_not_complained_of(glance, typed):
    assert glance("holders", typed)["wrong"] == {}


def test_what_follows_is_told_beside_what_it_is_made_of(glance):
    rows = {"people.holders:rows": "2", "company.capital.amount": "100"}
    holder = {f"{HOLDER}cert.type": "id_card", f"{HOLDER}cert.no": "99010219900307299x"}
    sums = {f"{HOLDER}subscribed": "60", "people.holders.1.subscribed": "30"}
    found = glance("holders", rows | holder | sums)
    assert found["wrong"] == {}
    assert found["derived"] == {
        "people-holders-0-share_pct": "60 %",
        "people-holders-0-cert-no": "读作 990102********299X。",
        "people-holders-0-birth_date": "1990年3月7日",
        "people-holders-0-sex": "男",
        "people-holders-1-share_pct": "30 %",
        "people-holders-1-birth_date": LATER,
        "people-holders-1-sex": LATER,
        "company-capital-amount": "读作人民币壹佰万元整。",
        "people-holders-0-subscribed": "读作人民币陆拾万元整。",
        "people-holders-1-subscribed": "读作人民币叁拾万元整。 各股东合计 90 万元，注册资本 100 万元。",
    }


def test_a_number_tells_who_somebody_is_where_it_would_be_asked(glance):
    typed = CERT | {"people.legal_rep.cert.no": "99010219900307299X"}
    found = glance("officers", typed)
    assert found["wrong"] == {}
    assert "出生日期：1990年3月7日，性别：男" in found["derived"]["people-legal_rep-cert-no"]


def test_what_other_pages_know_stays_as_the_page_shows_it(filing, glance):
    filing.go("scope")
    filing.press("先保存", company__scope__items__0__code="软件开发")
    found = glance("insurance", {"social_insurance.affiliation": "90"})
    assert found["derived"]["social_insurance-risk_class"] == "1"
    filing.go("insurance")
    assert ">1</p>" in filing.answer.text


def test_a_masked_number_is_neither_wrong_nor_told(filing, glance):
    filing.go("holders")
    filing.press("先保存", **{
        f"{HOLDER}cert.type": "id_card", f"{HOLDER}cert.no": id_card(1),
        f"{HOLDER}mobile": "13800000001",
    })  # fmt: skip
    filing.go("holders")
    shown = {n: filing.control(n).get("value") for n in (f"{HOLDER}cert.no", f"{HOLDER}mobile")}
    assert all("*" in each for each in shown.values())
    rows = {"people.holders:rows": "1", f"{HOLDER}cert.type": "id_card"}
    found = glance("holders", rows | shown)
    assert found["wrong"] == {}
    assert list(found["derived"]) == ["people-holders-0-share_pct"]
    [born] = filing.page.xpath("//*[@id='people-holders-0-birth_date']/p[@role='status']")
    assert born.text_content() == "****"


def test_nothing_is_kept(filing, glance):
    glance("licence", {"company.postal_code": "999000"})
    filing.go("licence")
    assert filing.control("company.postal_code").get("value") == ""


@pytest.mark.parametrize("number", [id_card(1), WRONG_ID])
def test_nothing_typed_stands_in_an_address_or_a_log(glance, number, caplog, capsys):
    glance("officers", CERT | {"people.legal_rep.cert.no": number})
    told = capsys.readouterr()
    written = told.out + told.err + caplog.text
    assert "/glance" in written
    assert number not in written


@pytest.mark.parametrize(
    "typed",
    [
        {"people.holders:rows": "10000", f"{HOLDER}cert.no": "1"},
        {"people.holders:rows": "-1"},
        {"people.holders:rows": "x", "version": "\0"},
        {"people.holders:rows": "1", f"{HOLDER}cert.no": "\0\ud7ff\U0001f600", f"{HOLDER}cert.type": "\0"},
        {"people.holders:rows": "1", f"{HOLDER}cert.type": "id_card", f"{HOLDER}cert.no": "１" * 18},
        {"people.holders:rows": "2", f"{HOLDER}subscribed": "1e-99999", "company.capital.amount": "NaN"},
        {"people.holders:rows": "1", f"{HOLDER}subscribed": "9" * 100_000},
        {"people.holders": "x", "company.capital": ["a", "b"], "company": "1", "": "\0"},
        {f"{HOLDER}due_date.year": "٢٠٢٦", f"{HOLDER}due_date.month": "*" * 999, f"{HOLDER}due_date.day": "\0"},
    ],
)  # fmt: skip
def test_garbage_is_answered_as_anything_else(glance, typed):
    found = glance("holders", typed)
    assert set(found) == {"wrong", "derived"}


@pytest.mark.parametrize("typed", [{}, {"company.scope.items:rows": "0"}])
def test_a_scope_without_entries_tells_of_no_risk(glance, typed):
    assert set(glance("scope", typed)) == {"wrong", "derived"}


def test_a_scope_saved_without_entries_leaves_every_page_open(filing):
    filing.go("scope")
    sent = {name: filing.control(name).get("value") for name in ("csrf_token", "version")}
    saved = filing.http.post(
        f"{filing.address}/a/{filing.filing_id}/scope", data={**sent, "do": "save"}, timeout=60
    )
    assert saved.status_code < 500
    for page in ("scope", "holders", "check"):
        assert filing.go(page).status == 200


def test_too_much_is_refused(filing):
    filing.go("holders")
    answer = post(filing, "holders", {"people.holders.0.name": "名" * 3_000_000})
    assert answer.status_code == 413


def test_only_its_owner_is_told_and_only_of_pages_there_are(filing, city):
    aid = filing.filing_id
    filing.go("holders")
    assert post(filing, "nowhere", {}).status_code == 404
    assert post(filing, "holders/0", {}).status_code == 404
    assert post(filing, "staff/500", {}).status_code == 404
    stranger = Visitor(city.address)
    stranger.open("/")
    stranger.press("开始填写")
    assert post(stranger, "holders", {}, aid=aid).status_code == 403
    stranger.close()


def test_without_the_token_of_the_page_nothing_is_told(filing):
    url = f"{filing.address}/a/{filing.filing_id}/holders/glance"
    assert filing.http.post(url, data={}, timeout=60).status_code == 403


def test_what_was_submitted_is_no_longer_looked_at(city, filing):
    submit(filing, city.form("一瞥禾"))
    aid = filing.path.split("/")[2]
    filing.open("/")
    token = filing.control("csrf_token").get("value")
    answer = filing.http.post(
        f"{city.address}/a/{aid}/holders/glance", data={"csrf_token": token}, timeout=60
    )
    assert answer.status_code == 409


def test_a_sum_is_read_back_in_capital_numerals(glance):
    found = glance(
        "holders", {"company.capital.amount": "1,000,000元", "people.holders:rows": "1"}
    )
    assert found["derived"]["company-capital-amount"] == "读作人民币壹佰万元整。"


@pytest.mark.parametrize(
    ("page", "name", "typed", "read"),
    [
        ("licence", "company.contact_phone", "（0999）8800001", "读作 0999-8800001。"),
        ("holders", f"{HOLDER}mobile", "+86 138 0000 0001", "读作 138****0001。"),
        ("holders", f"{HOLDER}cert.no", "990102 19900307 299x", "读作 990102********299X。"),
        ("fund", "housing_fund.unit_ratio", "８％", "读作 8 %。"),
    ],
)
def test_what_is_read_otherwise_than_it_was_typed_is_said_beside_it(
    filing, glance, page, name, typed, read
):
    more = {"people.holders:rows": "1", f"{HOLDER}cert.type": "id_card"}
    told = glance(page, more | {name: typed})
    assert told["wrong"] == {}
    assert told["derived"][name.replace(".", "-")].startswith(read)


def test_a_day_is_said_as_it_was_read_and_nothing_of_what_is_typed_as_it_is_read(filing, glance):
    day = {"people.proxy.valid_until.year": "２０２７/１２/３１"}
    proxy = {"people.proxy:present": "yes"}
    told = glance("contacts", proxy | day)["derived"]
    assert told["people-proxy-valid_until"] == "读作 2027年12月31日。"
    parts = {"year": "2027", "month": "1", "day": "2"}
    plain = {f"people.proxy.valid_until.{part}": text for part, text in parts.items()}
    assert "people-proxy-valid_until" not in glance("contacts", proxy | plain)["derived"]
    assert glance("licence", {"company.contact_phone": "0999-8800001"})["derived"] == {}


def test_without_scripts_the_next_page_says_how_it_was_read(filing):
    filing.go("licence")
    filing.press(
        "保存并继续", company__contact_phone="（0999）8800001", company__licence__paper="yes"
    )
    assert filing.status == 200
    assert "/licence" not in filing.path
    assert "联系电话 0999-8800001" in filing.text
    filing.go("licence").press("保存并继续")
    assert "统一的写法" not in filing.text
