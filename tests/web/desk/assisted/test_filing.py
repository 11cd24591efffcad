"""From the counter to the case: the form is filled in by staff, and who filed it stays true to the end."""

from dataclasses import replace

import pytest

from kaiban.documents.package.summary import filed
from kaiban.domain.assisted import Actor, AssistedFiling, Authority, Filer, Identity, Way
from kaiban.domain.cases.staff.helped import staff_of
from kaiban.domain.filing import FilingNews
from kaiban.domain.papers.material import Holder
from kaiban.orchestrator.applicant.filing import start
from kaiban.orchestrator.window.assisted.desk import AssistedDesk
from kaiban.orchestrator.window.assisted.handing_in import hand_in
from tests.outages import read_only
from tests.web.desk.assisted.clerk import APPLICANT, BLOCKS
from tests.web.desk.people import OTHER, PASSWORD
from tests.web.filling import controls_of, fill_in
from tests.web.house import PHONE, house
from tests.web.pictures import photograph

TRADES = iter(
    f"帮办{each}" for each in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥金木水火土风雨雷电云"
)
ANOTHER = "13900000077"
#: A button that sends nothing of its own.
BARE: dict[str, str] = {}
AGENT = {
    "actor": "agent", "name": "赵代理", "cert_no": "990102199001011234", "identity": "original",
    "represents": "钱老板", "authority": "power_of_attorney", "authority_no": "委2026-7",
}  # fmt: skip


@pytest.fixture
def form(city):
    return city.form(next(TRADES))


#: Codes are counted by telephone, in a city others share: each test that asks for one has its own.
PHONES = (f"138000330{each:02}" for each in range(99))


@pytest.fixture
def phone():
    return next(PHONES)


def test_a_form_filled_in_at_the_desk_becomes_a_case_of_its_hall(clerk, city, form):
    clerk.hand_in(form)
    case = clerk.case(city)
    assert case.hall == "main"
    assert case.no in clerk.text


def test_whoever_opens_something_else_than_a_company_is_asked_what_that_is_asked(clerk, city):
    clerk.begin(**APPLICANT, type="individual").go("company")
    assert clerk.filing(city).entry == {"applicant": "individual"}
    assert "经营者" in clerk.text
    assert "股东" not in clerk.text


def test_who_filed_it_for_whom_and_by_what_stays_with_the_case(clerk, city, form):
    clerk.hand_in(form, **AGENT)
    by = clerk.case(city).filed_by
    assert (by.filer.actor, by.filer.name, by.filer.represents) == (
        Actor.AGENT,
        "赵代理",
        "钱老板",
    )
    assert (by.filer.authority, by.filer.authority_no) == (Authority.POWER_OF_ATTORNEY, "委2026-7")
    assert (by.filer.identity, by.confirmed) == (Identity.ORIGINAL, Way.PAPER)
    assert by.staff == (clerk.login,)
    told = filed(clerk.case(city))
    assert told["channel"] == "window"
    assert (told["name"], told["represents"]) == ("赵代理", "钱老板")
    assert (told["authority"], told["identity"]) == (
        {"kind": "power_of_attorney", "number": "委2026-7"}, "original",
    )  # fmt: skip
    assert by.filer.cert_no not in str(told)


def test_the_record_names_who_did_it_and_nobody_else(clerk, city, form):
    clerk.hand_in(form, **AGENT)
    accepted, assisted = clerk.case(city).events[:2]
    assert (accepted.kind, accepted.actor) == ("accepted", clerk.login)
    assert (assisted.kind, assisted.facts["actor"]) == ("assisted", "agent")
    assert "赵代理" not in str(assisted)
    clerk.open(f"/desk/cases/{clerk.case(city).no}")
    assert "代理人到场代办" in clerk.text
    assert "赵代理" in clerk.text


