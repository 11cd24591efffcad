"""Materials over HTTP: with an application, and to a case; looked at in a child process, as those of the pages."""

import base64
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
from PIL import Image

from kaiban.api.app import most_taken
from kaiban.api.request import sizes
from kaiban.api.resources import counter
from kaiban.domain.cases.number import case_number
from kaiban.domain.notices.notice import Defect, Notice
from kaiban.domain.papers.material import Deferral, Holder, UploadLimits
from kaiban.domain.papers.obligation import ForwardState
from kaiban.orchestrator.materials.bringing import defer
from kaiban.orchestrator.reporting.case_file import Audited, pieces
from kaiban.ports import Pending
from kaiban.processes.pool import PoolFull
from kaiban.storage.cases.records.obligations import SqlObligations
from tests.api.serving import FORM, NAME, REF, rules
from tests.api.test_routes import problem
from tests.documents.uploads.test_taking import document, photograph
from tests.orchestrator.departments import needs
from tests.orchestrator.driver import START

NOBODY = case_number("990100", "20260304", 777)
HEAD, LIAISON, SUPERVISOR = "/people/legal_rep", "/people/liaison", "/people/supervisors/0"
OTHERS = ["/people/finance_officer", "/people/proxy"]
FIRST = "/people/holders/0"
LEASE = document(2)


def file(content=LEASE, name="租赁合同.pdf", **more):
    return {"name": name, "content": base64.b64encode(content).decode(), **more}


def photo(*of, colour="white"):
    return file(photograph(colour=colour), "证件.jpg", of=list(of))


def dynamic(pdf):
    pdf.Root.AcroForm = pikepdf.Dictionary(XFA="x", Fields=pikepdf.Array())


def undecided(served):
    """Let the registration take its time."""
    served.driver.departments["registration"].answers = [Pending(REF)] * 50


def bring(served, no, key="lease", files=(), **more):
    return served.call("POST", f"/cases/{no}/materials/{key}", {"files": list(files)}, **more)


def listed(served, no):
    told = served.call("GET", f"/cases/{no}/materials").get_json()
    return {each["key"]: each for each in told["materials"]}


def kept(served, no):
    return served.driver.office.materials.listed(Holder(case_no=no))


def errors(answer):
    assert problem(answer) == "defects"
    return [(each["pointer"], each["code"]) for each in answer.get_json()["errors"]]


# --- with the application --------------------------------------------------------------------


def test_a_check_says_what_is_to_be_brought_by_whom_and_why(served):
    told = served.call("POST", "/form/check", FORM).get_json()["materials"]
    identity, lease = told
    assert lease == {
        "key": "lease", "name": "房屋租赁合同", "why": "租用经营场所的", "links": ["registration"],
        "may_follow": False, "of": None,
    }  # fmt: skip
    assert (identity["links"], identity["why"]) == (["registration", "seal"], "每份申请都要")
    assert identity["of"] == [FIRST, "/people/holders/1", SUPERVISOR, *OTHERS]


def test_a_case_is_opened_with_everything_that_belongs_to_it(served):
    rules(served, required=True)
    whole = [photo(HEAD, LIAISON), photo(SUPERVISOR, *OTHERS, colour="grey")]
    form = {**FORM, "materials": {"lease": [file()], "identity": whole}}
    assert served.call("POST", "/form/check", form).get_json()["ok"]
    no = served.open(form=form)
    told = listed(served, no)
    assert {key: each["state"] for key, each in told.items()} == dict.fromkeys(told, "there")
    [lease] = told["lease"]["files"]
    assert (lease["media_type"], lease["pages"], lease["of"]) == ("application/pdf", 2, [])
    assert lease["digest"] == next(each.digest for each in kept(served, no) if each.pages == 2)
    assert sorted(each["of"] for each in told["identity"]["files"]) == [
        [FIRST, "/people/holders/1"], [SUPERVISOR, *OTHERS],
    ]  # fmt: skip
    assert told["lease"]["may_bring"] is False
    assert "materials" not in served.driver.case(no).form


def test_a_city_that_requires_materials_names_those_that_are_missing_at_their_place(served):
    rules(served, required=True)
    some = {**FORM, "materials": {"lease": [file()], "identity": [photo(HEAD)]}}
    assert errors(served.hand_in(form=some)) == [("/materials/identity", "materials.missing")]
    answer = served.hand_in(form=FORM)
    assert [pointer for pointer, _ in errors(answer)] == [
        "/materials/identity",
        "/materials/lease",
    ]
    assert not served.call("POST", "/form/check", some).get_json()["ok"]
    assert served.call("GET", "/cases").get_json()["cases"] == []


