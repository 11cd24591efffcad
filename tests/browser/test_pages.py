"""The real pages in a real browser: every page of a filing and of its case, on a phone and a desk."""

import pikepdf
import pytest
from playwright.sync_api import expect

from forms import codes
from forms.structure.pages import PAGES
from tests.browser.clean import assert_clean, faults_on
from tests.browser.scripts import wait_for_script
from tests.combinations import every_second
from tests.journeys.city import KIOSK_KEY, playing
from tests.web.filling import fill_in
from tests.web.following.cases import submit, wait_until
from tests.web.house import PHONE, house
from tests.web.pictures import photograph, scan
from tests.web.rosters import line, pasted
from tests.web.visitor import Visitor

SIZES = ("standard", "large")
WIDTHS = (320, 390, 1280)
BEFORE = (
    "/", "/guide", "/kiosk", "/resume", "/privacy", "/accessibility", "/performance", "/a/{aid}/", "/a/{aid}/links", "/a/{aid}/check",
    "/a/{aid}/phone", "/a/{aid}/staff/0", "/a/{aid}/materials", "/a/{aid}/staff/roster", *(f"/a/{{aid}}/{page.name}" for page in PAGES),
    "/a/{aid}/name/pick/premises.region_code", "/a/{aid}/bank/pick/bank.branch_cnaps?in=", "/a/{aid}/scope/pick/company.scope.items.0.code",
    "/a/{aid}/scope/pick/company.scope.items.0.code?in=F", "/a/{aid}/scope/pick/company.scope.items.0.code?q=g&n=2",
    "/a/{aid}/scope/pick/company.scope.items.0.code?q=%E9%A3%9E%E8%88%B9",
)  # fmt: skip
AFTER = (
    "/a/{aid}/done", "/t/{aid}", "/t/{aid}/seen", "/t/{aid}/rate", "/t/{aid}/package",
    "/t/{aid}/withdraw", "/t/{aid}/materials", "/t/{aid}/delivery", "/a/{aid}/phone",
)  # fmt: skip
UNDERWAY = (
    "/a/{aid}/done", "/t/{aid}", "/t/{aid}/rate", "/t/{aid}/withdraw", "/t/{aid}/more",
    "/t/{aid}/more/materials?links=bank", "/t/{aid}/more/materials?links=bank&next=1",
    "/t/{aid}/more?links=bank&go=1&brought=1",
)  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        yield city


def begun(city):
    visitor = Visitor(city.address)
    visitor.open("/")
    visitor.press("开始填写")
    visitor.press("保存并继续")
    return visitor


@pytest.fixture(scope="module")
def filled(city):
    """A form in order, not yet submitted."""
    visitor = begun(city)
    fill_in(visitor, city.form())
    visitor.go("materials").bring("lease", ("合同.pdf", scan(3)))
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def granted(city):
    """A case whose package is there."""
    visitor = begun(city)
    fill_in(visitor, city.form("云上禾"))
    visitor.go("materials").bring("lease", ("合同.pdf", scan(3)))
    visitor.press("承诺稍后补交", promise="2026-11")
    visitor.go("check")
    visitor.press("提交申请")
    no = city.kaiban.filings.get(visitor.filing_id).case_no
    while not city.kaiban.cases.read(no).ended:
        city.pass_time(minutes=30)
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def underway(city):
    """A case that is being worked on, without the bank."""
    visitor = submit(begun(city), city.form("途中禾"), "bank", but=("bank",))
    city.pass_time(minutes=5)
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def stopped(city):
    """A case that waits for its applicant."""
    visitor = submit(begun(city), city.form("测试补正"))
    wait_until(visitor, city, lambda case: case.open_notice)
    yield visitor
    visitor.close()


@pytest.fixture
def newcomer(city):
    """Somebody whose form is still empty."""
    visitor = begun(city)
    yield visitor
    visitor.close()


def continued(open_page, visitor, cookies=(), **screen):
    """A page of the browser in which the visitor's filing goes on, with some more cookies."""
    page = open_page(visitor.address, **screen)
    known = {c.name: c.value for c in visitor.http.cookies} | dict(cookies)
    page.context.add_cookies(
        [{"name": k, "value": v, "url": visitor.address} for k, v in known.items()]
    )
    return page