def test_its_owner_reads_what_staff_saw(clerk, colleague, city, form):
    clerk.begin().fill_in(form).go().press("挂起")
    colleague.number = clerk.number
    colleague.go().press("接手办理")
    colleague.read_back().press("提交申请")
    case = colleague.case(city)
    seen = {
        each.who: each.what
        for each in city.kaiban.cases.disclosures(case.no)
        if each.why == "assist"
    }
    assert set(seen) == {clerk.login, colleague.login}
    assert all("people.holders.cert.no" in what for what in seen.values())
    assert case.filed_by.staff == (clerk.login, colleague.login)


def test_a_colleague_who_types_into_it_without_taking_it_over_is_told_too(
    clerk, colleague, city, form
):
    clerk.begin().fill_in(form, "company")
    colleague.number = clerk.number
    colleague.go("company")
    colleague.send(*colleague.button("保存并继续"), controls_of(form, BLOCKS[0]))
    clerk.read_back().press("提交申请")
    case = clerk.case(city)
    assert case.filed_by.staff == (colleague.login, clerk.login), "who hands it in is last"
    seen = {each.who for each in city.kaiban.cases.disclosures(case.no) if each.why == "assist"}
    assert seen == {clerk.login, colleague.login}


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"name": ""}, "姓名"),
        ({"actor": "agent"}, "替谁办理"),
        ({"actor": "agent", "represents": "钱"}, "授权文件"),
        ({"represents": "钱"}, "本人办理的"),
        ({"actor": "telephone"}, "电话里看不到证件原件"),
        ({"cert_no": ""}, "证件号码"),
        ({"identity": "real_name"}, "核验流水号"),
        ({"phone": "12"}, "手机号码"),
    ],
)
def test_what_does_not_go_together_is_said_so_and_nothing_is_begun(clerk, city, answers, words):
    before = len(city.kaiban.assisted.unfinished("main"))
    clerk.open("/desk/new").press("开始填写", **{**APPLICANT, **answers})
    assert clerk.status == 422
    assert any(words in each for each in clerk.mistakes), clerk.mistakes
    assert clerk.control("name").get("value") == {**APPLICANT, **answers}["name"]
    assert len(city.kaiban.assisted.unfinished("main")) == before


# --- the applicant's code -------------------------------------------------------------------------


def test_the_resume_code_is_on_no_page_of_the_desk(clerk, city, form):
    clerk.begin(**APPLICANT, phone=PHONE).fill_in(form)
    code = clerk.filing(city).code
    pages = ("", "company", "who", "copy", "materials", "links", "check", "read-back")
    texts = [clerk.go(page).answer.text for page in pages]
    clerk.read_back()
    texts.append(clerk.press("提交申请").answer.text)
    assert clerk.heading == "受理回执"
    for text in texts:
        assert code not in text
        assert f"{code[:4]}-{code[4:]}" not in text
        assert clerk.filing(city).id not in text


def test_no_page_of_the_desk_leads_to_the_owners(clerk, city, form):
    clerk.begin().fill_in(form)
    for page in ("", "company", "employment", "who", "materials", "links", "check", "read-back"):
        ways = clerk.go(page).page.xpath(
            "//a/@href | //form/@action | //@data-autosave | //@data-glance"
        )
        assert [way for way in ways if way.startswith(("/a/", "/t/", "/resume"))] == [], page


# --- reading back ---------------------------------------------------------------------------------


def test_unconfirmed_it_is_not_handed_in(clerk, city, form):
    clerk.begin().fill_in(form)
    clerk.go("check").follow("打开核对单")
    assert "提交申请" not in clerk.text
    version = clerk.control("version").get("value")
    token = clerk.control("csrf_token").get("value")
    answer = clerk.http.post(
        f"{clerk.address}/desk/new/{clerk.number}/submit",
        data={"csrf_token": token, "version": version}, timeout=60,
    )  # fmt: skip
    assert answer.status_code == 422
    assert clerk.filing(city).case_no == ""


def test_a_change_after_it_was_confirmed_asks_anew(clerk, city, form):
    clerk.begin().fill_in(form).read_back()
    assert "申请人已经确认" in clerk.text
    clerk.go("company").press("先保存", **{"company.contact_phone": "0999-8800007"})
    clerk.go("read-back")
    assert "已签字确认" in clerk.text
    assert "申请人已经确认" not in clerk.text
    clerk.press("已签字确认", signed="yes").press("提交申请")
    assert clerk.case(city).filed_by.version == clerk.filing(city).version - 1