def test_a_program_is_told_to_send_what_is_missing_and_that_a_promise_is_made_on_pages(served):
    later = Deferral(frozenset({"lease"}), 10, "2026-11", "承诺")
    rules(served, required=True, deferral=later)
    told = {each["pointer"]: each["message"] for each in served.hand_in().get_json()["errors"]}
    assert told == {
        "/materials/identity": "请在 materials.identity 中提交“身份证件”的文件。",
        "/materials/lease": (
            "请在 materials.lease 中提交“房屋租赁合同”的文件；暂时没有、要承诺 10 个工作日内补交（容缺）的，"
            "请申请人在网页上或者到窗口提交申请。"
        ),
    }


def test_defects_of_form_and_files_are_told_together_and_a_spoilt_file_is_not_also_missing(served):
    rules(served, required=True)
    wrong = {**FORM, "materials": {"lease": [file(b"%PDF-1.7 nothing")], "identity": [photo(HEAD, LIAISON, SUPERVISOR, *OTHERS)]}}  # fmt: skip
    assert errors(served.hand_in(form=wrong)) == [("/materials/lease/0/content", "upload.damaged")]
    more = served.hand_in(form={**wrong, "seal": {}})
    assert ("/materials/lease/0/content", "upload.damaged") in errors(more)
    assert any(pointer.startswith("/seal") for pointer, _ in errors(more))
    assert served.driver.engine.waiting() == []


@pytest.mark.parametrize(
    ("materials", "expected"),
    [
        ({"permit": [file()]}, ("/materials/permit/0", "materials.unknown")),
        ({"moon": [file()]}, ("/materials/moon/0", "materials.unknown")),
        ({"identity": [photo()]}, ("/materials/identity/0/of", "materials.whose")),
        ({"identity": [photo("/people/nobody")]}, ("/materials/identity/0/of/0", "materials.nobody")),
        ({"lease": [file(of=[HEAD])]}, ("/materials/lease/0/of", "materials.not_of_persons")),
        ({"lease": [file()] * 11}, ("/materials/lease", "upload.too_many")),
        ({"lease": file()}, ("/materials/lease", "entry.shape")),
        ({"lease": [{"name": "a.pdf", "content": "not base64!"}]}, ("/materials/lease/0/content", "entry.shape")),
        ([], ("/materials", "entry.shape")),
    ],
)  # fmt: skip
def test_what_does_not_belong_to_the_application_is_named(served, materials, expected):
    answer = served.hand_in(form={**FORM, "materials": materials})
    assert expected in errors(answer), errors(answer)


def test_misshapen_files_are_told_with_all_else_that_is_wrong_each_at_its_place(served):
    odd = [
        {"name": "a.pdf", "content": "data:application/pdf;base64,JVBERi0="},
        {"content": ""},
        7,
    ]
    form = {
        **FORM,
        "seal": {},
        "materials": {"lease": [*odd, file(b"%PDF-1.7 nothing")], "moon": 1},
    }
    answer = served.call("POST", "/form/check", form).get_json()["errors"]
    told = [(each["pointer"], each["code"]) for each in answer]
    assert [each for each in told if each[0].startswith("/materials")] == [
        ("/materials/lease/0/content", "entry.shape"), ("/materials/lease/1/name", "entry.shape"),
        ("/materials/lease/2", "entry.shape"), ("/materials/lease/3/content", "upload.damaged"),
        ("/materials/moon", "entry.shape"),
    ]  # fmt: skip
    assert any(pointer.startswith("/seal") for pointer, _ in told)
    assert "base64" in next(each["message"] for each in answer if each["pointer"].endswith("0/content"))  # fmt: skip


def test_too_much_beside_the_files_is_refused_with_the_most_there_may_be(served):
    form = {**FORM, "materials": {"lease": [file(name="a" * (2 * 1024 * 1024 + 1))]}}
    answer = served.call("POST", "/form/check", form)
    assert problem(answer) == "too-large"
    assert str(sizes.MAX_BODY) in answer.get_json()["detail"]


def test_all_files_together_may_not_be_more_than_a_case_may_have(served):
    rules(served, limits=UploadLimits(total_mb=0))
    answer = served.hand_in(form={**FORM, "materials": {"lease": [file()]}})
    assert errors(answer) == [("/materials", "materials.too_large")]
    undecided(served)
    no = served.open()
    assert errors(bring(served, no, files=[file()])) == [("/files", "materials.too_large")]


