"""Cross-region intake: taken in here for another hall, originals seen, sent on, received there, the result handed over here."""

import json
from dataclasses import replace

import pytest

from kaiban.domain.cases.cross_region.intake import IntakeRule, seen_originals
from kaiban.domain.cases.cross_region.passage import legs_of, stage_of
from kaiban.domain.desk.worklist import holder_of
from kaiban.domain.papers.delivery import settled_by
from kaiban.orchestrator.applicant.correcting import Amendment, correct
from kaiban.orchestrator.applicant.withdrawing import withdraw
from tests.web.desk.assisted.clerk import APPLICANT, Clerk
from tests.web.desk.by_hand.test_by_hand import scan, send
from tests.web.desk.cross_region.crossing import taken_in, today, where
from tests.web.desk.exit_desk.test_exit import WHO
from tests.web.desk.people import OTHER, OWN, at_desk, hire


@pytest.fixture
def colleague(city):
    """Somebody at a window of the deciding hall."""
    return hire(city.kaiban, hall=OTHER, name="王芳")


@pytest.fixture
def there(city, colleague):
    """That person's browser."""
    visitor = at_desk(city.address, colleague)
    yield visitor
    visitor.close()


def case(city, no):
    return city.kaiban.cases.read(no)


def kinds(city, no, *wanted):
    return [each.kind for each in case(city, no).events if not wanted or each.kind in wanted]


def certify(desk, *documents):
    form, button = desk.button("登记看过的原件")
    values = [(n, v) for n, v in form.form_values() if n not in ("document", "do")]
    values += [*(("document", each) for each in documents), ("do", button.get("value"))]
    return desk._arrived(  # noqa: SLF001 - several ticks have one name
        desk.http.post(desk.address + form.get("action"), data=values, timeout=250)
    )


def send_on(desk, no):
    desk.open(where(no)).press("转交受理大厅", unseen="yes")
    assert "已经转交" in desk.text, desk.mistakes


# --- from the first page to the last -----------------------------------------------------------------


def test_it_goes_from_hall_to_hall_and_its_result_comes_back(city, person, desk, there, colleague):
    clerk = Clerk(city.address)
    clerk.http.cookies.update(desk.http.cookies)
    form = city.form()
    form["delivery"] = {"mode": "window"}
    clerk.begin(**APPLICANT, deciding=OTHER).fill_in(form).read_back().press("提交申请")
    assert clerk.heading == "已经收件", (clerk.mistakes, clerk.text[:300])
    no = clerk.case(city).no
    clerk.close()
    found = case(city, no)
    assert (found.hall, found.intake) == (OTHER, OWN)
    assert kinds(city, no) == ["accepted", "assisted", "taken_in"], "no department has it yet"

    desk.open(where(no))
    assert "核验原件以后转交" in desk.text
    certify(desk, "filer_identity")
    assert desk.mistakes == []
    seen = seen_originals(case(city, no).events)["filer_identity"]
    assert (seen.actor, seen.text) == (f"window:{person.login}", "办理人的身份证件")
    assert f"李敏（{person.login}）" in desk.text

    there.open(where(no))
    assert not there.page.xpath("//button[contains(., '接收')]"), "not before it was sent on"
    desk.open(where(no)).press("转交受理大厅", unseen="yes")
    assert "等示范市网上大厅" in desk.text

    listed = there.listed("/desk?view=came_in")
    assert no in listed
    assert "待接收" in listed
    there.open(where(no)).press("接收")
    assert holder_of(case(city, no)) == colleague.login
    assert kinds(city, no, "step"), "the departments get it now"
    city.wait_for(no, lambda found: found.ended)

    assert no not in desk.open("/desk/exit").text, "the result is not here yet"
    there.open("/desk/exit").follow(case(city, no).form["company"]["name"]["full"])
    there.press("登记送出", carrier="EMS", tracking="１２３４５６７ 890123")
    assert case(city, no).events[-1].facts["tracking"] == "1234567890123"
    assert "在路上" not in there.text
    assert "等示范市政务服务中心企业开办专区签收" in there.text
    desk.open("/desk/exit")
    assert no in desk.text
    desk.open(where(no)).press("登记收到")
    assert "等申请人来领" in desk.text

    desk.open(f"/desk/cases/{no}/exit")
    form, button = desk.button("登记领走")
    send(desk, form, button, {**WHO, "signature": "paper"}, ("signed.png", scan()))
    assert "已经登记领走" in desk.text, desk.mistakes
    found = case(city, no)
    assert settled_by(found).actor == f"window:{person.login}"
    assert [leg.name for leg in legs_of(found)] == [
        "intake", "waiting", "deciding", "sending", "returning", "collecting",
    ]  # fmt: skip
    assert all(leg.end for leg in legs_of(found))
    assert no not in desk.listed("/desk?view=sent_out")