def test_who_is_there_said_anew_asks_anew(clerk, form):
    clerk.begin().fill_in(form).read_back()
    clerk.go("who").press("保存", name="李四")
    clerk.go("read-back")
    assert "申请人已经确认" not in clerk.text


def test_a_code_confirms_nothing_while_who_is_there_was_said_anew(
    clerk, colleague, city, form, phone
):
    with house(city) as away:
        clerk.address = colleague.address = away.address
        clerk.begin(**{**APPLICANT, "actor": "telephone", "identity": "none"}, phone=phone)
        clerk.fill_in(form).go("read-back").press("发送验证码")
        digits, colleague.number = away.digits_to(phone), clerk.number
        colleague.go("who").press("保存", name="李四")
        clerk.press("核验并确认", digits=digits)
        assert (clerk.status, "李四" in clerk.text) == (422, True)
        assert city.kaiban.assisted.get(clerk.number).confirmation is None
        clerk.press("核验并确认", digits=digits)
        assert "手机验证码确认" in clerk.text, "read back anew, the code still counts"


def test_a_sheet_nobody_has_signed_confirms_nothing(clerk, form):
    clerk.begin().fill_in(form).go("read-back").press("已签字确认")
    assert clerk.status == 422
    assert "签字" in clerk.mistakes[0]


def test_the_sheet_has_everything_in_full(clerk, form):
    clerk.begin(**AGENT).fill_in(form).go("read-back")
    person = form["people"]["holders"][0]
    assert person["cert"]["no"] in clerk.text
    assert person["mobile"] in clerk.text
    assert "授权委托书" in clerk.text


def test_by_phone_a_code_for_this_version_confirms(clerk, city, form, phone):
    with house(city) as away:
        clerk.address = away.address
        clerk.begin(**{**APPLICANT, "actor": "telephone", "identity": "none"}, phone=phone)
        assert "核验手机号码以后，删除前" in clerk.go().text, "staff may have mistyped it"
        clerk.fill_in(form).go("read-back").press("发送验证码")
        assert clerk.status == 200, clerk.mistakes
        first = away.digits_to(phone)
        assert clerk.number[:3] in away.messages(phone)[0]
        clerk.go("company").press("先保存", **{"company.contact_phone": "0999-8800008"})
        clerk.go("read-back").press("核验并确认", digits=first)
        assert clerk.status == 422, "that code was for another version"
        clerk.go("read-back").press("发送验证码").press("核验并确认", digits=away.digits_to(phone))
        assert "手机验证码确认" in clerk.text
        assert clerk.filing(city).is_proved
        clerk.press("提交申请")
        assert clerk.heading == "受理回执"
        code = clerk.filing(city).shown_code
        assert code not in clerk.answer.text
        assert "发到申请人的手机（等待发送）" in clerk.text
        assert code not in away.messages(phone)[0]
        away.send()
        assert code in away.messages(phone)[0], "the applicant alone reads the code"
        assert "发到申请人的手机（已送出）" in clerk.go("done").text
    told = filed(clerk.case(city))
    assert (told["channel"], told["confirmed"]) == ("telephone", "phone")


# --- found again ----------------------------------------------------------------------------------


class SecondClick:
    """Forms of which a click's first look is from before the other click."""

    def __init__(self, filings, before):
        self.filings, self.before = filings, [before]

    def get(self, filing_id):
        return self.before.pop() if self.before else self.filings.get(filing_id)

    def __getattr__(self, name):
        return getattr(self.filings, name)