# --- to a case -------------------------------------------------------------------------------


def test_what_is_missing_is_brought_is_there_and_goes_to_its_department(served):
    registration, read = served.driver.departments["registration"], []
    registration.Needs = needs("company.name.trade_name", "materials")
    prepare = registration.prepare

    def reading(found, key, step):
        read.append(found)
        return prepare(found, key, step)

    registration.prepare = reading
    no = served.open()
    before = listed(served, no)["lease"]
    assert (before["state"], before["may_bring"], before["files"]) == ("missing", True, [])
    answer = bring(served, no, files=[file(), file(document(1), "附件.pdf")])
    assert answer.status_code == 200, answer.get_json()
    after = {each["key"]: each for each in answer.get_json()["materials"]}["lease"]
    assert (after["state"], after["may_bring"], len(after["files"])) == ("there", False, 2)
    assert after == listed(served, no)["lease"]
    case = served.driver.finish(no)
    assert case.state.value == "completed"
    [event] = [each for each in case.events if each.kind == "material"]
    assert (event.actor, event.code, event.text) == ("alice", "lease", "房屋租赁合同")
    digests = {each.digest for each in kept(served, no)}
    assert {each["digest"] for each in read[-1]["materials"]} == digests
    audited = Audited([], [])
    papers = {each.path for each in pieces(served.driver.office, case, audited, START)}
    assert {f"materials/{each.id}.pdf" for each in kept(served, no)} <= papers


def test_each_person_brings_their_own_until_nobody_is_missing(served):
    undecided(served)
    no = served.open()
    answer = bring(
        served, no, "identity", [photo(HEAD), photo(LIAISON, SUPERVISOR, colour="grey")]
    )
    assert answer.status_code == 200, answer.get_json()
    half = listed(served, no)["identity"]
    assert (half["state"], half["missing_of"], half["bring_of"]) == ("part", OTHERS, OTHERS)
    wrong = bring(served, no, "identity", [photo(HEAD)])
    assert errors(wrong) == [("/files/0/of/0", "materials.nobody")]
    assert bring(served, no, "identity", [photo(*OTHERS)]).status_code == 200
    assert listed(served, no)["identity"]["state"] == "there"
    assert problem(bring(served, no, "identity", [photo(HEAD)])) == "conflict"


def test_what_came_after_the_application_left_is_sent_after_it(served):
    registration = served.driver.departments["registration"]
    registration.Needs = needs("company.name.trade_name", "materials")
    undecided(served)
    no = served.open()
    served.driver.turn()
    assert served.driver.states(no)["registration"] in {"submitted", "in_review"}
    assert bring(served, no, files=[file()]).status_code == 200
    [forward] = SqlObligations(served.driver.database).forwards(no)
    assert (forward.key, forward.link) == ("lease", "registration")
    assert forward.state is ForwardState.BY_HAND


# --- with links that join ----------------------------------------------------------------------


def join(served, no, materials=None, **more):
    body = {"links": ["seal"], "seal": FORM["seal"]}
    body |= {"materials": materials} if materials is not None else {}
    return served.call("POST", f"/cases/{no}/links", body, **more)


def test_links_join_with_the_materials_they_need(served):
    registration = served.driver.departments["registration"]
    registration.Needs = needs("company.name.trade_name", "materials")
    undecided(served)
    no = served.open(form={**FORM, "links": ["registration"]})
    served.driver.turn()
    rules(served, required=True)
    whole = {"identity": [photo(HEAD), photo("/people/proxy", colour="grey")]}
    assert errors(join(served, no)) == [("/materials/identity", "materials.missing")]
    half = {"identity": whole["identity"][:1]}
    assert errors(join(served, no, half)) == [("/materials/identity", "materials.missing")]
    spoilt = {"identity": [file(b"%PDF-1.7 nothing", of=[HEAD])], "lease": [file()]}
    assert errors(join(served, no, spoilt)) == [
        ("/materials/identity/0/content", "upload.damaged"),
        ("/materials/lease/0", "materials.unknown"),
    ]
    assert (kept(served, no), len(served.driver.case(no).links)) == ([], 1)
    answer = join(served, no, whole)
    assert answer.status_code == 200, answer.get_json()
    assert [link["name"] for link in answer.get_json()["links"]] == ["registration", "seal"]
    assert len(listed(served, no)["identity"]["files"]) == 2
    assert "materials" not in served.driver.case(no).form
    [forward] = SqlObligations(served.driver.database).forwards(no)
    assert (forward.key, forward.link) == ("identity", "registration"), "it had left without"


