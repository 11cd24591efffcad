import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask, Response, request
from werkzeug.serving import make_server

from adapters.hall import Hall, RealClock
from adapters.hall.fault_injection.faults import fault
from adapters.kit.suite import AdapterSuite
from adapters.registration import RegistrationAdapter
from adapters.registration.answers import opinion
from adapters.registration.stub.crypto import new_keys, signed_with, signing_text, target_of
from kaiban.ports import (
    Cancelled,
    Done,
    Foreign,
    Forged,
    Key,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Pending,
    Prepared,
    RawCallback,
    Ref,
    Rejected,
    Retryable,
    Unknown,
    Unprocessable,
)
from tests.adapters.registration.good import HEAD, WATCH, good, named
from tests.contracts.department import CASE, Department

KEY = Key(CASE, "registration", "main")
PAGES = b"%PDF-1.7 two pages of a lease"
LEASE = {
    "title": "房屋租赁合同",
    "mediaType": "application/pdf",
    "sha256": hashlib.sha256(PAGES).hexdigest(),
}
#: The same as kaiban names it.
LATE = {
    "key": "lease", "name": LEASE["title"], "media_type": LEASE["mediaType"], "digest": LEASE["sha256"],
}  # fmt: skip


def loaded(**changes):
    return RegistrationAdapter.Needs().load(good(**changes))


def ready(adapter, given, key=KEY):
    prepared = adapter.prepare(adapter.Needs().load(given), key, "main")
    assert isinstance(prepared, Prepared), prepared
    return prepared


class TestConformance(AdapterSuite):
    adapter = RegistrationAdapter