def test_two_clicks_at_once_tell_the_code_in_one_message(clerk, city, form, phone):
    with house(city) as away:
        clerk.address = away.address
        clerk.begin(**APPLICANT, phone=phone).fill_in(form).go("read-back").press("发送验证码")
        clerk.press("核验并确认", digits=away.digits_to(phone))
    clerk.address = city.address
    found, before = city.kaiban.assisted.get(clerk.number), clerk.filing(city)
    who = city.kaiban.staff.accounts.get(clerk.login).position
    announcer = replace(city.kaiban.filing_announcer, told=True)
    for _ in range(2):
        click = SecondClick(city.kaiban.filings, before)
        desk = AssistedDesk(
            city.kaiban.office, click, city.kaiban.assisted, city.kaiban.resuming, announcer
        )
        assert hand_in(desk, who, found, before.version, (), ()).no == clerk.filing(city).case_no
    [told] = city.kaiban.filing_messages.of_filing(before.id)
    assert (told.address, told.state.value) == (phone, "waiting")
    assert before.shown_code in told.text


def test_a_parked_form_is_found_by_its_number_and_taken_by_a_colleague(clerk, colleague, city):
    clerk.begin().go("company").press("先保存", **{"company.contact_phone": "0999-8800002"})
    clerk.go().press("挂起")
    shown = f"{clerk.number[:3]} {clerk.number[3:]}"
    assert shown in clerk.text
    colleague.open("/desk/new").press("打开", find=shown)
    colleague.number = clerk.number
    assert colleague.path.startswith(f"/desk/new/{clerk.number}/")
    assert clerk.login in colleague.text
    colleague.press("接手办理")
    assert city.kaiban.assisted.get(clerk.number).held_by == colleague.login
    colleague.go("company")
    assert colleague.control("company.contact_phone").get("value") == "0999-8800002"


def test_without_its_number_it_is_found_by_whoever_came_and_only_in_the_hall(
    clerk, elsewhere, city
):
    first = clerk.begin(**{**APPLICANT, "name": "找一找"}, phone="13900000088").number
    for typed in ("139 0000 0088", "找一找"):
        assert clerk.open("/desk/new").press("打开", find=typed).path == f"/desk/new/{first}/"
        assert elsewhere.open("/desk/new").press("打开", find=typed).status == 404
    second = clerk.begin(**{**APPLICANT, "name": "找一找"}).number
    clerk.open("/desk/new").press("打开", find="找一找")
    shown = {way.split("/")[3] for way in clerk.page.xpath("//main//table//a/@href")}
    assert (clerk.status, shown) == (200, {first, second})
    assert "找一找" not in clerk.path


def test_another_hall_has_no_such_number(clerk, elsewhere):
    clerk.begin()
    elsewhere.open("/desk/new").press("打开", find=clerk.number)
    assert elsewhere.status == 404
    assert clerk.number[:3] not in [
        each[:3] for each in elsewhere.text.split() if each == clerk.number
    ]
    assert elsewhere.open(f"/desk/new/{clerk.number}/").status == 404


def test_what_nobody_saves_is_dropped_whole(clerk, city):
    clerk.begin()
    filing = clerk.filing(city)
    city.kaiban.filings.prune(filing.saved_at.replace(year=filing.saved_at.year + 1))
    assert clerk.number not in {each.number for each in city.kaiban.assisted.unfinished("")}
    assert clerk.go().status == 404


def test_what_an_applicant_has_begun_is_gone_on_with_at_the_desk(
    clerk, elsewhere, city, filing, phone
):
    filing.go("licence").press("先保存", **{"company.contact_phone": "0999-8800002"})
    draft = city.kaiban.filings.get(filing.filing_id)
    city.kaiban.filings.reach(draft.id, phone)
    with house(city) as away:
        clerk.address = elsewhere.address = away.address
        answers = {**APPLICANT, "code": draft.shown_code, "phone": phone}
        clerk.open("/desk/new").follow("接着办申请人自己填的").press("发送验证码", **answers)
        clerk.press("打开申请", digits="000000")
        assert clerk.status == 422
        clerk.press("打开申请", digits=away.digits_to(phone))
        clerk.number = clerk.path.split("/")[3]
        assert clerk.filing(city).id == draft.id
        assert draft.code not in clerk.answer.text
        elsewhere.open("/desk/new/own").press("发送验证码", **answers)
        elsewhere.press("打开申请", digits=away.digits_to(phone))
        assert "别的大厅" in elsewhere.mistakes[0]
    clerk.address = city.address
    clerk.go("company")
    assert clerk.control("company.contact_phone").get("value") == "0999-8800002"