def look_at(open_page, visitor, paths, size, widths=WIDTHS, lang="zh-CN"):
    """Everything wrong with these pages on screens of these widths."""
    page = continued(open_page, visitor, {"kaiban_size": size, "kaiban_lang": lang})
    found = []
    for path in paths:
        page.goto(visitor.address + path.format(aid=visitor.filing_id))
        found += [f"{path}: {fault}" for fault in faults_on(page, widths)]
    return found


@pytest.mark.parametrize(("size", "widths"), every_second(SIZES, WIDTHS))
def test_the_pages_of_a_filing_are_clean(filled, open_page, size, widths):
    assert look_at(open_page, filled, BEFORE, size, widths) == []


@pytest.mark.parametrize(("size", "widths"), every_second(SIZES, WIDTHS))
def test_the_pages_of_a_case_are_clean(granted, open_page, size, widths):
    assert look_at(open_page, granted, AFTER, size, widths) == []


@pytest.mark.parametrize(("size", "widths"), every_second(SIZES, WIDTHS))
def test_the_pages_of_a_case_under_way_are_clean(underway, open_page, size, widths):
    assert look_at(open_page, underway, UNDERWAY, size, widths) == []


def test_a_correction_and_what_it_changes_are_clean(stopped, city, open_page):
    page = continued(open_page, stopped)
    page.goto(f"{city.address}/t/{stopped.filing_id}/fix")
    assert faults_on(page, WIDTHS) == []
    page.locator("main input[type=text]").first.fill("禾山谷云")
    for box in page.locator("main input[name=confirmed]").all():
        box.check()
    page.get_by_role("button", name="核对补正").click()
    page.get_by_role("heading", name="核对补正内容").wait_for()
    assert faults_on(page, WIDTHS) == []


def test_the_progress_sheet_is_one_page_of_paper(granted, underway, city, open_page, tmp_path):
    for visitor in (granted, underway):
        page = continued(open_page, visitor)
        page.goto(f"{city.address}/t/{visitor.filing_id}")
        sheet = tmp_path / f"{visitor.filing_id}.pdf"
        page.pdf(path=sheet, format="A4", prefer_css_page_size=True)
        with pikepdf.open(sheet) as paper:
            assert len(paper.pages) == 1


def test_somebody_comes_back_on_another_device(city, open_page):
    with house(city) as away:
        visitor = Visitor(away.address)
        visitor.open("/").press("开始填写")
        visitor.press("保存并继续")
        visitor.go("phone").press("获取验证码", phone=PHONE)
        visitor.press("核验并保存", digits=away.digits())
        code = away.kaiban.filings.get(visitor.filing_id).shown_code
        page = open_page(f"{away.address}/resume")
        page.get_by_label("续办码").fill(code)
        page.get_by_label("手机号码").fill(PHONE)
        page.get_by_role("button", name="获取验证码").click()
        page.get_by_label("验证码").wait_for()
        assert_clean(page)
        page.get_by_label("验证码").fill(away.digits())
        page.get_by_role("button", name="打开申请").click()
        page.get_by_role("heading", name="填写开办申请").wait_for()
        assert_clean(page)
        visitor.close()


def test_the_pages_of_a_filing_and_a_case_are_clean_in_english(filled, granted, open_page):
    assert look_at(open_page, filled, BEFORE, "large", [320], "en") == []
    assert look_at(open_page, granted, AFTER, "large", [320], "en") == []


def test_a_mistake_takes_the_focus_and_leads_to_its_field(newcomer, open_page):
    page = continued(open_page, newcomer)
    page.goto(f"{newcomer.address}/a/{newcomer.filing_id}/fund")
    page.get_by_role("button", name="保存并继续").click()
    wait_for_script(page, "document.activeElement.hasAttribute('data-errors')")
    page.locator("[data-errors] a").first.click()
    wait_for_script(page, "(document.activeElement.name || '').startsWith('housing_fund.')")
    assert_clean(page)


