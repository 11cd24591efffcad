"""The link by which people follow a case that a program handed in."""

from threading import Barrier, Thread

import pytest

from kaiban.domain.filing import LANGUAGES
from kaiban.orchestrator.applicant.filing import owner_of, start
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.web.presentation import preferences
from tests.api.serving import FORM

PHONE = "13800000000"


@pytest.fixture
def no(served):
    return served.open()


def ask(served, no, body=None, **more):
    return served.call("POST", f"/cases/{no}/progress-link", body or {}, **more)


def kinds(served, no):
    return [event.kind for event in served.driver.case(no).events]


def test_it_is_the_same_link_however_often_it_is_asked_for(served, no):
    told = ask(served, no).get_json()
    filing = served.filings.get(told["url"].removeprefix("http://hall/t/"))
    assert filing.case_no == told["case_no"] == no
    assert (told["resume_code"], told["phone"]) == (filing.shown_code, "")
    assert ask(served, no, {"lang": "en"}).get_json() == told
    assert kinds(served, no).count("progress_link") == 1


def test_with_a_telephone_the_code_leads_back_to_the_case(served, no):
    code = ask(served, no).get_json()["resume_code"].replace("-", "")
    assert served.filings.find(code, PHONE) is None
    told = ask(served, no, {"phone": "138 0000 0000"}).get_json()
    assert told["phone"] == "138****0000"
    assert served.filings.find(code, PHONE).case_no == no
    assert ask(served, no, {"phone": f"+86{PHONE}"}).get_json() == told


def test_another_telephone_never_takes_its_place(served, no):
    ask(served, no, {"phone": PHONE})
    answer = ask(served, no, {"phone": "13900000000"})
    assert answer.status_code == 409
    assert [each["code"] for each in answer.get_json()["errors"]] == ["progress_link.other_phone"]
    assert served.filings.of_case(no).phone == PHONE


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"phone": "12345"}, 422), ({"phone": 13800000000}, 400), ({"phone": None}, 400),
        ({"lang": "fr"}, 400), ({"lang": ["en"]}, 400), ({"mail": "a@b.c"}, 400), ([], 400),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_no_link_is_made(served, no, body, status):
    answer = served.call("POST", f"/cases/{no}/progress-link", body)
    assert answer.status_code == status
    assert served.filings.of_case(no) is None
    assert "progress_link" not in kinds(served, no)


def test_the_language_is_that_of_what_people_are_told(served, no):
    ask(served, no, {"lang": "en"})
    with served.driver.database.reading() as connection:
        assert served.filings.language_of(connection, no) == "en"


def test_people_are_spoken_to_in_the_languages_of_the_pages():
    assert set(LANGUAGES) == set(preferences.LANGUAGES)


def test_a_case_of_the_pages_has_its_link_already(served):
    office = served.driver.office
    filing = start(office, served.filings)
    case = open_case(
        office,
        Application(FORM, ("registration", "seal"), owner_of(filing)),
        lambda tx, case: served.filings.bind(tx.connection, filing, case.no),
    )
    answer = ask(served, case.no, token=served.token("portal", "cases:write", "cases:all"))
    assert answer.status_code == 409
    assert filing.id not in answer.get_data(as_text=True)


def test_nobody_gets_a_link_to_somebody_elses_case(served, no):
    stranger = served.token("bob", "cases:read", "cases:write")
    assert ask(served, no, token=stranger).status_code == 404
    reader = served.token("alice2", "cases:read")
    assert ask(served, no, token=reader).status_code == 403
    assert served.filings.of_case(no) is None


def test_those_who_ask_at_the_same_moment_get_one_link(served, no):
    urls, together = [], Barrier(4)

    def one():
        together.wait()
        urls.append(ask(served, no).get_json()["url"])

    threads = [Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 4
    assert len(set(urls)) == 1