def test_who_had_it_at_the_desk_is_told_to_an_owner_who_hands_it_in_alone(
    clerk, city, filing, form
):
    fill_in(filing, form)
    draft = city.kaiban.filings.get(filing.filing_id)
    filer = Filer(Actor.APPLICANT, "张三", authority=Authority.NONE, identity=Identity.NONE)
    at, number = draft.saved_at, "731902"
    joined = AssistedFiling(number, draft.id, "main", filer, at, (clerk.login,), clerk.login)
    assert city.kaiban.assisted.add(joined)
    filing.go("check").press("提交申请")
    case = city.kaiban.cases.read(city.kaiban.filings.get(draft.id).case_no)
    seen = [each for each in city.kaiban.cases.disclosures(case.no) if each.why == "assist"]
    assert [each.who for each in seen] == [clerk.login]
    assert "people.holders.cert.no" in seen[0].what
    assert case.filed_by is None
    assert staff_of(case) == (clerk.login,)
    assert filed(case) == {"channel": "online", "actor": "applicant", "staff_helped": True}
    assert "窗口帮过忙的人员 " + clerk.login in clerk.open(f"/desk/cases/{case.no}").text


# --- the applicant's telephone --------------------------------------------------------------------


def test_another_telephone_of_a_form_its_applicant_began_is_told_to_the_old_one_and_kept(
    clerk, city, filing, form, phone
):
    fill_in(filing, form)
    draft = city.kaiban.filings.get(filing.filing_id)
    city.kaiban.filings.reach(draft.id, phone)
    with house(city) as away:
        clerk.address = away.address
        answers = {**APPLICANT, "code": draft.shown_code, "phone": phone}
        clerk.open("/desk/new/own").press("发送验证码", **answers)
        clerk.press("打开申请", digits=away.digits_to(phone))
        clerk.number = clerk.path.split("/")[3]
        clerk.go("who").press("保存", phone=ANOTHER)
        clerk.go("who").press("保存", name="李四")
        [told] = city.kaiban.filing_messages.of_filing(draft.id)
        assert told.address == phone
        away.send()
        assert "手机号码刚由窗口工作人员改掉" in away.messages(phone)[0]
        assert ANOTHER not in away.messages(phone)[0]
        assert away.messages(ANOTHER) == []
        clerk.read_back().press("提交申请")
    kinds = [each.kind for each in city.kaiban.filing_messages.of_filing(draft.id)]
    assert kinds == [FilingNews.PHONE_CHANGED], "the new one is nobody's who came back with it"
    case = clerk.case(city)
    assert [each.by for each in city.kaiban.assisted.get(clerk.number).rephoned] == [clerk.login]
    assert (case.filed_by.own, case.filed_by.rephoned) == (True, (clerk.login,))
    assert case.events[1].facts["rephoned"] == clerk.login
    clerk.address = city.address
    page = clerk.open(f"/desk/cases/{case.no}").text
    assert "表单由谁开始 申请人自己填写" in page
    assert f"改过申请人手机号码的 {clerk.login}" in page


def test_a_number_nothing_came_back_from_is_told_nothing_until_it_is_proved(
    clerk, city, form, phone
):
    with house(city) as away:
        clerk.address = away.address
        clerk.begin(**APPLICANT, phone=phone).fill_in(form).read_back().press("提交申请")
        assert clerk.heading == "受理回执"
        filing = clerk.filing(city)
        assert city.kaiban.filing_messages.of_filing(filing.id) == []
        assert "没有用验证码核实过" in clerk.text
        clerk.press("核实并发送续办码", digits="000000")
        assert (clerk.status, "验证码不正确" in clerk.mistakes[0]) == (422, True)
        clerk.press("发送验证码")
        digits = away.digits_to(phone)
        assert filing.shown_code not in "".join(away.messages(phone))
        assert filing.case_no not in "".join(away.messages(phone))
        clerk.press("核实并发送续办码", digits=digits)
        [told] = city.kaiban.filing_messages.of_filing(filing.id)
        assert (told.address, filing.shown_code in told.text) == (phone, True)
        assert "续办码用短信发到申请人的手机" in clerk.text
        assert "没有用验证码核实过" not in clerk.text