class TestRegistration(Department):
    adapter_class = RegistrationAdapter
    operations = {"main": "establish"}  # noqa: RUF012 - a table of this department

    def needs(self, _step):
        return good()

    def decided(self, hall, adapter, given, key=KEY):
        prepared = ready(adapter, given, key)
        return self.finished(hall, adapter, prepared.ref, adapter.submit(prepared))

    # --- what they think of a name ------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("full", "forbidden", "similar"),
        [
            ("示范市青禾屿软件有限公司", False, False),
            ("示范市星野软件有限公司", True, False),
            ("示范市国家级软件有限公司", True, False),
        ],
    )
    def test_a_name_is_looked_up_and_nothing_is_reserved(
        self, hall, adapter, full, forbidden, similar
    ):
        for _ in range(2):
            found = adapter.check_name(full)
            assert (bool(found.reasons), bool(found.similar)) == (forbidden, similar), found
        assert hall.stub("registration").store.all("name") == {}

    def test_an_opinion_that_contradicts_itself_is_none(self):
        with pytest.raises(Unknown):
            opinion({"result": "可用", "reasons": [{"rule": "R01", "msg": "同名"}], "similar": []})
        with pytest.raises(Unknown):
            opinion({"result": "不详", "reasons": [], "similar": []})

    # --- what goes ahead of the message ------------------------------------------------------------

    def test_files_that_came_ahead_are_named_by_what_they_hold(self, hall, adapter):
        given = good(attachments=[LEASE])
        prepared = ready(adapter, given)
        assert prepared.files == (LEASE["sha256"],)
        for _ in range(2):  # again is no error
            adapter.enclose(LEASE["sha256"], PAGES)
        assert isinstance(adapter.submit(prepared), Pending)
        [stored] = hall.stub("registration").store.all("application").values()
        assert stored["row"]["attachments"] == [LEASE]

    def test_a_file_that_did_not_come_is_told_and_nothing_is_kept(self, hall, adapter):
        outcome = adapter.submit(ready(adapter, good(attachments=[LEASE])))
        assert isinstance(outcome, NeedsCorrection)
        assert [(each.path, each.code) for each in outcome.items] == [
            ("materials.0.digest", "R14")
        ]
        assert hall.stub("registration").store.all("application") == {}

    def test_a_file_under_the_name_of_another_is_not_taken(self, adapter):
        with pytest.raises(Unprocessable, match="40002"):
            adapter.enclose(LEASE["sha256"], PAGES + b" ")

    def test_a_file_whose_answer_is_lost_is_put_again(self, hall, adapter):
        lost = {"do": "close", "op": "material", "at": "after-commit", "times": 1}
        hall.stub("registration").mischief.add(fault(lost))
        adapter.enclose(LEASE["sha256"], PAGES)
        assert hall.stub("registration").store.get("material", LEASE["sha256"])

    # --- what comes afterwards -----------------------------------------------------------------------

    def test_a_late_file_reaches_the_application_once_however_often_it_is_said(
        self, hall, adapter
    ):
        outcome = adapter.submit(ready(adapter, good()))
        lost = {"do": "close", "op": "late-materials", "at": "after-commit", "times": 1}
        hall.stub("registration").mischief.add(fault(lost))
        adapter.enclose(LEASE["sha256"], PAGES)
        for _ in range(2):
            adapter.supply(outcome.ref, [LATE])
        [stored] = hall.stub("registration").store.all("application").values()
        assert stored["row"]["attachments"] == [LEASE]

    def test_a_late_file_that_was_not_put_or_comes_after_the_end_is_not_taken(self, hall, adapter):
        outcome = adapter.submit(ready(adapter, good()))
        with pytest.raises(Unprocessable, match="40002"):
            adapter.supply(outcome.ref, [LATE])
        adapter.enclose(LEASE["sha256"], PAGES)
        adapter.cancel(outcome.ref)
        with pytest.raises(Unprocessable, match="40905"):
            adapter.supply(outcome.ref, [LATE])
        with pytest.raises(Retryable):
            adapter.supply(Ref(outcome.ref.key), [LATE])

    # --- what the department refuses or wants corrected -------------------------------------------

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (named("星野"), {("company.name.trade_name", "R01")}),
            (named("国家级"), {("company.name.trade_name", "R02")}),
            (good(regCap="99"), {("company.capital.amount", "R06")}),
            (
                good(investors__1__conDate="2031-03-05"),
                {("people.holders.1.due_date", "R07")},
            ),
            (good(capDue="2031-03-05"), {("company.capital.paid_by", "R07")}),
            (
                good(supervisors=[WATCH, {k: HEAD[k] for k in WATCH}]),
                {("people.supervisors.1.name", "R10")},
            ),
            (
                named("星野", regCap="99", capDue="2036-01-01"),
                {
                    ("company.name.trade_name", "R01"),
                    ("company.capital.amount", "R06"),
                    ("company.capital.paid_by", "R07"),
                },
            ),
        ],
    )
    def test_what_a_machine_can_see_is_corrected_at_once_and_nothing_is_kept(
        self, hall, adapter, given, expected
    ):
        prepared = ready(adapter, given)
        outcome = adapter.submit(prepared)
        assert isinstance(outcome, NeedsCorrection)
        assert {(each.path, each.code) for each in outcome.items} == expected
        assert all(each.message for each in outcome.items)
        assert isinstance(adapter.query(prepared.ref), NotFound)
        assert hall.commits() == []

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (good(dom__detail="青云路大厦"), {("premises.detail", "R03")}),
            (good(scopeItems__0__code="X999"), {("company.scope.items.0.code", "R04")}),
            (
                good(scopeItems=[{"code": "P103", "text": "烟草专卖品批发"}]),
                {("company.scope.items.0.permit", "R05")},
            ),
            (good(liaison__name="郑未实名"), {("people.liaison.name", "R08")}),
            (
                good(investors__0__cerTo="2026-03-03"),
                {("people.holders.0.cert.valid_until", "R11")},
            ),
            (
                good(
                    regCap="200000",
                    investors__0__subConAm="199960",
                    investors__1__acConAm="0",
                ),
                {("company.capital.amount", "R13")},
            ),
            (
                good(dom__detail="青云路大厦", scopeItems__0__text="编程"),
                {("premises.detail", "R03"), ("company.scope.items.0.code", "R04")},
            ),
        ],
    )
    def test_what_the_officer_finds_is_one_correction_with_the_reference(
        self, hall, adapter, given, expected
    ):
        outcome = self.decided(hall, adapter, given)
        assert isinstance(outcome, NeedsCorrection)
        assert {(each.path, each.code) for each in outcome.items} == expected
        assert outcome.ref is not None
        assert outcome.ref.number.startswith("SL990100")
        assert hall.commits() == []

    def test_a_permit_settles_the_prior_approval(self, hall, adapter):
        item = {"code": "P103", "text": "烟草专卖品批发", "permitNo": "示许字〔2026〕001"}
        assert isinstance(self.decided(hall, adapter, good(scopeItems=[item])), Done)

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            (good(dom__region="431302"), "R12"),
            (good(legalRep__cerNo="990102198001010010"), "R09"),
            (named("测试驳回"), "R09"),
            (named("测试驳回登记"), "R09"),
        ],
    )
    def test_a_refusal_is_final_and_has_the_rule_and_a_reason(self, hall, adapter, given, code):
        prepared = ready(adapter, given)
        outcome = self.finished(hall, adapter, prepared.ref, adapter.submit(prepared))
        assert isinstance(outcome, Rejected)
        assert outcome.code == code
        assert "条" in outcome.reason
        assert hall.commits() == []

    def test_a_magic_word_aimed_at_another_department_changes_nothing(self, hall, adapter):
        assert isinstance(self.decided(hall, adapter, named("测试驳回银行")), Done)

    # --- corrections ------------------------------------------------------------------------------

    def test_a_correction_supplements_the_same_application(self, hall, adapter):
        first = self.decided(hall, adapter, named("测试补正"))
        assert isinstance(first, NeedsCorrection)
        second_key = Key(CASE, "registration", "main", 2, first.ref)
        prepared = ready(adapter, named("测试补正"), second_key)
        assert isinstance(adapter.query(prepared.ref), NotFound)  # not the old application's state
        pending = adapter.submit(prepared)
        assert isinstance(pending, Pending)
        assert (pending.ref.key, pending.ref.number) == (second_key.text, first.ref.number)
        done = self.finished(hall, adapter, prepared.ref, pending)
        assert isinstance(done, Done)
        assert len(hall.commits()) == 1

    def test_a_supplement_whose_answer_was_lost_is_found_and_not_taken_twice(self, hall, adapter):
        first = self.decided(hall, adapter, named("测试补正"))
        prepared = ready(
            adapter, named("测试补正"), Key(CASE, "registration", "main", 2, first.ref)
        )
        hall.stub("registration").lose_next("supplement")
        with pytest.raises(Unknown):
            adapter.submit(prepared)
        again = adapter.submit(prepared)
        assert isinstance(again, Pending)
        assert isinstance(self.finished(hall, adapter, prepared.ref, again), Done)
        assert len(hall.commits()) == 1

    def test_a_correction_of_what_never_arrived_is_a_new_application(self, hall, adapter):
        refused = adapter.submit(ready(adapter, good(regCap="99")))
        assert isinstance(refused, NeedsCorrection)
        second = Key(CASE, "registration", "main", 2, refused.ref)
        assert isinstance(self.decided(hall, adapter, good(), second), Done)

    def test_a_supplement_nobody_asked_for_is_looked_up(self, adapter):
        prepared = ready(adapter, good())
        first = adapter.submit(prepared)
        unasked = ready(adapter, good(), Key(CASE, "registration", "main", 2, first.ref))
        with pytest.raises(Unknown, match="40903"):
            adapter.submit(unasked)

    # --- what is sent -----------------------------------------------------------------------------

    def test_the_same_serial_with_other_content_is_anothers_and_stops_nobody_else(self, adapter):
        adapter.submit(ready(adapter, good()))
        with pytest.raises(Foreign, match="40902"):
            adapter.submit(ready(adapter, good(tel="0999-8800002")))

    def test_every_sending_of_one_body_has_a_new_nonce_and_signature(self, hall, adapter):
        prepared = ready(adapter, good())
        seen = []

        @hall.stub("registration").app.before_request
        def note():
            seen.append(
                (request.headers["x-nonce"], request.headers["x-sign"], request.get_data())
            )

        adapter.submit(prepared)
        adapter.submit(prepared)
        assert len({nonce for nonce, _, _ in seen}) == 2
        assert len({sign for _, sign, _ in seen}) == 2
        assert {body for _, _, body in seen} == {prepared.body}

    def test_rare_characters_arrive_as_they_were_written(self, hall, adapter):
        done = self.decided(hall, adapter, good(legalRep__name="李𠮷䶮"))
        assert isinstance(done, Done)
        application = next(iter(hall.stub("registration").store.all("application").values()))
        assert application["row"]["legalRep"]["name"] == "李𠮷䶮"

    def test_a_choice_they_have_no_code_for_is_corrected_before_anything_is_sent(self, adapter):
        outcome = adapter.prepare(loaded(investors__1__conForm="labour"), KEY, "main")
        assert isinstance(outcome, NeedsCorrection)
        assert [each.path for each in outcome.items] == ["people.holders.1.mode"]

    def test_answers_that_are_absent_are_not_sent(self, adapter):
        given = adapter.Needs().load(good())
        body = json.loads(adapter.prepare(given | {"agent": None}, KEY, "main").body)
        assert "agent" not in body
        assert "manager" not in body

    # --- withdrawing ------------------------------------------------------------------------------

    def test_an_application_is_withdrawn_before_it_is_granted(self, hall, adapter):
        prepared = ready(adapter, good())
        pending = adapter.submit(prepared)
        assert isinstance(adapter.cancel(pending.ref), Cancelled)
        assert isinstance(adapter.cancel(prepared.ref), Cancelled)
        hall.advance(hours=30)
        assert isinstance(adapter.query(prepared.ref), Cancelled)
        assert hall.commits() == []

    def test_a_granted_application_cannot_be_withdrawn(self, hall, adapter):
        done = self.decided(hall, adapter, good())
        outcome = adapter.cancel(done.ref)
        assert isinstance(outcome, Rejected)
        assert outcome.code == "40904"

    def test_withdrawing_what_they_never_got_is_not_found(self, adapter):
        assert isinstance(adapter.cancel(ready(adapter, good()).ref), NotFound)

    def test_an_application_waiting_for_a_supplement_that_never_came_is_withdrawn(
        self, hall, adapter
    ):
        first = self.decided(hall, adapter, named("测试补正"))
        never_sent = Ref("other-serial", first.ref.number)
        assert isinstance(adapter.cancel(never_sent), Cancelled)

    # --- papers -----------------------------------------------------------------------------------

    def test_the_papers_come_byte_for_byte(self, hall, adapter):
        done = self.decided(hall, adapter, good())
        assert [each.title for each in done.documents] == ["电子营业执照", "登记通知书"]
        assert [each.name for each in done.documents] == ["licence.pdf", "notice.pdf"]
        journal = hall.stub("registration").store.journal()
        sent = [each.answered for each in journal if each.answered.startswith(b"%PDF")]
        assert [each.content for each in done.documents] == sent[-2:]

    def test_a_name_that_says_time_out_is_kept_although_nobody_hears_of_it(self, hall, adapter):
        prepared = ready(adapter, named("测试超时"))
        with pytest.raises(Unknown):
            adapter.submit(prepared)
        assert isinstance(self.finished(hall, adapter, prepared.ref), Done)
        assert len(hall.commits()) == 1