def test_with_links_that_join_too_much_is_refused_beside_what_is_there(served):
    undecided(served)
    noise = io.BytesIO()
    Image.effect_noise((1000, 1000), 90).save(noise, "JPEG", quality=90)
    noisy = file(noise.getvalue(), "noise.jpg")
    no = served.open(form={**FORM, "links": ["registration"], "materials": {"lease": [noisy]}})
    [lease] = kept(served, no)
    rules(served, limits=UploadLimits(total_mb=1))
    assert lease.size < UploadLimits(total_mb=1).total_bytes < 2 * lease.size
    along = {"identity": [{**noisy, "of": [HEAD, "/people/proxy"]}]}
    assert errors(join(served, no, along)) == [("/materials", "materials.too_large")]
    assert join(served, no).status_code == 200, "without files nothing is more than it was"
    assert kept(served, no) == [lease]


def test_who_sees_all_lets_links_join_and_brings_no_files_with_them(served):
    undecided(served)
    no = served.open(form={**FORM, "links": ["registration"]})
    window = served.token("window", "cases:all", "cases:write")
    answer = join(served, no, {"identity": [photo(HEAD)]}, token=window)
    assert problem(answer) == "conflict"
    assert join(served, no, {}, token=window).status_code == 200


# --- what was promised, and what is asked for --------------------------------------------------


def test_what_was_promised_is_brought_and_then_no_longer_owed(served):
    rules(served, deferral=Deferral(frozenset({"lease"}), 10, "2026-11", "承诺"))
    undecided(served)
    no = served.open()
    filing = "f" * 22
    defer(served.driver.office, filing, "lease")
    with served.driver.office.cases.transaction() as tx:
        served.driver.office.materials.bind(tx.connection, filing, no, START.date())
    owed = listed(served, no)["lease"]
    assert (owed["state"], owed["due"], owed["may_follow"]) == ("promised", "2026-03-04", True)
    assert bring(served, no, files=[file()]).status_code == 200
    assert listed(served, no)["lease"]["state"] == "there"
    assert served.call("GET", f"/cases/{no}").get_json()["obligations"] == []


def test_a_correction_that_asks_for_a_paper_takes_more_of_it(served):
    served.driver.departments["registration"].answers = [NAME]
    no = served.open(form={**FORM, "materials": {"lease": [file()]}})
    served.driver.turn_until(
        lambda: served.driver.states(no)["registration"] == "needs_correction"
    )
    assert listed(served, no)["lease"]["may_bring"] is True
    assert bring(served, no, files=[file(document(3))]).status_code == 200
    assert sorted(each["pages"] for each in listed(served, no)["lease"]["files"]) == [2, 3]


def test_a_notice_that_names_a_paper_opens_it(served):
    undecided(served)
    no = served.open()
    with served.driver.office.cases.transaction() as tx:
        case = tx.get(no)
        wanted = Defect("/materials/title_deed", "M1", "请补交权属证明", "registration")
        case.notices.append(Notice(1, START, (wanted,)))
        tx.save(case)
    assert listed(served, no)["title_deed"]["may_bring"] is True
    assert bring(served, no, "title_deed", [file()]).status_code == 200
    assert len(listed(served, no)["title_deed"]["files"]) == 1