def test_a_number_its_applicant_came_back_with_is_told_the_code_unless_staff_changed_it(
    clerk, city, filing, form, phone
):
    fill_in(filing, form)
    draft = city.kaiban.filings.get(filing.filing_id)
    city.kaiban.filings.reach(draft.id, phone)
    with house(city) as away:
        clerk.address = away.address
        answers = {**APPLICANT, "code": draft.shown_code, "phone": phone}
        clerk.open("/desk/new/own").press("发送验证码", **answers)
        clerk.press("打开申请", digits=away.digits_to(phone))
        clerk.number = clerk.path.split("/")[3]
        clerk.read_back().press("提交申请")
    kinds = [each.kind for each in city.kaiban.filing_messages.of_filing(draft.id)]
    assert kinds == [FilingNews.RESUME_CODE]


def test_of_a_form_begun_at_the_desk_a_mistyped_number_is_mended_and_nobody_is_told(clerk, city):
    with house(city) as away:
        clerk.address = away.address
        clerk.begin(**APPLICANT, phone=PHONE).go("who").press("保存", phone=ANOTHER)
    assert city.kaiban.filing_messages.of_filing(clerk.filing(city).id) == []
    assert [each.by for each in city.kaiban.assisted.get(clerk.number).rephoned] == [clerk.login]


def test_a_case_is_found_by_the_telephone_and_the_people_of_the_counter(clerk, city, form):
    clerk.hand_in(form, **AGENT, phone=ANOTHER)
    no = clerk.case(city).no
    for asked in (ANOTHER, AGENT["name"], AGENT["represents"], AGENT["cert_no"]):
        assert no in clerk.open("/desk").press("查找", q=asked).text, asked
    assert ANOTHER not in clerk.path


def test_nothing_tells_at_the_desk_whether_there_is_such_a_draft(clerk, city):
    with house(city) as away:
        clerk.address = away.address
        clerk.open("/desk/new/own")
        clerk.press("发送验证码", **APPLICANT, code="7K4M-2QXD", phone=PHONE)
        assert clerk.status == 200
        clerk.press("打开申请", digits="123456")
        assert clerk.status == 422


# --- copies ---------------------------------------------------------------------------------------


def test_persons_of_an_earlier_case_are_copied_and_its_owner_reads_it(clerk, city, form):
    old = city.submit(form)
    clerk.begin().go("copy").press("查找", source=old)
    clerk.press("照抄", sections=["people", "premises"])
    assert f"照抄自 {old}" in clerk.text
    entry = clerk.filing(city).entry
    assert (
        entry["people"]["holders"][0]["cert"]["no"] == form["people"]["holders"][0]["cert"]["no"]
    )
    assert "company" not in entry
    looks = [each for each in city.kaiban.cases.disclosures(old) if each.why == "copy"]
    assert [each.who for each in looks] == [clerk.login]
    assert "people.holders.cert.no" in looks[0].what


def test_an_earlier_case_is_found_by_a_persons_name_and_only_in_the_hall(
    clerk, city, form, other_case
):
    old = city.submit(form)
    name = form["people"]["holders"][0]["name"]
    clerk.begin().go("copy").press("查找", source=name)
    assert name not in clerk.path
    assert old in clerk.text
    assert other_case not in clerk.text
    clerk.send(clerk.page.xpath(f"//form[.//input[@value='{old}']]")[0], BARE, {})
    clerk.press("照抄", sections=["people"])
    assert f"照抄自 {old}" in clerk.text
    [look] = [each for each in city.kaiban.cases.disclosures(old) if each.why == "copy"]
    assert look.who == clerk.login
    clerk.go("copy").press("查找", source="查无此人")
    assert (clerk.status, clerk.control("source").get("value")) == (404, "查无此人")


