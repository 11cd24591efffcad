"""A machine of the hall forgets whoever used it, and nothing that was filled in."""

from contextlib import contextmanager
from io import BytesIO
from urllib.parse import urljoin

import pytest
from PIL import Image
from structlog.testing import capture_logs

from kaiban.app import Kaiban
from kaiban.config import ConfigError
from kaiban.orchestrator.window.kiosk import SAFE
from tests.journeys.city import KIOSK_KEY
from tests.serving import serve
from tests.web.filling import fill_in
from tests.web.following.cases import finish, submit
from tests.web.house import Wall
from tests.web.pictures import photograph
from tests.web.visitor import Visitor


@pytest.fixture
def machine(visitor):
    """A visitor's browser that is a kiosk, at the first page."""
    visitor.open("/kiosk").press("在这台设备上开启", key=KIOSK_KEY)
    assert visitor.path == "/"
    return visitor


def begun(machine):
    """A filing begun on the machine, at its list."""
    return machine.press("开始填写").press("保存并继续")


def head(visitor):
    return visitor.answer.text.partition("</head>")[0]


def test_a_browser_is_no_kiosk_until_somebody_says_so(visitor):
    assert "data-kiosk" not in visitor.answer.text
    assert "tel:" in visitor.answer.text
    visitor.open("/kiosk/left")
    assert visitor.path == "/"


def test_a_kiosk_has_a_countdown_and_no_way_out_to_the_telephone(machine):
    assert 'data-kiosk="60"' in machine.answer.text
    assert "tel:" not in machine.answer.text
    assert machine.page.xpath("//form[@action='/kiosk/reset']")
    machine.open("/kiosk")
    assert machine.control("key").get("type") == "password"


@pytest.mark.parametrize("leave", ["pressed", "without scripts"])
def test_it_forgets_the_filing_and_the_choices_but_the_form_is_kept(machine, city, leave):
    machine.press("开始填写")
    machine.press("保存并继续")
    aid = machine.filing_id
    machine.press("长者大字版")
    assert 'data-size="large"' in machine.answer.text
    if leave == "pressed":
        machine.press("结束并清除")
    else:
        assert "600;url=/kiosk/left" in head(machine)
        machine.open("/kiosk/left")
    assert machine.path == "/"
    assert 'data-size="standard"' in machine.answer.text
    assert "这台设备上的申请" not in machine.text
    assert machine.open(f"/a/{aid}/").status == 403
    assert city.kaiban.filings.get(aid)
    assert "data-kiosk" in machine.answer.text


def test_the_next_one_finds_nothing_in_the_machines_history(machine, city):
    aid = submit(begun(machine), city.form()).filing_id
    assert "离开前请记下或者拍下续办码" in machine.text
    machine.press("结束并清除")
    for page in (f"/t/{aid}", f"/t/{aid}/lanes", f"/t/{aid}/rate"):
        assert machine.open(page).status == 403, page
    own = Visitor(city.address)
    assert own.open(f"/t/{aid}").status == 200, "their own telephone shows it by its address"
    own.close()


# --- files ------------------------------------------------------------------------------------------


def pictures(machine):
    """The pictures of the page, as they come, and what comes after the last."""
    urls = machine.page.xpath("//main//img/@src")
    here = machine.answer.url
    answers = [machine.http.get(urljoin(here, url), timeout=60) for url in urls]
    after = machine.http.get(f"{here.partition('?')[0]}?page={len(urls) + 1}", timeout=60)
    return [Image.open(BytesIO(each.content)) for each in answers], after


def test_a_paper_is_seen_as_pictures_on_a_page_that_forgets(machine, city):
    fill_in(begun(machine), city.form())
    path = f"/a/{machine.filing_id}/materials"
    for asked in (city.address, "http://machine.hall.example"):
        machine.http.headers["Referer"] = f"{asked}{path}?come=check"
        machine.open(f"{path}/articles.pdf")
        assert 'data-kiosk="60"' in machine.answer.text
        [back] = machine.page.xpath("//a[contains(@class, 'kb-back')]/@href")
        assert back == f"{path}?come=check"
    found, after = pictures(machine)
    assert len(found) > 1
    assert all(each.format == "PNG" and each.height > each.width > 1000 for each in found)
    assert after.status_code == 404
    assert machine.open(f"{path}/articles.pdf?page=x").status == 404
    for elsewhere in ("https://elsewhere.example/a", machine.answer.url):
        machine.http.headers["Referer"] = elsewhere
        machine.open(f"{path}/articles.pdf")
        [back] = machine.page.xpath("//a[contains(@class, 'kb-back')]/@href")
        assert machine.open(back).heading == "填写开办申请"


def test_a_photograph_is_seen_on_such_a_page_too(machine):
    begun(machine).go("materials").bring("identity", ("证件.jpg", photograph()))
    machine.follow("证件.jpg")
    [found], _ = pictures(machine)
    assert found.format == "JPEG"