# --- what is refused ---------------------------------------------------------------------------------


def test_what_nobody_saw_is_told_and_not_sent_on_silently(city, desk):
    no = taken_in(city, lease=True)
    desk.open(where(no)).press("转交受理大厅")
    assert desk.page.xpath("//*[@data-errors]//a/@href") == ["#send_on-unseen"]
    certify(desk.open(where(no)))
    assert desk.mistakes == ["请给看过原件的每一份材料打勾。"]
    certify(desk.open(where(no)), "title_deed")
    assert "没有这份材料" in desk.mistakes[0]
    certify(desk.open(where(no)), "filer_identity", "lease")
    assert desk.mistakes == []
    desk.press("转交受理大厅")
    assert stage_of(case(city, no)) == "sent_on"
    assert "unseen" not in case(city, no).events[-1].facts


def test_each_hall_does_its_own_steps_and_neither_the_others(city, desk, there):
    no = taken_in(city)
    desk.open(where(no))
    form, button = desk.button("转交受理大厅")
    for do in ("receive", "send_result"):
        desk.send(form, button, {"do": do})
        assert desk.status == 409, do
    there.open(where(no))
    token = desk_token(there)
    for do in ("certify", "send_on", "receive_result"):
        answer = there.http.post(
            there.address + where(no),
            data={"csrf_token": token, "do": do, "version": ""},
            timeout=60,
        )
        assert answer.status_code == 409, do
    assert kinds(city, no, "sent_on", "received", "original_seen") == []
    answer = there.http.post(
        there.address + where(no), data={"csrf_token": token, "do": "x"}, timeout=60
    )
    assert answer.status_code == 400


def desk_token(visitor):
    return visitor.page.xpath("//input[@name='csrf_token']")[0].get("value")


def test_pressed_twice_it_happens_once_and_an_older_page_is_told(city, desk):
    no = taken_in(city)
    desk.open(where(no))
    form, button = desk.button("转交受理大厅")
    for _ in range(2):
        desk.send(form, button, {"unseen": "yes"})
        assert desk.mistakes == []
    assert kinds(city, no, "sent_on") == ["sent_on"]
    another = at_desk(city.address, hire(city.kaiban))
    another.open("/desk")
    another.send(form, button, {"unseen": "yes", "csrf_token": desk_token(another)})
    assert another.status == 409
    assert "刚在别处修改过" in another.heading
    assert kinds(city, no, "sent_on") == ["sent_on"]
    another.close()


def test_the_deciding_hall_sends_back_by_one_notice_and_receives_what_was_corrected(
    city, desk, there
):
    no = taken_in(city)
    send_on(desk, no)
    there.open(f"/desk/cases/{no}/notice").press("加进告知书", code="window.lease")
    there.open(where(no)).press("接收")
    assert there.status == 409
    assert "一次性告知书" in there.mistakes[0]
    there.open(f"/desk/cases/{no}/notice").press("发出告知书")
    assert case(city, no).state == "needs_correction"
    assert "等申请人补正以后再接收" in desk.open(where(no)).text
    paper = f"/desk/cases/{no}/notice/1/paper"
    assert desk.page.xpath(f"//main//a[@href='{paper}']"), "to be printed for whoever comes here"
    there.open(where(no)).press("接收")
    assert there.status == 409
    there.open(f"/desk/cases/{no}/notice").press("登记已经改好", how="已在收件大厅改好")
    there.open(where(no)).press("接收")
    assert stage_of(case(city, no)) == "received", there.mistakes