def test_what_is_copied_is_no_copy_of_the_name_or_of_promises(clerk, city, form):
    old = city.submit(form)
    clerk.begin().go("copy").press("查找", source=old)
    assert "consents" not in clerk.page.xpath("//input[@name='sections']/@value")
    clerk.press("照抄", sections=["company"])
    assert "name" not in clerk.filing(city).entry["company"]
    assert clerk.filing(city).entry["company"]["capital"]


def test_nothing_is_copied_from_another_hall(clerk, elsewhere, city, other_case):
    clerk.begin().go("copy").press("查找", source=other_case)
    assert clerk.status == 404
    elsewhere.begin()
    clerk.go("copy").press("查找", source=elsewhere.number)
    assert clerk.status == 404
    assert not [each for each in city.kaiban.cases.disclosures(other_case) if each.why == "copy"]


def test_a_colleagues_draft_is_copied(clerk, colleague, city, form):
    colleague.begin().fill_in(form)
    clerk.begin().go("copy").press("查找", source=colleague.number).press(
        "照抄", sections=["people"]
    )
    assert clerk.filing(city).entry["people"] == colleague.filing(city).entry["people"]


# --- what goes wrong ------------------------------------------------------------------------------


def test_what_was_typed_when_the_session_ended_is_kept_and_sent_after_signing_in(clerk, city):
    clerk.begin().go("company")
    form, button = clerk.button("先保存")
    city.kaiban.sessions.end(clerk.login, city.kaiban.staff.wall())
    clerk.send(form, button, {"company.contact_phone": "0999-8800005"})
    assert clerk.path.startswith("/desk/sign-in")
    assert "contact_phone" not in str(clerk.filing(city).entry)
    clerk.person.come_in(clerk, clerk.path)
    clerk.press("接着办理")
    assert clerk.filing(city).entry["company"]["contact_phone"] == "0999-8800005"


def test_what_was_typed_when_the_counter_locked_itself_is_kept(clerk, city):
    clerk.begin().go("company")
    form, button = clerk.button("先保存")
    clerk.press("锁定")
    clerk.send(form, button, {"company.contact_phone": "0999-8800006"})
    clerk.press("继续", password=PASSWORD)
    clerk.press("接着办理")
    assert clerk.filing(city).entry["company"]["contact_phone"] == "0999-8800006"


def test_while_nothing_can_be_written_what_was_typed_stays_on_the_page(clerk, city):
    clerk.begin().go("company")
    form, button = clerk.button("先保存")
    with read_only(city.kaiban.database.engine):
        clerk.send(form, button, {"company.contact_phone": "0999-8800009"})
        assert clerk.status == 503
        assert "没有丢" in clerk.text
    clerk.press("再发送一次")
    assert clerk.filing(city).entry["company"]["contact_phone"] == "0999-8800009"


def test_an_applicants_own_form_has_no_number_at_the_desk(city):
    filing = start(city.kaiban.office, city.kaiban.filings)
    assert filing.id not in {each.filing_id for each in city.kaiban.assisted.unfinished("")}


def test_at_the_desk_a_department_is_one_page(clerk, city, form):
    clerk.begin()
    names = [way.split("/")[-1] for way in clerk.go().page.xpath("//main//li//a/@href")]
    assert names[:6] == ["company", "seal", "tax", "bank", "employment", "finish"]
    clerk.go("company")
    assert clerk.control("company.name.trade_name") is not None
    assert clerk.control("people.legal_rep.name") is not None


def test_before_a_file_is_gone_the_window_is_asked_too(clerk):
    clerk.begin().go("materials").bring("identity", ("正面.jpg", photograph(400, 300)))
    clerk.follow("删除")
    assert clerk.path.startswith(f"/desk/new/{clerk.number}/materials")
    assert (clerk.heading, "正面.jpg" in clerk.text) == ("删除文件", True)
    clerk.press("确认删除")
    assert clerk.path.startswith(f"/desk/new/{clerk.number}/materials")
    assert (clerk.heading, "正面.jpg" in clerk.text) == ("材料", False)