# --- callbacks ------------------------------------------------------------------------------------


class Inbox:
    """Kaiban's callback door, small: it keeps what comes and answers as it is told."""

    def __init__(self) -> None:
        self.calls: list[RawCallback] = []
        self.answer = RegistrationAdapter.ACK.body
        self.arrived = threading.Event()
        app = Flask("inbox")
        app.add_url_rule("/callbacks/<department>", view_func=self.take, methods=["POST"])
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def take(self, **_: str) -> Response:
        self.calls.append(RawCallback(request.path, dict(request.headers), request.get_data()))
        return Response(self.answer, content_type="application/json")


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    box = Inbox()
    yield box
    box.server.shutdown()
    box.server.server_close()


@pytest.fixture
def hall(inbox) -> Iterator[Hall]:
    with Hall(only=("registration",), manual=True, callback_url=inbox.url) as hall:
        yield hall


@pytest.fixture
def adapter(hall) -> Iterator[RegistrationAdapter]:
    adapter = RegistrationAdapter(hall.settings("registration"), clock=RealClock())
    yield adapter
    adapter.http.close()


def pushed(hall, inbox, adapter, given=None):
    """Let an application be decided, and return the push about it."""
    prepared = ready(adapter, given or good())
    adapter.submit(prepared)
    hall.advance(hours=8)
    hall.stub("registration").callbacks.deliver_due()
    return prepared, inbox.calls[-1]


