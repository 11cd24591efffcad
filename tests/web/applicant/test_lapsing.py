"""Whoever has not handed in a form reads until when it is kept, by the rule by which it is dropped."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kaiban.domain.filing import Filing
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.ports import FilingNotFound
from kaiban.web.applicant import lapsing
from kaiban.web.service import service
from tests.web.house import house
from tests.web.visitor import Visitor

#: Nobody else's: what is told of other forms goes to other numbers.
PHONE = "13800071001"
TO_BE_PROVED = "核验手机号码以后，删除前 7 天和 1 天各发一条短信提醒。"


def test_the_list_says_on_which_day_the_form_is_dropped_if_nothing_is_saved(filing, city):
    filings = city.kaiban.filings
    begun = filings.get(filing.filing_id)
    # Long ago, so that what is dropped here is nobody else's.
    long_ago = begun.started_at - timedelta(days=400)
    filings.save(replace(begun, started_at=long_ago, saved_at=long_ago + timedelta(days=3)))
    end = long_ago + timedelta(days=3) + city.kaiban.profile.drafts.kept
    told = end.astimezone(HALL_TIME)
    filing.go("")
    assert "依据：示范市企业开办服务规范" in filing.text
    assert "删除以前不另外发消息。" in filing.text, "this city has no gateway"
    assert f"到 {told.year}年{told.month}月{told.day}日 没有再保存过" in filing.text
    filings.prune(end - timedelta(seconds=1) - city.kaiban.profile.drafts.kept)
    assert filings.get(begun.id).id == begun.id
    filing.go("licence").press("先保存，回清单", company__postal_code="999000")
    saved = filings.get(begun.id).saved_at + city.kaiban.profile.drafts.kept
    told = saved.astimezone(HALL_TIME)
    assert f"到 {told.year}年{told.month}月{told.day}日 没有再保存过" in filing.text
    filings.save(replace(filings.get(begun.id), saved_at=long_ago))
    filings.prune(long_ago + timedelta(seconds=1))
    with pytest.raises(FilingNotFound):
        filings.get(begun.id)


@pytest.fixture
def away(city):
    with house(city) as found:
        yield found


@pytest.fixture
def begun(away):
    """Somebody who has begun a form where messages can be sent, at its list."""
    visitor = Visitor(away.address)
    visitor.open("/").press("开始填写")
    visitor.press("保存并继续")
    yield visitor
    visitor.close()


def of(visitor, city):
    return city.kaiban.filings.get(visitor.filing_id)


def aged(city, filing: Filing, days):
    """Let it have been saved that long ago."""
    at = city.kaiban.clock.now() - timedelta(days=days)
    return city.kaiban.filings.save(replace(filing, saved_at=at))


def remind(away):
    """Look what is due, and send it."""
    away.kaiban.draft_reminding.remind()
    while away.kaiban.relays["drafts"]():
        pass


def last_day(city, filing):
    end = city.kaiban.profile.drafts.ends_on(filing.saved_at)
    return f"{end.year}年{end.month}月{end.day}日"


def test_who_has_proved_a_number_is_told_of_the_day_the_page_says(begun, away, city):
    assert TO_BE_PROVED in begun.text
    begun.go("phone").press("获取验证码", phone=PHONE)
    begun.press("核验并保存", digits=away.digits_to(PHONE))
    assert "删除前 7 天和 1 天各发一条短信提醒。" in begun.text
    assert TO_BE_PROVED not in begun.text
    told = last_day(city, aged(city, of(begun, city), 25))
    remind(away)
    [text, *_codes] = away.messages(PHONE)
    assert f"到{told}没有再保存过" in text
    begun.go("")
    assert f"到 {told} 没有再保存过" in begun.text
    assert "提醒短信：已送出。" in begun.text
    begun.go("licence").press("先保存，回清单", company__postal_code="999000")
    assert "提醒短信" not in begun.text, "that day is no more"
    remind(away)
    assert away.messages(PHONE)[0] == text, "nothing is told of the new day yet"


def test_coming_back_with_a_code_proves_the_number(begun, away, city):
    """It was left where nothing could be sent, as it was typed."""
    city.kaiban.filings.save(replace(of(begun, city), phone="13800071002"))
    assert TO_BE_PROVED in begun.go("").text
    other = Visitor(away.address)
    other.open("/resume").press("获取验证码", code=of(begun, city).shown_code, phone="13800071002")
    other.press("打开申请", digits=away.digits_to("13800071002"))
    assert "删除前 7 天和 1 天各发一条短信提醒。" in other.text
    assert of(begun, city).is_proved
    other.close()


def test_the_sentences_are_in_the_readers_language(begun):
    text = begun.press_value("en").go("").text
    assert "it is deleted with its files" in text
    assert "a short message reminds you 7 days and 1 day before, once each." in text
    assert "示范市企业开办服务规范" not in text


@pytest.mark.parametrize(
    ("ahead", "lang", "told"),
    [
        ((1,), "zh", "核验手机号码以后，删除前 1 天发一条短信提醒。"),
        ((3, 14), "zh", "删除前 14 天和 3 天各发一条短信提醒。"),
        ((1, 7, 3), "zh", "删除前 7 天、3 天和 1 天各发一条短信提醒。"),
        ((1,), "en", "one short message reminds you 1 day before."),
        (
            (1, 7, 3),
            "en",
            "a short message reminds you 7 days, 3 days and 1 day before, once each.",
        ),
    ],
)
def test_each_day_is_said_with_its_unit_and_how_many_messages_come(
    begun, monkeypatch, ahead, lang, told
):
    if lang == "en":
        begun.press_value(lang)
    assert told not in begun.go("").text

    def otherwise():
        return replace(service(), drafts=replace(service().drafts, reminders=ahead))

    monkeypatch.setattr(lapsing, "service", otherwise)
    assert told in begun.go("").text