def test_once_it_is_decided_nothing_more_is_taken(served):
    no = served.open()
    served.driver.finish(no)
    assert listed(served, no)["lease"]["may_bring"] is False
    answer = bring(served, no, files=[file()])
    assert problem(answer) == "conflict"
    assert answer.get_json()["detail"] == "该办件没有待补交的这项材料，无需上传。"
    withdrawn = served.open("K-3", form={**FORM, "company": {**FORM["company"], "name": {**FORM["company"]["name"], "trade_name": "晨光"}}})  # fmt: skip
    served.call("POST", f"/cases/{withdrawn}/withdraw")
    assert problem(bring(served, withdrawn, files=[file()])) == "conflict"


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (document(encryption=pikepdf.Encryption(user="1", owner="2")), "upload.encrypted", "密码"),
        (document(edit=dynamic), "upload.form", "打印为 PDF"),
        (b"PK\3\4rest", "upload.type", "Word"), (b"MZrest", "upload.type", "无法识别"),
        (b"", "upload.empty", "空的"), (b"%PDF-1.7 nothing", "upload.damaged", ""),
        (document(61), "upload.pages", ""), (b"x" * (1024 * 1024 + 1), "upload.too_large", "1 MB"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_taken_is_refused_in_the_words_of_the_pages(
    served, content, code, words
):
    rules(served, limits=UploadLimits(file_mb=1))
    undecided(served)
    no = served.open()
    answer = bring(served, no, files=[file(), file(content, "b.pdf")])
    [(pointer, found)] = errors(answer)
    assert pointer == "/files/1/content"
    assert words in answer.get_json()["errors"][0]["message"]
    assert found == code
    assert kept(served, no) == [], "all of a request or none"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({}, "defects"), ({"files": []}, "defects"), ({"files": [{}]}, "defects"),
        ({"files": [file()], "more": 1}, "defects"), ({"files": [file()] * 11}, "defects"),
        ([], "bad-json"), (b"{", "bad-json"),
    ],
)  # fmt: skip
def test_a_body_of_another_shape_is_refused(served, body, kind):
    undecided(served)
    no = served.open()
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert problem(served.call("POST", f"/cases/{no}/materials/lease", body)) == kind


# --- whose case it is ------------------------------------------------------------------------


def test_a_case_of_another_is_not_there_and_who_sees_all_brings_nothing_to_it(served):
    undecided(served)
    no = served.open()
    mallory = served.token("mallory", "cases:read", "cases:write")
    for number in (no, NOBODY):
        assert problem(bring(served, number, files=[file()], token=mallory)) == "not-found"
        path = f"/cases/{number}/materials"
        assert problem(served.call("GET", path, token=mallory)) == "not-found"
    window = served.token("window", "cases:all")
    assert served.call("GET", f"/cases/{no}/materials", token=window).status_code == 200
    answer = bring(served, no, files=[file()], token=window)
    assert problem(answer) == "conflict"
    assert "本令牌" in answer.get_json()["detail"]
    assert problem(bring(served, no, "moon", [file()])) == "not-found"
    assert kept(served, no) == []


def test_nothing_that_is_told_of_materials_names_anybody(served):
    no = served.open(form={**FORM, "materials": {"identity": [photo(HEAD)]}})
    told = served.call("GET", f"/cases/{no}/materials").get_data(as_text=True)
    head = FORM["people"]["legal_rep"]
    assert head["name"] not in told
    assert head["cert"]["no"] not in told
    assert "证件.jpg" not in told


# --- once, and at the same time ---------------------------------------------------------------


def test_the_same_request_again_gets_the_first_answer(served):
    undecided(served)
    no = served.open()
    first = served_once(served, no)
    again = served_once(served, no)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.get_json() == first.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(kept(served, no)) == 1
    other = served.call("POST", f"/cases/{no}/materials/lease", {"files": [file(document(3))]}, key="M-1")  # fmt: skip
    assert problem(other) == "key-reused"


def served_once(served, no):
    return served.call("POST", f"/cases/{no}/materials/lease", {"files": [file()]}, key="M-1")