def test_a_push_names_the_application_by_both_numbers(hall, inbox, adapter):
    prepared, raw = pushed(hall, inbox, adapter)
    (hint,) = adapter.parse_callback(raw)
    assert hint.key == prepared.key
    assert hint.number == adapter.query(prepared.ref).ref.number


def test_a_push_is_repeated_until_it_is_thanked_for_exactly(hall, inbox, adapter):
    inbox.answer = b'{"code": "00000"}'
    pushed(hall, inbox, adapter)
    inbox.answer = RegistrationAdapter.ACK.body
    hall.advance(seconds=16)
    hall.stub("registration").callbacks.deliver_due()
    hall.advance(hours=5)
    hall.stub("registration").callbacks.deliver_due()
    first, second = inbox.calls
    assert json.loads(first.body)["eventId"] == json.loads(second.body)["eventId"]
    assert first.headers["X-Nonce"] != second.headers["X-Nonce"]
    assert adapter.parse_callback(first) == adapter.parse_callback(second)


def test_a_replayed_push_is_forged(hall, inbox, adapter):
    _, raw = pushed(hall, inbox, adapter)
    adapter.parse_callback(raw)
    with pytest.raises(Forged, match="replayed"):
        adapter.parse_callback(raw)


@pytest.mark.parametrize("change", ["body", "path", "sign", "no sign", "garbage", "stamp", "key"])
def test_an_altered_push_is_forged(hall, inbox, adapter, change):
    _, raw = pushed(hall, inbox, adapter)
    head, body, path = dict(raw.headers), raw.body, raw.path
    if change == "body":
        body = body.replace(b'"state":"50"', b'"state":"90"')
        assert body != raw.body
    elif change == "path":
        path = "/callbacks/bank"
    elif change == "sign":
        head["X-Sign"] = head["X-Sign"][:-8] + "AAAAAAA="
    elif change == "no sign":
        del head["X-Sign"]
    elif change == "garbage":
        head["X-Sign"] = "不是签名"
    elif change == "stamp":
        head["X-Timestamp"] = str(int(head["X-Timestamp"]) + 1)
    else:
        stamp, nonce = head["X-Timestamp"], head["X-Nonce"]
        text = signing_text("POST", path, body, stamp, nonce)
        head["X-Sign"] = signed_with(new_keys()[0], text)
    with pytest.raises(Forged):
        adapter.parse_callback(RawCallback(path, head, body))


