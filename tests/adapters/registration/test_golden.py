"""Messages made by hand from protocol.md and signed by openssl: both sides must agree with them."""

import json
from datetime import datetime
from pathlib import Path

import pytest
import requests
from werkzeug import Request, Response

import adapters.registration
from adapters.hall.clock import HallClock
from adapters.hall.stub import HallContext
from adapters.registration import RegistrationAdapter
from adapters.registration.stub import RegistrationStub
from adapters.registration.stub.crypto import digest, is_signed_by, new_keys, signed_with
from kaiban.ports import (
    Cancelled,
    Correction,
    Done,
    Foreign,
    Forged,
    Hint,
    Key,
    NeedsCorrection,
    Pending,
    Prepared,
    RawCallback,
    Ref,
    Rejected,
)
from tests.serving import serve

GOLDEN = Path(adapters.registration.__file__).parent / "golden"
INPUTS = json.loads((GOLDEN / "inputs.json").read_text("utf-8"))
KEY = Key(INPUTS["case"], "registration", "main")
REF = Ref(KEY.text, "SL9901000000000017")
OURS, THEIRS = new_keys(), new_keys()


def golden(name):
    return (GOLDEN / name).read_bytes()


class Stopped:
    """A clock that stands where the sample messages were written."""

    def now(self):
        return datetime.fromisoformat(INPUTS["clock"])


class Department:
    """Answers from the sample files, signed by ``THEIRS``, and keeps what it heard."""

    def __init__(self):
        self.heard = []
        self.bodies = []

    def __call__(self, environ, start_response):
        request = Request(environ)
        self.heard.append((request, request.get_data()))
        body = self.bodies.pop(0)
        stamp, nonce = request.headers["x-timestamp"], request.headers["x-nonce"]
        # The second line of what is signed is the request's; the sample of it is checked apart.
        target = environ["RAW_URI"]
        sign = signed_with(THEIRS[0], written("200", target, body, stamp, nonce))
        headers = {"x-timestamp": stamp, "x-nonce": nonce, "x-sign": sign}
        return Response(body, headers=headers)(environ, start_response)

    def has_seen(self, name):
        """Whether the last request was signed over exactly that sample text."""
        request, _ = self.heard[-1]
        text = golden(name).replace(INPUTS["nonce"].encode(), request.headers["x-nonce"].encode())
        first, target = text.decode().split("\n")[:2]
        assert (request.method, request.environ["RAW_URI"]) == (first, target)
        return is_signed_by(OURS[1], text, request.headers["x-sign"])


def written(first, target, body, stamp, nonce):
    """Write what is signed, after the sample of an answer: first line, path, SM3, stamp, nonce."""
    return f"{first}\n{target}\n{digest(body)}\n{stamp}\n{nonce}".encode()


@pytest.fixture
def department():
    return Department()


@pytest.fixture
def adapter(department):
    with serve(department) as url:
        settings = {
            "url": url,
            "app_key": INPUTS["app_key"],
            "private_key": OURS[0],
            "department_key": THEIRS[1],
        }
        adapter = RegistrationAdapter(settings, clock=Stopped())
        yield adapter
        adapter.http.close()


def prepared(adapter):
    found = adapter.prepare(adapter.Needs().load(INPUTS["needs"]), KEY, "main")
    assert isinstance(found, Prepared), found
    return found


# --- what we say ----------------------------------------------------------------------------------


def test_an_application_is_said_and_signed_as_the_sample(department, adapter):
    department.bodies = [golden("taken.answer.json")]
    outcome = adapter.submit(prepared(adapter))
    request, body = department.heard[0]
    assert body == golden("establish.request.json")
    assert request.headers["x-app-key"] == INPUTS["app_key"]
    assert request.headers["x-timestamp"] == INPUTS["timestamp"]
    assert department.has_seen("establish.signed.txt")
    assert isinstance(outcome, Pending)
    assert (outcome.ref.key, outcome.ref.number) == (REF.key, REF.number)


def test_a_withdrawal_is_said_and_signed_as_the_sample(department, adapter):
    department.bodies = [golden("withdrawn.answer.json")]
    assert isinstance(adapter.cancel(REF), Cancelled)
    assert department.heard[0][1] == golden("withdraw.request.json")
    assert department.has_seen("withdraw.signed.txt")


def test_late_materials_are_said_and_signed_as_the_sample(department, adapter):
    department.bodies = [golden("late.answer.json")]
    lease = {
        "key": "lease", "name": "房屋租赁合同", "media_type": "application/pdf",
        "digest": "3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7",
    }  # fmt: skip
    adapter.supply(REF, [lease])
    assert department.heard[0][1] == golden("late.request.json")
    assert department.has_seen("late.signed.txt")


def test_an_answer_about_another_application_is_not_taken_for_ours(department, adapter):
    told = golden("late.answer.json").replace(b"0017", b"0018")
    department.bodies = [told] * 9
    with pytest.raises(Foreign):
        adapter.supply(REF, [])


def test_a_question_is_encoded_and_signed_as_the_sample(department, adapter):
    told = golden("reviewing.answer.json").replace(KEY.text.encode(), b"A/1+b&c=d~%")
    department.bodies = [told]
    assert isinstance(adapter.query(Ref(INPUTS["odd_serial"])), Pending)
    assert department.has_seen("query.signed.txt")


# --- what we understand ---------------------------------------------------------------------------


def test_a_review_is_pending(department, adapter):
    department.bodies = [golden("reviewing.answer.json")]
    outcome = adapter.query(Ref(KEY.text))
    assert (outcome.ref, outcome.in_review, outcome.reason) == (REF, True, "审核中")


