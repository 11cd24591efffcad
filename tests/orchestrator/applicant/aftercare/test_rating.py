import pytest
from sqlalchemy import text

from kaiban.orchestrator.applicant.aftercare.rating import Opinion, answer, rate
from kaiban.orchestrator.complaint_office import ComplaintOffice
from kaiban.orchestrator.reporting.records import opinions
from kaiban.ports import CaseNotFound, Done, Ref, Rejected
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.cases.records.complaints import SqlComplaints
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import KEYRING

GRANTED = Done(Ref("key", "N-1"), {"credit_code": "91X"})


def with_door(driver):
    """The driver, and where bad ratings become tasks."""
    parts = (driver.database, KEYRING)
    driver.door = ComplaintOffice(
        driver.office, SqlComplaints(*parts), SqlRateLimits(*parts), lambda *_: "", driver.clock.now, told=False,
    )  # fmt: skip
    return driver


@pytest.fixture
def driver(drive):
    return with_door(
        drive(Scripted("registration", GRANTED, steps=REGISTRATION), Scripted("seal", GRANTED))
    )


@pytest.fixture
def no(driver):
    no = driver.open()
    driver.finish(no)
    return no


def codes(outcome):
    return [defect.code for defect in outcome]


def ratings(driver, no):
    return {each.link: (each.level, each.remark) for each in driver.office.cases.ratings(no)}


def test_the_case_and_each_link_have_a_rating_of_their_own(driver, no):
    given = rate(driver.door, no, Opinion(5, remark=" 很快 "))
    rate(driver.door, no, Opinion(2, "seal", "等了很久", "window"))
    assert ratings(driver, no) == {"": (5, "很快"), "seal": (2, "等了很久")}
    assert driver.office.cases.ratings(no)[0] == given
    assert (given.source, given.at, given.is_bad) == ("web", driver.clock.at, False)
    assert driver.office.cases.ratings(no)[1].is_bad


def test_a_rating_may_be_given_anew_until_it_is_answered(driver, no):
    rate(driver.door, no, Opinion(1, remark="太慢"))
    rate(driver.door, no, Opinion(3))
    assert ratings(driver, no) == {"": (3, "")}
    answered = answer(driver.office, no, "", " 已联系申请人 ", "wang")
    assert (answered.answer, answered.answered_by) == ("已联系申请人", "wang")
    assert codes(rate(driver.door, no, Opinion(1))) == ["rating.answered"]
    assert ratings(driver, no) == {"": (3, "")}
    assert answer(driver.office, no, "", "更正", "li").answer == "更正"


def test_everything_wrong_with_a_rating_is_said_at_once(driver, no):
    found = codes(rate(driver.door, no, Opinion(6, "moon", "x" * 501, "phone")))
    assert found == ["rating.level", "rating.link", "rating.remark", "rating.source"]
    assert codes(rate(driver.door, no, Opinion(0))) == ["rating.level"]
    assert ratings(driver, no) == {}


def test_nothing_is_rated_before_it_has_ended(driver):
    no = driver.open()
    assert codes(rate(driver.door, no, Opinion(5))) == ["rating.too_early"]
    assert codes(rate(driver.door, no, Opinion(5, "registration"))) == ["rating.too_early"]
    driver.turn()
    assert rate(driver.door, no, Opinion(5, "registration")).level == 5
    assert codes(rate(driver.door, no, Opinion(5))) == ["rating.too_early"]


def test_who_was_refused_may_say_what_they_think(drive):
    driver = with_door(drive(Scripted("registration", Rejected("E", "不予"), steps=REGISTRATION)))
    no = driver.open()
    driver.finish(no)
    assert rate(driver.door, no, Opinion(1)).level == 1


def test_an_answer_needs_words_and_a_rating(driver, no):
    assert codes(answer(driver.office, no, "", "谢谢", "wang")) == ["rating.none"]
    rate(driver.door, no, Opinion(1))
    assert codes(answer(driver.office, no, "", "  ", "wang")) == ["rating.answer"]


def test_a_case_that_is_not_there_is_told(driver):
    with pytest.raises(CaseNotFound):
        rate(driver.door, "KB0", Opinion(5))


def test_remarks_and_answers_are_sealed(driver, no):
    rate(driver.door, no, Opinion(1, remark="张三态度差"))
    answer(driver.office, no, "", "已向张三了解", "wang")
    with driver.database.reading() as connection:
        rows = repr(connection.execute(text("SELECT * FROM ratings")).all())
    assert "张三" not in rows
    assert "张三".encode().hex() not in rows


def test_a_rating_reads_in_words(driver, no):
    [said] = opinions([rate(driver.door, no, Opinion(2))])
    assert (said["level_title"], said["answered_at"]) == ("不满意", None)
    assert said["at"].endswith("+08:00")