def test_a_push_from_yesterday_is_forged(hall, inbox, adapter):
    _, raw = pushed(hall, inbox, adapter)

    class Tomorrow(RealClock):
        def now(self):
            return super().now() + timedelta(days=1)

    late = RegistrationAdapter(hall.settings("registration"), clock=Tomorrow())
    with pytest.raises(Forged, match="window"):
        late.parse_callback(raw)


def test_something_signed_that_is_no_push_is_forged(hall, adapter):
    for body in (b"", b"[]", b"{}", b"\xff"):
        headers = hall.stub("registration").door.headers("POST", "/callbacks/registration", body)
        with pytest.raises(Forged, match="not a push"):
            adapter.parse_callback(RawCallback("/callbacks/registration", headers, body))


# --- settings and keys ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["app_key", "private_key", "department_key"])
def test_a_missing_setting_is_named(hall, name):
    settings = hall.settings("registration")
    del settings[name]
    with pytest.raises(Misconfigured, match=name):
        RegistrationAdapter(settings, clock=RealClock())


def test_a_damaged_key_is_named_and_not_shown(hall):
    settings = hall.settings("registration")
    damaged = settings["private_key"][:60]
    with pytest.raises(Misconfigured, match="private_key") as told:
        RegistrationAdapter(settings | {"private_key": damaged}, clock=RealClock())
    assert damaged not in str(told.value)