def test_a_machine_in_the_hall_warns_and_then_forgets(newcomer, open_page):
    page = open_page(newcomer.address)  # turning a machine on ends whatever session it has
    page.goto(f"{newcomer.address}/kiosk")
    page.get_by_label("管理员口令").fill(KIOSK_KEY)
    page.get_by_role("button", name="在这台设备上开启").click()
    page.wait_for_url(f"{newcomer.address}/")
    page = continued(open_page, newcomer, {"kaiban_kiosk": "1"})
    page.clock.install()
    page.goto(f"{newcomer.address}/a/{newcomer.filing_id}/")
    assert_clean(page)
    page.clock.run_for(50_000)
    page.get_by_role("alertdialog").wait_for()
    assert_clean(page)
    page.clock.run_for(15_000)
    page.wait_for_url(f"{newcomer.address}/")
    assert page.get_by_text("这台设备上的申请").count() == 0


def test_a_paper_on_a_machine_in_the_hall_is_clean(filled, open_page):
    page = continued(open_page, filled, {"kaiban_kiosk": "prints"})
    page.goto(f"{filled.address}/a/{filled.filing_id}/materials/articles.pdf")
    assert page.get_by_role("img").count() > 1
    assert page.get_by_role("button", name="打印").is_visible()
    assert faults_on(page, WIDTHS) == []


def test_a_paper_is_printed_on_as_many_sheets_as_it_has(filled, open_page, tmp_path):
    page = continued(open_page, filled, {"kaiban_kiosk": "prints"})
    page.goto(f"{filled.address}/a/{filled.filing_id}/materials/articles.pdf", wait_until="load")
    count = page.get_by_role("img").count()
    page.pdf(path=tmp_path / "paper.pdf", prefer_css_page_size=True)
    with pikepdf.open(tmp_path / "paper.pdf") as paper:
        assert len(paper.pages) == count


@pytest.mark.parametrize("size", SIZES)
def test_a_machine_in_the_hall_has_keys_for_numbers(newcomer, open_page, size):
    page = continued(
        open_page, newcomer, {"kaiban_kiosk": "1", "kaiban_size": size}, width=1280, has_touch=True
    )
    page.goto(f"{newcomer.address}/a/{newcomer.filing_id}/officers")
    number = page.locator("[name='people.legal_rep.cert.no']")
    number.tap()
    pad = page.get_by_role("toolbar", name="数字键盘")
    for each in "99010219900307299X":
        pad.get_by_role("button", name=each, exact=True).tap()
    assert number.input_value() == "99010219900307299X"
    assert_clean(page)
    page.goto(f"{newcomer.address}/resume")
    page.get_by_label("续办码").tap()
    letters = page.get_by_role("toolbar", name="字母和数字键盘")
    for each in "7K4M2QXD":
        letters.get_by_role("button", name=each, exact=True).tap()
    assert page.get_by_label("续办码").input_value() == "7K4M2QXD"
    assert_clean(page)
    letters.get_by_role("button", name="下一项").tap()
    assert page.evaluate("document.activeElement.name") == "phone"
    page.goto(f"{newcomer.address}/kiosk")
    page.get_by_label("管理员口令").tap()
    for each in KIOSK_KEY:
        pad.get_by_role("button", name=each, exact=True).tap()
    assert_clean(page)
    page.get_by_role("button", name="关闭自助机模式").tap()
    page.wait_for_url(f"{newcomer.address}/")
    assert page.locator("html[data-kiosk]").count() == 0


def test_a_taken_name_is_told_while_it_is_typed(newcomer, open_page):
    page = continued(open_page, newcomer)
    page.goto(f"{newcomer.address}/a/{newcomer.filing_id}/name")
    page.locator("[name='company.name.region']").fill("示范市")
    page.locator("[name='company.name.industry']").fill("软件")
    page.get_by_text("有限公司", exact=True).click()
    page.locator("[name='company.name.trade_name']").fill("星野")
    page.locator(".kb-check", has_text="不能使用").wait_for()
    assert_clean(page)


def test_what_is_typed_is_saved_by_itself(newcomer, open_page):
    page = continued(open_page, newcomer)
    page.goto(f"{newcomer.address}/a/{newcomer.filing_id}/fund")
    page.locator("[name='housing_fund.payday']").fill("15")
    page.get_by_text("已自动保存").wait_for()
    page.reload()
    assert page.locator("[name='housing_fund.payday']").input_value() == "15"