def test_materials_are_brought_at_the_desk_and_go_with_the_case(clerk, city, form):
    clerk.begin().fill_in(form).go("materials")
    clerk.bring("identity", ("证件.jpg", photograph()))
    assert clerk.mistakes == []
    assert clerk.path.startswith(f"/desk/new/{clerk.number}/materials")
    assert "证件" in clerk.text
    clerk.read_back().press("提交申请")
    kept = city.kaiban.office.materials.listed(Holder(case_no=clerk.case(city).no))
    assert [each.key for each in kept if not each.promised] == ["identity"]


def test_whoever_signs_sees_every_promise_in_full_and_takes_home_what_is_still_owed(clerk, city, form):  # fmt: skip
    clerk.begin().fill_in(form).go("materials").press("承诺稍后补交", promise="2026-11")
    assert clerk.mistakes == []
    clerk.go("check").follow("打开核对单")
    for words in ("敏感个人信息单独同意", "同意为办理本事项处理身份证件号码", "已承诺补交", "承诺在期限内补交，材料真实有效"):  # fmt: skip
        assert words in clerk.text
    clerk.press("已签字确认", signed="yes").press("提交申请")
    (owed,) = [
        each for each in city.kaiban.office.materials.listed(Holder(case_no=clerk.case(city).no)) if each.promised
    ]  # fmt: skip
    until = owed.deferred_until
    assert f"还要补交的材料 身份证件 {until.year}年{until.month}月{until.day}日 前" in clerk.text


def test_the_document_of_whoever_is_there_is_read_as_people_type_it(clerk, city):
    clerk.begin(**{**APPLICANT, "cert_no": "９９０１０２ 19900101 123ｘ"})
    filer = city.kaiban.assisted.get(clerk.number).filer
    assert filer.cert_no == "99010219900101123X"
    assert "990102********123X" in clerk.go("who").text or filer.cert_no in clerk.answer.text


def test_the_last_day_that_is_told_is_counted_by_the_hall_that_decides(clerk, city, form):
    clerk.begin(**APPLICANT, deciding=OTHER).fill_in(form)
    clerk.go("materials").press("承诺稍后补交", promise="2026-11")
    told = clerk.go("materials").text
    shown = clerk.go("read-back").text
    clerk.read_back().press("提交申请")
    (owed,) = [
        each for each in city.kaiban.office.materials.listed(Holder(case_no=clerk.case(city).no)) if each.promised
    ]  # fmt: skip
    until = owed.deferred_until
    day = f"{until.year}年{until.month}月{until.day}日"
    assert f"最晚 {day}" in told, "a hall that is open every day has more working days"
    assert day in shown


def test_a_large_file_is_taken_at_the_desk_as_it_is_from_an_applicant(clerk):
    clerk.begin().go("materials")
    clerk.bring("identity", ("大.pdf", b"x" * (13 * 1024 * 1024)))
    assert clerk.status == 422, "told at its control, and not that the request was too large"


def test_what_is_declared_stands_on_the_check_sheet_and_the_receipt(clerk, city, form):
    [words] = city.kaiban.office.city.commitments
    clerk.begin().fill_in(form).go("materials")
    clerk.press("作出承诺", commit=words.version)
    assert clerk.mistakes == []
    clerk.go("read-back")
    for told in (f"{words.title} {words.version} 版", words.text):
        assert told in clerk.text
    clerk.read_back().press("提交申请")
    assert clerk.heading == "受理回执"
    assert words.text in clerk.text
    [event] = [each for each in clerk.case(city).events if each.kind == "committed"]
    assert event.facts["words"] == words.text


def test_a_sign_nobody_can_see_is_taken_out_at_the_window_too(clerk):
    name = "company.name.trade_name"
    clerk.begin().go("company").press("保存并继续", **{name: "青\u200b禾"})
    assert any("零宽空格 U+200B" in each for each in clerk.mistakes)
    clerk.press_value(f"clean:{name}")
    assert clerk.path.startswith("/desk/new/")
    assert clerk.control(name).get("value") == "青禾"