def test_a_key_the_department_does_not_know_stops_the_department(hall):
    strange = hall.settings("registration") | {"private_key": new_keys()[0]}
    adapter = RegistrationAdapter(strange, clock=RealClock())
    with pytest.raises(Misconfigured, match="40102"):
        adapter.submit(ready(adapter, good()))
    assert not adapter.health().ok


def test_a_department_with_another_key_is_not_believed(hall):
    strange = hall.settings("registration") | {"department_key": new_keys()[1]}
    adapter = RegistrationAdapter(strange, clock=RealClock())
    with pytest.raises(Unknown, match="not signed"):
        adapter.submit(ready(adapter, good()))


def test_a_clock_that_is_wrong_stops_the_department(hall):
    class Behind(RealClock):
        def now(self):
            return super().now() - timedelta(minutes=6)

    adapter = RegistrationAdapter(hall.settings("registration"), clock=Behind())
    with pytest.raises(Misconfigured, match="40108"):
        adapter.submit(ready(adapter, good()))


# --- answers the stub does not give ---------------------------------------------------------------


OURS, THEIRS = new_keys(), new_keys()


class Canned:
    """A department that gives the answers it is told to give, properly signed unless told not to."""

    def __init__(self) -> None:
        self.private, self.public = THEIRS
        self.answers: list[tuple[int, bytes, bool]] = []
        self.asked = 0
        app = Flask("canned")
        app.add_url_rule("/<path:path>", view_func=self.answer, methods=["GET", "POST"])
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def says(self, code, data=None, *, status=200, signed=True):
        told = {"code": code, "msg": "测试", "data": data if data is not None else {}}
        self.answers.append((status, json.dumps(told).encode(), signed))

    def answer(self, **_):
        self.asked += 1
        status, body, signed = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        response = Response(body, status)
        if signed:
            nonce, stamp = request.headers["x-nonce"], request.headers["x-timestamp"]
            target = target_of(request.path, request.args)
            text = signing_text(str(status), target, body, stamp, nonce)
            sign = signed_with(self.private, text)
            response.headers.update({"x-nonce": nonce, "x-timestamp": stamp, "x-sign": sign})
        return response


@pytest.fixture
def canned() -> Iterator[Canned]:
    department = Canned()
    yield department
    department.server.shutdown()
    department.server.server_close()


@pytest.fixture
def facing(canned) -> Iterator[RegistrationAdapter]:
    settings = {
        "url": f"http://127.0.0.1:{canned.server.port}",
        "app_key": "k",
        "private_key": OURS[0],
        "department_key": canned.public,
    }
    adapter = RegistrationAdapter(settings, clock=RealClock())
    yield adapter
    adapter.http.close()


@pytest.mark.parametrize(
    ("code", "family"),
    [
        ("50300", Retryable),
        ("50001", Unknown),
        ("77777", Unknown),
        ("", Unknown),
        ("40107", Unknown),
        ("40903", Unknown),
        ("40000", Unprocessable),
        ("40101", Misconfigured),
        ("40199", Misconfigured),
        ("40902", Foreign),
    ],
)
def test_a_code_decides_what_happens_next(canned, facing, code, family):
    canned.says(code)
    with pytest.raises(family):
        facing.submit(ready(facing, good()))