def test_a_case_that_was_withdrawn_is_not_passed_on(city, desk):
    no = taken_in(city)
    desk.open(where(no))
    form, button = desk.button("转交受理大厅")
    withdraw(city.kaiban.office, no)
    desk.send(form, button, {"unseen": "yes"})
    assert desk.status == 409
    assert kinds(city, no, "sent_on") == []
    assert "不用再转" in desk.open(where(no)).text


def test_the_hall_of_intake_sees_how_it_stands_and_not_what_is_filled_in(city, desk, there):
    no = taken_in(city)
    send_on(desk, no)
    answers = [each.open(f"/desk/cases/{no}") and each.text for each in (desk, there)]
    name = case(city, no).form["company"]["name"]["full"]
    assert all(name in each for each in answers)
    assert ["注册资本" in each for each in answers] == [False, True]
    assert not desk.page.xpath("//button[contains(., '显示完整')]")
    assert there.page.xpath("//button[contains(., '显示完整')]")
    for page in ("departments", "notice", "complaints", "obligations"):
        assert desk.open(f"/desk/cases/{no}/{page}").status == 404, page
    assert no in desk.numbers("/desk?view=sent_out")
    assert no not in desk.numbers("/desk"), "it is the other hall's"


def test_it_has_no_page_where_one_hall_does_all(desk, own_case):
    desk.open(where(own_case))
    assert desk.status == 404
    assert "跨域通办" not in desk.open(f"/desk/cases/{own_case}").text


def test_each_persons_document_is_an_original_by_itself(city, desk):
    form = city.form()
    zhang, li = whose(city, form)[:2]
    identities = ((zhang.document,), (zhang.document,), (li.document,), ())
    no = taken_in(city, form, identities=identities)
    desk.open(where(no))
    keys = desk.page.xpath("//input[@name='document']/@value")
    ticks = dict(zip(keys, labels(desk), strict=True))
    his_words, her_words = f"身份证件（{zhang.name}）", f"身份证件（{li.name}）"
    unsaid = "身份证件（没有说明是谁的）"
    assert sorted(ticks.values()) == sorted(["办理人的身份证件", his_words, her_words, unsaid])
    [his] = [key for key, label in ticks.items() if label == his_words]
    certify(desk, his)
    assert desk.mistakes == []
    event = seen_originals(case(city, no).events)[his]
    assert (event.text, len(event.facts["files"].split())) == (his_words, 2)
    assert zhang.document.split()[1] not in his, "a number that tells people apart is no event's"
    assert her_words in labels(desk), "who has seen one has not seen the others"
    assert his_words not in labels(desk)
    desk.press("转交受理大厅")
    assert "有材料没有看到原件" in desk.mistakes[0]


def labels(desk):
    """What can be ticked as seen."""
    found = desk.page.xpath("//input[@name='document']/following-sibling::label")
    return [each.text_content().strip() for each in found]


def whose(city, form):
    """Everybody whose document the registrar asks for."""
    wanted = city.kaiban.office.form.materials(form, ["registration"])
    return next(each.persons for each in wanted if each.key == "identity")


# --- choosing the hall -------------------------------------------------------------------------------


def test_a_hall_the_city_does_not_let_one_take_in_for_is_refused_with_what_was_typed(city, desk):
    desk.open("/desk/new").press("开始填写", **APPLICANT, deciding="nowhere")
    assert desk.status == 422
    assert "不能替这个大厅收件" in desk.mistakes[0]
    desk.press(
        "开始填写", **{**APPLICANT, "actor": "telephone", "identity": "none"}, deciding=OTHER
    )
    assert "当面核验原件" in desk.mistakes[0]
    desk.press("开始填写", **APPLICANT, deciding=OTHER)
    assert desk.mistakes == []