def test_flaws_of_the_message_are_corrections_by_form_path(department, adapter):
    department.bodies = [golden("fields.answer.json")]
    outcome = adapter.submit(prepared(adapter))
    assert isinstance(outcome, NeedsCorrection)
    assert [(each.path, each.code) for each in outcome.items] == [
        ("company.name.trade_name", "R01"),
        ("people.holders.1.due_date", "R07"),
        ("people.legal_rep.cert.no", "40001"),
    ]


def test_what_the_officer_wants_is_a_correction_with_the_reference(department, adapter):
    department.bodies = [golden("correct.answer.json")]
    text = "住所信息与产权、租赁文件不一致（门牌号缺失），请补正。"
    outcome = adapter.query(Ref(KEY.text))
    assert isinstance(outcome, NeedsCorrection)
    assert outcome.ref == REF
    assert outcome.items[0] == Correction("premises.detail", "R03", text)
    assert outcome.items[1].path == "company.scope.items.1.permit"


def test_refusals_are_final(department, adapter):
    department.bodies = [golden("not-accepted.answer.json"), golden("refused.answer.json")]
    for outcome, code in (
        (adapter.submit(prepared(adapter)), "R12"),
        (adapter.query(Ref(KEY.text)), "R09"),
    ):
        assert isinstance(outcome, Rejected)
        assert outcome.code == code


@pytest.mark.parametrize("answer", ["reviewing", "correct", "granted", "refused", "withdrawn"])
def test_an_answer_about_another_company_is_never_ours(department, adapter, answer):
    ours = prepared(adapter).ref
    other = golden(f"{answer}.answer.json").replace("青禾云".encode(), "晨光".encode())
    department.bodies = [other] * 3
    with pytest.raises(Foreign, match="company"):
        adapter.query(ours)


def test_a_withdrawn_application_is_cancelled(department, adapter):
    department.bodies = [golden("withdrawn.answer.json")]
    assert isinstance(adapter.query(Ref(KEY.text)), Cancelled)


def test_a_licence_is_done_with_its_paper(department, adapter):
    department.bodies = [golden("granted.answer.json"), golden("licence.paper.txt")]
    outcome = adapter.query(Ref(KEY.text))
    assert isinstance(outcome, Done)
    assert outcome.result == {
        "credit_code": "91990100MA0000015X",
        "licence_no": "990100000000014",
        "established_on": "2026-03-04",
        "company_name": "示范市青禾云软件有限公司",
        "office": "示范市市场监督管理局",
        "receipt": "SL9901000000000017",
    }
    (paper,) = outcome.documents
    assert (paper.name, paper.title) == ("licence.pdf", "电子营业执照")
    assert paper.content == golden("licence.paper.txt")
    assert department.has_seen("licence.signed.txt")


def push(**changes):
    headers = {
        "X-Timestamp": INPUTS["timestamp"],
        "X-Nonce": INPUTS["nonce"],
        "X-Sign": INPUTS["signatures"]["push"],
    }
    return RawCallback("/callbacks/registration", headers | changes, golden("push.json"))


def test_a_push_signed_by_openssl_is_believed():
    settings = {
        "url": "http://127.0.0.1:1",
        "app_key": INPUTS["app_key"],
        "private_key": OURS[0],
        "department_key": INPUTS["department_public"],
    }
    adapter = RegistrationAdapter(settings, clock=Stopped())
    assert adapter.parse_callback(push()) == (Hint(REF.key, REF.number),)
    with pytest.raises(Forged):
        adapter.parse_callback(push(**{"X-Sign": INPUTS["signatures"]["taken"]}))


# --- what the stub understands and says -----------------------------------------------------------


@pytest.fixture
def stub(tmp_path):
    # It knows the sample client by its public key; nobody here has the private one.
    (tmp_path / "registration-client.pem").write_text(INPUTS["client_public"])
    clock = HallClock(Stopped().now(), manual=True)
    stub = RegistrationStub(HallContext(clock=clock, secrets=tmp_path, real=Stopped()))
    stub.start()
    yield stub
    stub.stop()


def sent(stub, sign, body=None):
    headers = {
        "x-app-key": INPUTS["app_key"],
        "x-timestamp": INPUTS["timestamp"],
        "x-nonce": INPUTS["nonce"],
        "x-sign": sign,
    }
    content = golden("establish.request.json") if body is None else body
    url = f"{stub.url}/api/v2/establish"
    return requests.request("POST", url, data=content, headers=headers, timeout=250)


def test_the_stub_takes_the_sample_application(stub):
    answer = sent(stub, INPUTS["signatures"]["establish"])
    number = answer.json()["data"]["acceptNo"]
    expected = golden("taken.answer.json").replace(REF.number.encode(), number.encode())
    assert answer.content == expected
    text = (
        golden("taken.signed.txt")
        .decode()
        .replace(digest(golden("taken.answer.json")), digest(expected))
    )
    assert is_signed_by(stub.door.own_public, text.encode(), answer.headers["x-sign"])
    assert answer.headers["x-nonce"] == INPUTS["nonce"]


def test_the_stub_refuses_the_sample_with_another_signature_or_body(stub):
    assert sent(stub, INPUTS["signatures"]["taken"]).json()["code"] == "40102"
    body = golden("establish.request.json") + b" "
    assert sent(stub, INPUTS["signatures"]["establish"], body).json()["code"] == "40102"
    assert stub.store.all("application") == {}


def test_openssl_signed_the_sample_answer_for_the_departments_key():
    sign = INPUTS["signatures"]["taken"]
    assert is_signed_by(INPUTS["department_public"], golden("taken.signed.txt"), sign)