def test_busy_is_tried_again_in_place_and_then_taken(canned, facing):
    canned.says("50300")
    canned.says("00000", {"acceptNo": "SL1", "bizSerialNo": KEY.text, "replay": False})
    outcome = facing.submit(ready(facing, good()))
    assert isinstance(outcome, Pending)
    assert (outcome.ref.key, outcome.ref.number) == (KEY.text, "SL1")
    assert canned.asked == 2


def test_unknown_is_not_sent_again(canned, facing):
    canned.says("50001")
    with pytest.raises(Unknown):
        facing.submit(ready(facing, good()))
    assert canned.asked == 1


@pytest.mark.parametrize("status", [500, 502, 503, 302, 404])
def test_another_status_is_unknown_even_with_a_good_body(canned, facing, status):
    canned.says("00000", {"acceptNo": "SL1", "bizSerialNo": KEY.text}, status=status)
    with pytest.raises(Unknown):
        facing.submit(ready(facing, good()))


def test_an_unsigned_answer_is_unknown(canned, facing):
    canned.says("00000", {"acceptNo": "SL1", "bizSerialNo": KEY.text}, signed=False)
    with pytest.raises(Unknown, match="not signed"):
        facing.submit(ready(facing, good()))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"code":0,"msg":"","data":{}}',
        b'{"code":"00000","msg":"","data":[]}',
        b"\xff\xfe",
    ],
)
def test_a_signed_answer_of_another_shape_is_unknown(canned, facing, body):
    canned.answers.append((200, body, True))
    with pytest.raises(Unknown):
        facing.submit(ready(facing, good()))


@pytest.mark.parametrize(
    "told",
    [
        {"acceptNo": "SL1", "bizSerialNo": "somebody-else"},
        {"acceptNo": "", "bizSerialNo": KEY.text},
        {"bizSerialNo": KEY.text},
    ],
)
def test_an_answer_about_another_application_is_unknown(canned, facing, told):
    canned.says("00000", told)
    with pytest.raises(Unknown, match="another application"):
        facing.submit(ready(facing, good()))


@pytest.mark.parametrize(
    "fields",
    [
        None,
        [],
        [{"path": "bizSerialNo", "msg": "x"}],
        [{"path": "investors[x].name"}],
        [{"path": "dom[0].detail"}],
        [{}],
        ["x"],
    ],
)
def test_complaints_about_what_is_not_the_applicants_stop_this_application(canned, facing, fields):
    canned.says("40001", {"fields": fields})
    with pytest.raises(Unprocessable):
        facing.submit(ready(facing, good()))


LICENCE = {
    "uniscid": "91990100MA0000015X",
    "licenceNo": "990100000000014",
    "estDate": "2026-03-04",
    "entName": "示范市青禾云软件有限公司",
    "regOrgName": "示范市市场监督管理局",
}
GRANTED = {
    "acceptNo": "SL1",
    "bizSerialNo": KEY.text,
    "state": "50",
    "licence": LICENCE,
    "files": [],
}


@pytest.mark.parametrize(
    "told",
    [
        GRANTED | {"state": "55"},
        GRANTED | {"licence": None},
        GRANTED | {"licence": LICENCE | {"uniscid": "91990100MA0000015"}},
        GRANTED | {"licence": LICENCE | {"estDate": "2026-02-30"}},
        GRANTED | {"files": None},
        GRANTED | {"files": [{"path": "@127.0.0.1:1/x", "ticket": "t", "sm3": "", "title": "", "mediaType": ""}]},
        GRANTED | {"files": [{"path": "/api/v2/licence/1.pdf", "ticket": "t", "sm3": "00", "title": "", "mediaType": ""}]},
        {"acceptNo": "SL1", "bizSerialNo": KEY.text},
    ],
)  # fmt: skip
def test_a_licence_that_breaks_the_protocol_is_unknown(canned, facing, told):
    canned.says("00000", told)
    with pytest.raises(Unknown):
        facing.query(Ref(KEY.text))


def test_a_licence_as_the_protocol_promises_is_done(canned, facing):
    canned.says("00000", GRANTED)
    outcome = facing.query(Ref(KEY.text))
    assert isinstance(outcome, Done)
    assert outcome.result["established_on"] == "2026-03-04"
