import pytest

#: Whom a word in the company's name makes ask, what is asked for, and a good answer.
ASKED = {
    "测试补正登记": ("registration", "/premises/detail", "青云路 9 号 3 栋 502 室"),
    "测试补正公章": ("seal", "/seal/engraver", "990102000002"),
    "测试补正银行": ("bank", "/bank/appointment/mode", "video"),
    "测试补正社保": ("social_insurance", "/social_insurance/affiliation", "50"),
    "测试补正公积金": ("housing_fund", "/housing_fund/branch", "99010002"),
}


@pytest.mark.parametrize("words", ASKED)
def test_a_department_asks_and_only_its_own_link_is_sent_again(city, words):
    department, pointer, value = ASKED[words]
    links = dict.fromkeys(["registration", department, "bank"])
    no = city.submit(city.form(words), *links)
    case = city.follow(no)
    assert case["status"] == "needs_correction"
    assert [item["pointer"] for item in case["notices"][0]["items"]] == [pointer]
    assert [item["link"] for item in case["notices"][0]["items"]] == [department]

    assert city.correct(no, {pointer: value}).ok
    case = city.follow(no)
    assert (case["status"], len(case["notices"])) == ("completed", 1)
    assert case["notices"][0]["answered_at"]
    revised = {each["name"] for each in case["links"] if each["steps"][0]["revision"] == 2}
    assert revised == {department}
    steps = [(c.department, c.step) for c in city.hall.commits()]
    assert len(steps) == len(set(steps))


def test_what_is_done_outside_the_form_is_confirmed_without_a_change(city):
    no = city.submit(city.form("测试补正税务"), "registration", "tax")
    city.follow(no)
    assert city.correct(no, {}, "tax").ok
    assert city.follow(no)["status"] == "completed"


def test_waiting_for_the_applicant_stops_the_clock_and_nothing_else_does(city):
    no = city.submit(city.form("测试补正银行"), "registration", "bank")
    before = city.follow(no)
    city.pass_time(minutes=40)
    after = city.case(no)
    passed = {name: n - before["elapsed"][name] for name, n in after["elapsed"].items()}
    assert passed == {
        "wall_minutes": 40, "paused_minutes": 40, "working_minutes": 0, "closed_minutes": 0,
        "provisional": False,
    }  # fmt: skip
    assert after["ledger"]["applicant"] == before["ledger"]["applicant"] + 40


def test_only_what_the_notice_names_may_be_changed_and_the_answer_is_checked(city):
    no = city.submit(city.form("测试补正银行"), "registration", "bank")
    city.follow(no)
    wrong = {"/company/capital/amount": 1, "/bank/appointment/mode": "telepathy"}
    answer = city.correct(no, wrong)
    assert answer.status_code == 422
    assert [each["code"] for each in answer.json()["errors"]] == ["correction.not_open"]
    answer = city.correct(no, {"/bank/appointment/mode": "telepathy"})
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/bank/appointment/mode"]
    assert city.correct(no, {"/bank/appointment/mode": "visit"}).status_code == 422
    assert city.link(no, "bank")["status"] == "needs_correction"


def test_a_second_notice_about_what_the_first_could_have_said_is_counted(city):
    form = city.form("测试补正登记")
    form["bank"]["appointment"]["date"], monday = city.sunday()
    no = city.submit(form, "registration", "bank")
    assert city.follow(no)["second_notices"] == 0
    assert city.correct(no, {"/premises/detail": "青云路 9 号"}).ok
    case = city.follow(no)
    assert [notice["repeats"] for notice in case["notices"]] == [False, True]
    assert case["second_notices"] == 1
    assert city.correct(no, {"/bank/appointment/date": monday}).ok
    assert city.follow(no)["status"] == "completed"