# --- papers and accounts -----------------------------------------------------------------------------


def test_the_receipt_names_both_halls_and_who_saw_which_original(city, desk, person):
    no = taken_in(city, lease=True)
    certify(desk.open(where(no)), "lease")
    desk.open(where(no)).follow("打印收件凭证")
    for words in (
        no, "示范市政务服务中心企业开办专区", "示范市网上大厅（演示：全天开放）", "房屋租赁合同", "看过原件",
        "没有看到原件", "经办：李敏", "示范市政务服务跨域通办事项清单", "2026-01-01",
    ):  # fmt: skip
        assert words in desk.text, words
    assert person.login not in desk.page.xpath("string(//*[contains(@class, 'kb-paper')])")


@pytest.mark.parametrize(
    ("mode", "told", "never"),
    [
        ({"mode": "window"}, "示范市政务服务中心企业开办专区出件窗口", "不用到大厅"),
        ({"mode": "kiosk"}, "大厅自助机", "不用到大厅"),
        # A paper licence or seals may still have to be fetched.
        ({"mode": "electronic"}, "只要电子件", "不用到大厅"),
    ],
)
def test_the_receipt_says_how_the_result_comes(city, desk, mode, told, never):
    form = city.form()
    form["delivery"] = mode
    desk.open(f"{where(taken_in(city, form))}/receipt")
    row = desk.page.xpath("//th[contains(., '结果在哪里领')]/following-sibling::td")[0]
    assert told in row.text_content()
    assert never not in row.text_content()


def test_the_package_and_the_list_of_who_saw_tell_it(city, desk, there, person, printed):
    no = taken_in(city, lease=True)
    certify(desk.open(where(no)), "lease")
    send_on(desk, no)
    there.open(where(no)).press("接收")
    city.wait_for(no, lambda found: found.ended)
    package = city.kaiban.cases.get_package(no)
    told = json.loads(package.summary)
    assert told["hall"]["name"] == OTHER
    assert told["cross_region"]["intake"]["name"] == OWN
    [original] = told["cross_region"]["originals_seen"]
    assert (original["key"], len(original["files"][0])) == ("lease", 64)
    assert person.login not in json.dumps(told, ensure_ascii=False), "who exactly is not in it"
    assert {f"hall:{OWN}", f"hall:{OTHER}"} <= set(told["hours"]["parts"])
    assert sum(told["hours"]["parts"].values()) == told["hours"]["wall_minutes"]
    seen = [
        (each.why, each.what)
        for each in city.kaiban.cases.disclosures(no)
        if each.who == person.login
    ]
    assert ("original", ("materials.lease",)) in seen
    assert {why for why, _ in seen} == {"window", "original"}


# --- what else may happen on the way -----------------------------------------------------------------


def send_all_the_way(city, desk, there, no):
    """Up to the end of the case."""
    send_on(desk, no)
    there.open(where(no)).press("接收")
    city.wait_for(no, lambda found: found.ended)


def test_the_applicant_corrects_before_any_department_has_it(city, desk, there):
    no = taken_in(city)
    send_on(desk, no)
    there.open(f"/desk/cases/{no}/notice")
    there.press("加进告知书", message="电话打不通", pointer="/company/contact_phone")
    there.press("发出告知书")
    wished = {"/company/contact_phone": "0999-8800077"}
    found = correct(city.kaiban.office, no, Amendment(changes=wished))
    assert not isinstance(found, list), found
    assert kinds(city, no, "step") == [], "corrected, and still nobody's but the hall's"
    there.open(where(no)).press("接收")
    assert stage_of(case(city, no)) == "received"
    assert kinds(city, no, "step")


def test_a_city_may_want_every_original(city, desk):
    rule = IntakeRule(OWN, (OTHER,), "清单", today(city), all_originals=True)
    no = taken_in(city, rule=rule)
    desk.open(where(no)).press("转交受理大厅", unseen="yes")
    assert "每一份材料都核验过原件才能转交" in desk.mistakes[0]
    certify(desk.open(where(no)), "filer_identity")
    desk.open(where(no)).press("转交受理大厅")
    assert stage_of(case(city, no)) == "sent_on"