def test_the_package_is_seen_and_nothing_is_left_on_the_machine(machine, city, printed):
    aid = submit(begun(machine), city.form("机上禾")).filing_id
    finish(machine, city)
    machine.open(f"/t/{aid}/package")
    assert "下载 PDF" not in machine.text
    for kind in ("zip", "json"):
        assert machine.http.get(f"{city.address}/t/{aid}/package.{kind}").status_code == 404
    machine.follow("打开证照包")
    assert "证照包" in machine.heading
    found, _ = pictures(machine)
    assert len(found) > 1


@pytest.mark.parametrize(("printer", "shown"), [("yes", True), (None, False)])
def test_only_a_machine_with_a_printer_offers_to_print(visitor, printer, shown):
    answers = {"key": KIOSK_KEY} | ({"printer": printer} if printer else {})
    visitor.open("/kiosk").press("在这台设备上开启", **answers)
    assert ("data-prints" in visitor.answer.text) is shown


# --- the key ----------------------------------------------------------------------------------------


@contextmanager
def hall(city, **settings):
    """Serve the city's pages a second time, with other settings and real time set by hand."""
    kaiban = Kaiban({**city.kaiban.environ, **settings})
    kaiban.clock, kaiban.engine = city.kaiban.clock, city.kaiban.engine
    kaiban.wall = Wall(kaiban.wall)
    with serve(kaiban.pages()) as address:
        visitor = Visitor(address)
        visitor.wall = kaiban.wall
        yield visitor.open("/kiosk")
        visitor.close()
    kaiban.database.close()


def is_kiosk(visitor):
    return "data-kiosk" in visitor.open("/").answer.text


@pytest.mark.parametrize("key", ["", "202603041235", "20260304123", "2026030412344", "钥匙钥匙"])
def test_without_the_key_nobody_turns_it_on_or_off(visitor, machine, key):
    machine.open("/kiosk").press("关闭自助机模式", key=key)
    assert (machine.status, machine.mistakes) == (422, ["口令不正确，请向管理员核对后再输入。"])
    if key:
        assert key not in machine.answer.text
    assert is_kiosk(machine)


def test_nobody_makes_their_own_browser_a_kiosk(visitor):
    visitor.open("/kiosk").press("在这台设备上开启", key="123456789012")
    assert visitor.status == 422
    assert not is_kiosk(visitor)


def test_whoever_looks_after_the_machine_ends_it_with_the_key_and_it_forgets(machine, city):
    machine.press("开始填写")
    machine.press("保存并继续")
    aid = machine.filing_id
    machine.open("/kiosk").press("关闭自助机模式", key="２０２６０３０４１２３４ ")
    assert machine.path == "/"
    assert not is_kiosk(machine)
    assert machine.open(f"/a/{aid}/").status == 403


def test_whoever_tries_out_keys_keeps_nobody_out_and_stands_in_the_log(city):
    with hall(city) as visitor, capture_logs() as logs:
        for _ in range(25):
            visitor.press("在这台设备上开启", key="000000000000")
        assert visitor.mistakes == ["口令不正确，请向管理员核对后再输入。"]
        visitor.press("在这台设备上开启", key=KIOSK_KEY)
        assert is_kiosk(visitor), "from the same address, at once"
    tried = [each for each in logs if each["event"] == "kiosk_key_wrong"]
    assert (len(tried), tried[0]["address"], tried[0]["security"]) == (25, "127.0.0.1", True)
    assert KIOSK_KEY not in repr(logs)


def test_twelve_random_digits_are_not_guessed_in_a_month_of_a_thousand_tries_a_second():
    assert 30 * 24 * 3600 * 1000 / 10**SAFE < 0.003


def test_a_city_without_a_key_says_so_and_a_machine_stays_one(city):
    with hall(city, KAIBAN_KIOSK_KEY="") as visitor:
        assert "本市没有启用自助机模式" in visitor.text
        assert not visitor.page.xpath("//main//form")
        token = visitor.page.xpath("//input[@name='csrf_token']/@value")[0]
        url = f"{visitor.address}/kiosk"
        sent = {"csrf_token": token, "key": "", "do": "on"}
        assert visitor.http.post(url, data=sent, timeout=60).status_code == 422
        assert not is_kiosk(visitor)
        visitor.http.cookies.set("kaiban_kiosk", "1")
        assert is_kiosk(visitor), "what was one forgets on, rather than that it remembers"
        assert "清除这个浏览器的数据" in visitor.open("/kiosk").text


@pytest.mark.parametrize("key", ["1234567", "1" * 65, ""])
def test_a_key_that_is_none_stops_the_start(tmp_path, key):
    (tmp_path / "key").write_text(key)
    kaiban = Kaiban({"KAIBAN_VAR": str(tmp_path), "KAIBAN_KIOSK_KEY": f"file:{tmp_path}/key"})
    with pytest.raises(ConfigError, match="KAIBAN_KIOSK_KEY"):
        _ = kaiban.kiosk_key
    with pytest.raises(ConfigError, match="a reference"):
        Kaiban({"KAIBAN_KIOSK_KEY": "123456789012"})
