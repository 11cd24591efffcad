"""Complain by the link alone; what was said and answered only its owner reads."""

from kaiban.domain.complaint import StepKind
from kaiban.domain.roles import Position, Role
from kaiban.orchestrator.window.complaints.settling import Deed, settle
from tests.web.desk.people import hire
from tests.web.following.cases import case_of
from tests.web.visitor import Visitor

WORDS = "材料交了三次，每次说的都不一样"
ANSWER = "已查清，今天办结。"


def answer(city, no):
    person = hire(city.kaiban, name="李敏")
    who = Position(person.login, Role.WINDOW, "main")
    for kind, said in ((StepKind.ASSIGNED, ""), (StepKind.ANSWERED, ANSWER)):
        version = city.kaiban.complaints.complaints.of_case(no)[0].version
        deed = Deed(kind, who, version, said, owner=person.login)
        settle(city.kaiban.complaints, city.kaiban.staff.accounts, no, 1, deed)


def test_anybody_with_the_link_complains_and_only_the_owner_reads_the_words(submitted, city):
    owner = submitted("反山禾")
    page, no = f"/t/{owner.filing_id}/complaints", case_of(owner, city).no
    stranger = Visitor(city.address)
    stranger.open(page).press("提交反映", text=" ", phone="1")
    assert (stranger.status, len(stranger.mistakes)) == (422, 2)
    stranger.press("提交反映", text=WORDS, phone="")
    assert stranger.status == 200
    assert "待指定负责人" in stranger.text
    assert WORDS not in stranger.answer.text
    owner.open(page)
    assert WORDS in owner.text
    answer(city, no)
    assert ANSWER not in stranger.open(page).answer.text
    assert "李敏" in stranger.text
    assert not [
        each for each in stranger.page.forms if "complaints/1" in (each.get("action") or "")
    ]
    stranger.close()


def test_the_owner_has_it_taken_up_again_or_closes_it(submitted, city):
    owner = submitted("再山禾")
    no = case_of(owner, city).no
    owner.open(f"/t/{owner.filing_id}").follow("要反映").press("提交反映", text=WORDS)
    answer(city, no)
    owner.open(f"/t/{owner.filing_id}/complaints")
    assert ANSWER in owner.text
    owner.press("重新办理", text=" ")
    assert (owner.status, len(owner.mistakes)) == (422, 1)
    owner.press("重新办理", text="还是不行")
    assert "处理中" in owner.text
    answer(city, no)
    owner.open(f"/t/{owner.filing_id}/complaints").press("满意，可以办结")
    assert "已办结" in owner.text
    [found] = city.kaiban.complaints.complaints.of_case(no)
    assert (found.state, found.reopened) == ("closed", 1)


def test_it_is_told_in_english_without_a_word_left_out(submitted, city):
    owner = submitted("英山禾")
    owner.open(f"/t/{owner.filing_id}/complaints").press("English")
    assert owner.heading == "Something is not getting done"
    owner.press("Send", text=WORDS, phone="")
    assert "Waiting for somebody to take charge" in owner.text