def test_of_two_at_the_same_time_one_brings_it(served):
    undecided(served)
    no = served.open()
    both, answers = threading.Barrier(2), []

    def once():
        both.wait()
        answers.append(bring(served, no, files=[file()]))

    threads = [threading.Thread(target=once) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(each.status_code for each in answers) == [200, 409]
    assert len(kept(served, no)) == 1


# --- too much --------------------------------------------------------------------------------


def test_a_body_larger_than_the_citys_files_is_too_large(served):
    rules(served, limits=UploadLimits(file_mb=1))
    undecided(served)
    no = served.open()
    answer = bring(served, no, files=[file(b"x" * 1024 * 1024) for _ in range(5)])
    assert problem(answer) == "too-large"
    assert problem(served.hand_in("K-2", form={**FORM, "materials": {"lease": [file(b"x" * 6_000_000)]}})) == "too-large"  # fmt: skip


def test_text_beside_the_files_is_no_longer_than_anywhere(served):
    long = {**FORM["company"], "name": {**FORM["company"]["name"], "trade_name": "长" * 1_000_000}}
    form = json.dumps({**FORM, "company": long}, ensure_ascii=False).encode()
    assert problem(served.call("POST", "/cases", form, key="K-8")) == "too-large"
    marks = json.dumps({**FORM, "materials": {"lease": [0] * 1_500_000}}).encode()
    assert problem(served.call("POST", "/cases", marks, key="K-9")) == "too-large"


def test_where_no_child_is_free_nothing_is_done_and_one_may_come_back(served):
    undecided(served)
    no = served.open()

    class Full:
        def take_in(self, *_arguments):
            raise PoolFull

    service = served.app.extensions["kaiban"]
    served.app.extensions["kaiban"] = replace(service, paperwork=Full())
    answer = served_once(served, no)
    assert (problem(answer), answer.headers["Retry-After"]) == ("unavailable", "10")
    served.app.extensions["kaiban"] = service
    assert served_once(served, no).status_code == 200


def test_only_so_many_large_bodies_are_in_memory_at_once(served):
    undecided(served)
    no = served.open()
    large = [file(b"x" * 2 * 1024 * 1024)]
    with sizes.room_for(sizes.MAX_BODY + 1), sizes.room_for(sizes.MAX_BODY + 1):
        answer = bring(served, no, files=large)
        assert (problem(answer), answer.headers["Retry-After"]) == ("unavailable", "10")
        assert bring(served, no, files=[file()]).status_code == 200
    assert problem(bring(served, no, "identity", large)) == "defects"


def test_the_server_keeps_what_any_of_them_takes():
    large = UploadLimits(file_mb=20)
    assert most_taken(large) >= sizes.MAX_BODY + 4 * 20 * 1024 * 1024
    assert most_taken(UploadLimits(file_mb=1)) == counter.MAX_BODY


# --- how much a program may bring within an hour -------------------------------------------------


def limited(served, **rates):
    """Let a program bring so much."""
    kaiban = served.app.extensions["kaiban"]
    quotas = replace(kaiban.quotas, rates=replace(kaiban.quotas.rates, **rates))
    served.app.extensions["kaiban"] = replace(kaiban, quotas=quotas)


def with_lease(*files):
    return {**FORM, "materials": {"lease": list(files)}}


def test_more_requests_with_files_than_a_program_may_send_within_an_hour_have_no_effect(served):
    limited(served, uploads_by_token=2)
    spoilt = with_lease(file(b"no file"))
    assert [served.hand_in(key, spoilt).status_code for key in ("B-1", "B-2")] == [422, 422]
    refused = served.hand_in("B-3", with_lease(file()))
    assert (problem(refused), refused.headers["Retry-After"]) == ("too-many", "3600")
    assert "一小时内带文件的请求太多" in refused.get_json()["detail"]
    # What brings no files is none of it, nor is another program's.
    assert served.hand_in("K-1").status_code == 201
    other = served.token("other", "cases:write")
    assert served.hand_in("B-1", spoilt, token=other).status_code == 422
    # Neither had an effect: the key is free, and the hour ends.
    served.now += timedelta(hours=1)
    assert served.hand_in("B-3", spoilt).status_code == 422


def test_files_brought_to_a_case_count_as_well(served):
    rules(served)
    limited(served, uploads_by_token=1)
    undecided(served)
    no = served.open()
    spoilt = [file(b"no file")]
    assert bring(served, no, files=spoilt).status_code == 422
    assert problem(bring(served, no, files=spoilt)) == "too-many"


def test_more_megabytes_than_a_program_may_send_within_an_hour_have_no_effect(served):
    limited(served, megabytes_by_token=2)
    large = with_lease(file(b"%PDF-" + b"0" * 1_000_000))
    assert served.hand_in("B-1", large).status_code == 422
    refused = served.hand_in("B-2", large)
    assert problem(refused) == "too-many"
    assert "文件加起来太大" in refused.get_json()["detail"]


def test_a_request_that_is_answered_again_is_not_counted(served):
    limited(served, uploads_by_token=1)
    rules(served, required=True)
    whole = [photo(HEAD, LIAISON), photo(SUPERVISOR, *OTHERS, colour="grey")]
    form = {**FORM, "materials": {"lease": [file()], "identity": whole}}
    first, again = served.hand_in("K-1", form), served.hand_in("K-1", form)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_fifty_at_once_are_not_more_than_it_may_send(served):
    limited(served, uploads_by_token=20)
    quotas = served.app.extensions["kaiban"].quotas
    with ThreadPoolExecutor(10) as threads:
        told = list(threads.map(lambda _: quotas.program("portal", 1), range(50)))
    assert told.count(None) == 20