@pytest.mark.parametrize("scripts", [True, False])
def test_an_answer_is_chosen_from_its_list_on_a_phone(newcomer, open_page, scripts):
    page = continued(open_page, newcomer, scripts=scripts, has_touch=True, is_mobile=True)
    page.goto(f"{newcomer.address}/a/{newcomer.filing_id}/scope")
    page.get_by_role("button", name="从列表中选 经营范围条目").tap()
    page.get_by_role("link", name="批发和零售业").tap()
    page.get_by_role("link", name="一般项目").tap()
    page.get_by_role("navigation", name="所在位置").wait_for()
    assert_clean(page, scripts=scripts)
    page.get_by_role("button", name="日用百货销售").tap()
    chosen = page.locator("[name='company.scope.items.0.code']")
    chosen.wait_for()
    assert chosen.input_value() == "日用百货销售"
    assert page.url.endswith("#company-scope-items-0-code")
    page.get_by_role("button", name="从列表中再选一项").tap()
    page.get_by_role("textbox", name="按名称或者代码查找").fill("软件开发")
    page.get_by_role("button", name="查找").tap()
    found = sum("软件开发" in item.label for item in codes.SCOPE.items)
    page.get_by_role("heading", name=f"找到 {found} 项").wait_for()
    assert_clean(page, scripts=scripts)
    page.get_by_role("button", name="软件开发").first.tap()
    page.locator("[name='company.scope.items.1.code']").wait_for()
    assert_clean(page, scripts=scripts)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_photograph_is_uploaded_from_a_phone(newcomer, open_page, tmp_path, scripts):
    photo = tmp_path / "身份证正面.jpg"
    photo.write_bytes(photograph())
    page = continued(open_page, newcomer, scripts=scripts, has_touch=True, is_mobile=True)
    page.goto(f"{newcomer.address}/a/{newcomer.filing_id}/materials")
    assert page.locator("#material-identity-camera").get_attribute("capture") == "environment"
    assert page.locator("#material-identity-camera").is_visible()
    assert_clean(page, scripts=scripts)
    page.set_input_files("#material-identity-file", [photo, photo])
    page.get_by_role("button", name="上传“身份证件”").click()
    page.get_by_text("身份证正面.jpg").first.wait_for()
    expect(page.get_by_role("link", name="查看")).to_have_count(2)
    expect(page.locator("#material-identity").get_by_text("已上传")).to_be_visible()
    # To its load event: a function is waited for in frames, and a page without scripts may draw none.
    with page.expect_navigation():
        page.get_by_role("link", name="查看").first.click()
    assert page.evaluate("document.images[0].naturalHeight > document.images[0].naturalWidth")


def test_a_file_refused_takes_the_focus_to_its_control(newcomer, open_page, tmp_path):
    wrong = tmp_path / "a.docx"
    wrong.write_bytes(b"PK\3\4" + bytes(100))
    page = continued(open_page, newcomer)
    page.goto(f"{newcomer.address}/a/{newcomer.filing_id}/materials")
    page.set_input_files("#material-identity-file", wrong)
    page.get_by_role("button", name="上传“身份证件”").click()
    wait_for_script(page, "document.activeElement.hasAttribute('data-errors')")
    page.locator("[data-errors] a").first.click()
    wait_for_script(page, "document.activeElement.id === 'material-identity-file'")
    assert_clean(page)


def test_a_pasted_roster_is_looked_at_before_it_is_written(newcomer, open_page):
    page = continued(open_page, newcomer, width=320)
    page.goto(f"{newcomer.address}/a/{newcomer.filing_id}/staff/roster")
    page.locator("#text").fill(pasted(line(1), line(2, wage="x")))
    page.get_by_role("button", name="读取表格").click()
    wait_for_script(page, "document.activeElement.hasAttribute('data-errors')")
    assert_clean(page)
    page.locator("#text").fill(pasted(line(1), line(2)))
    page.get_by_role("button", name="读取表格").click()
    page.get_by_role("heading", name="确认读到的 2 名职工").wait_for()
    assert_clean(page)
    page.get_by_role("button", name="确认，写进名册").click()
    page.get_by_role("link", name="修改 职工 2").wait_for()