def test_another_parcel_from_an_older_page_is_not_told_as_sent(city, desk, there):
    form = city.form()
    form["delivery"] = {"mode": "window"}
    no = taken_in(city, form)
    send_all_the_way(city, desk, there, no)
    older = there.open(where(no)).button("登记送出")
    for _ in range(2):
        there.send(*older, {"carrier": "EMS", "tracking": "1234567890123"})
        assert "已经登记送出" in there.text, "a second click"
    there.send(*older, {"carrier": "EMS", "tracking": "9999999999999"})
    assert there.status == 409
    assert kinds(city, no, "result_sent") == ["result_sent"]


def test_nobody_hands_out_what_is_under_way_or_in_the_other_hall(city, desk, there):
    form = city.form()
    form["delivery"] = {"mode": "window"}
    no = taken_in(city, form)
    send_all_the_way(city, desk, there, no)
    there.open(f"/desk/cases/{no}/exit")
    handing = there.button("登记领走")
    there.open(where(no)).press("登记送出", carrier="专人", tracking="1")
    assert there.page.xpath("//*[@data-errors]//a/@href") == ["#send_result-tracking"]
    there.press("登记送出", carrier="专人", tracking="")
    assert there.mistakes == []
    send(there, *handing, {**WHO, "signature": "paper"}, ("signed.png", scan()))
    assert there.status == 409
    assert "不在本大厅" in there.mistakes[0]
    assert "在路上" in desk.listed("/desk?view=sent_out")
    assert "等示范市政务服务中心企业开办专区签收" in desk.open(f"/desk/cases/{no}/exit").text
    assert "不用面单" in desk.open(f"/desk/cases/{no}/exit/label").text
    assert settled_by(case(city, no)) is None


def test_what_is_to_be_posted_the_deciding_hall_posts(city, desk, there):
    form = city.form()
    form["delivery"] = {
        "mode": "post", "recipient": "张三", "phone": "13800000000", "address": "示范市开元区 1 号",
    }  # fmt: skip
    no = taken_in(city, form)
    send_all_the_way(city, desk, there, no)
    assert no not in desk.open("/desk/exit").text
    there.open(f"/desk/cases/{no}/exit").press("登记寄出", tracking="1234567890123")
    assert settled_by(case(city, no)).kind == "posted"
    assert [leg.name for leg in legs_of(case(city, no))][-1] == "sending"


def test_files_are_open_to_the_hall_of_intake_until_the_other_one_has_the_case(city, desk, there):
    no = taken_in(city, lease=True)
    for page in (desk, there):
        assert page.open(where(no)).follow("查看 合同.pdf").answer.content.startswith(b"%PDF")
    send_on(desk, no)
    [way] = desk.page.xpath("//a[contains(., '合同.pdf')]/@href")
    there.open(where(no)).press("接收")
    assert desk.open(way).path == where(no), "led back"
    assert "合同.pdf" not in desk.text
    assert there.open(way).answer.content.startswith(b"%PDF")
    assert there.open(f"{where(no)}/file?file=nothing").status == 404


def test_what_the_city_does_not_allow_any_more_is_not_handed_in(city, desk):
    clerk = Clerk(city.address)
    clerk.http.cookies.update(desk.http.cookies)
    clerk.begin(**APPLICANT, deciding=OTHER)
    number = clerk.number
    clerk.fill_in(city.form()).read_back()
    city.kaiban.assisted.change(number, lambda found: replace(found, deciding="closed"))
    clerk.go("read-back").press("提交申请")
    assert (clerk.status, clerk.path.partition("?")[0]) == (422, f"/desk/new/{number}/who")
    assert "不能替这个大厅收件" in clerk.mistakes[0]
    clerk.press("保存", deciding=OWN)
    clerk.read_back().press("提交申请")
    assert (clerk.case(city).hall, clerk.case(city).intake) == (OWN, "")
    clerk.close()
