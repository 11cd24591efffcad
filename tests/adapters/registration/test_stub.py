"""The pretended registrar, spoken to as somebody who does not know our adapter would."""

import copy
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
import requests

import adapters.registration
from adapters.hall import Hall, RealClock
from adapters.hall.clock import HallClock
from adapters.hall.credit_codes import credit_code, subject_number
from adapters.hall.stub import HallContext
from adapters.registration.stub import RegistrationStub
from adapters.registration.stub.codes import licence_number
from adapters.registration.stub.crypto import is_signed_by, signed_with, signing_text, target_of
from adapters.registration.stub.names import Name, Register
from forms.values.checks import is_credit_code
from tests.documents.paper import text_of

GOLDEN = Path(adapters.registration.__file__).parent / "golden"
GOOD = json.loads((GOLDEN / "establish.request.json").read_text("utf-8"))
PATH = "/api/v2/establish"
EVENING = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)  # a Friday, eight o'clock in Beijing


def good(serial="S1", **changes):
    """Return the good application; ``dom__detail=...`` changes something inside, None takes it away."""
    changed = copy.deepcopy(GOOD) | {"bizSerialNo": serial}
    for path, value in changes.items():
        *above, last = path.split("__")
        place = changed
        for name in above:
            place = place[int(name)] if name.isdigit() else place[name]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return changed


def named(trade_name, industry="软件"):
    parts = {"tradeName": trade_name, "industry": industry}
    changed = good()["nameParts"] | {"region": "示范市", "orgForm": "有限公司"} | parts
    return {"entName": f"示范市{trade_name}{industry}有限公司", "nameParts": changed}


class Caller:
    """Signs requests and checks what comes back."""

    def __init__(self, stub):
        self.stub = stub
        self.nonces = iter(f"{number:032d}" for number in range(10**6))

    def headers(self, method, target, body, *, late=timedelta(0), **changes):
        stamp = str(int((RealClock().now() - late).timestamp() * 1000))
        head = {
            "x-app-key": "kaiban-demo", "x-timestamp": stamp, "x-nonce": next(self.nonces)
        } | {name.replace("_", "-"): value for name, value in changes.items()}  # fmt: skip
        text = signing_text(method, target, body, head["x-timestamp"], head["x-nonce"])
        return {"x-sign": signed_with(self.stub.door.client_private, text)} | head

    def raw(self, method, path, query=None, body=b"", **how):
        target = target_of(path, query or {})
        head = self.headers(method, target, body, **how)
        address = self.stub.url + path + (f"?{urlencode(query)}" if query else "")
        answer = requests.request(method, address, data=body, headers=head, timeout=250)
        assert answer.status_code == 200
        nonce, stamp = answer.headers["x-nonce"], answer.headers["x-timestamp"]
        assert nonce == head["x-nonce"]
        text = signing_text("200", target, answer.content, stamp, nonce)
        assert is_signed_by(self.stub.door.own_public, text, answer.headers["x-sign"])
        return answer

    def get(self, path, **query):
        return self.raw("GET", path, query).json()

    def post(self, path, value, **how):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.raw("POST", path, None, body, **how).json()

    def taken(self, row):
        told = self.post(PATH, row)
        assert told["code"] == "00000", told
        return told["data"]["acceptNo"]

    def state(self, number):
        return self.get(f"{PATH}/{number}")["data"]["state"]


@pytest.fixture
def hall():
    with Hall(only=("registration",), manual=True) as hall:
        yield hall


@pytest.fixture
def caller(hall):
    return Caller(hall.stub("registration"))


@pytest.fixture(scope="module")
def refusing():
    """Call a registrar that is only asked, or sent what it refuses: it keeps nothing."""
    with Hall(only=("registration",), manual=True) as hall:
        caller = Caller(hall.stub("registration"))
        yield caller
        assert caller.stub.store.all("application") == {}


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "result", "rules", "similar"),
    [
        ("示范市青禾云软件有限公司", "可用", [], []),
        ("示范市星野软件有限公司", "禁止", ["R01"], []),
        ("示范市开元区星野科技有限责任公司", "禁止", ["R01"], []),  # the same trade
        ("示范市星野服装有限公司", "可用", [], []),  # another trade
        ("示范市萬象置業有限公司", "禁止", ["R01"], []),  # traditional characters
        ("示范市（星 野）软件有限公司", "禁止", ["R01"], []),
        ("示范市佰川商贸有限公司", "提示", [], ["示范市百川商贸有限公司"]),  # the same sound
        ("示范市星野谷软件有限公司", "提示", [], ["示范市星野软件有限公司"]),  # contained
        ("示范市国家级软件有限公司", "禁止", ["R02", "R02"], []),  # 国家级, 国家
        ("示范市科技软件有限公司", "禁止", ["R02"], []),  # no trade name but a trade
        ("青禾云", "禁止", ["R02"], []),
        ("", "禁止", ["R02"], []),
        ("示范市旧梦餐饮有限公司", "禁止", ["R01"], []),  # given up within the year
        ("示范市远山软件有限公司", "可用", [], []),  # given up two years ago
    ],
)
def test_a_name_is_checked_by_the_rules(refusing, name, result, rules, similar):
    told = refusing.get("/api/v2/names", name=name)["data"]
    assert told["result"] == result
    assert [each["rule"] for each in told["reasons"]] == rules
    assert told["similar"] == similar


def test_words_in_another_order_are_the_same_name():
    register = Register()
    one, other = Name("", "星野", "软件", ""), Name("", "软件", "星野", "")
    assert register.keys(one) & register.keys(other)


def test_a_year_after_it_was_given_up_a_name_is_free():
    register = Register()
    name = Name("示范市", "旧梦", "餐饮", "有限公司")
    nobody = dict.fromkeys([]).get
    assert register.check(name, nobody, date(2027, 6, 29)).result == "禁止"
    assert register.check(name, nobody, date(2027, 6, 30)).result == "可用"


def test_an_application_holds_its_name_while_it_lives(caller):
    first = caller.taken(good())
    told = caller.post(PATH, good("S2"))
    assert [each["rule"] for each in told["data"]["fields"]] == ["R01"]
    assert caller.get("/api/v2/names", name=GOOD["entName"])["data"]["result"] == "禁止"
    caller.post(f"{PATH}/withdraw", {"bizSerialNo": "S1", "acceptNo": first})
    caller.taken(good("S2"))


def test_a_supplement_may_keep_its_name_or_free_it(hall, caller):
    number = caller.taken(good(dom__detail="青云路大厦"))
    hall.advance(hours=8)
    renamed = good("S2", **named("松间月"))
    assert caller.post(f"{PATH}/{number}/supplement", renamed)["code"] == "00000"
    caller.taken(good("S3"))


# --- numbers --------------------------------------------------------------------------------------


def test_the_credit_code_of_the_standard_is_completed():
    # GB 32100-2015, the example of its appendix.
    assert credit_code("350100", "M000100Y") == "91350100M000100Y43"


@pytest.mark.parametrize("seed", range(50))
def test_issued_numbers_carry_right_checks(seed):
    dice = Random(seed)
    code = credit_code("990100", subject_number(dice))
    assert is_credit_code(code), code
    number = licence_number("990100", dice.randrange(10**8))
    assert len(number) == 15
    product = 10
    for digit in number[:-1]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    assert (product + int(number[-1])) % 10 == 1  # ISO 7064 MOD 11,10


def test_no_number_is_given_twice(hall, caller):
    numbers = [
        caller.taken(good(f"S{n}", **named(trade_name)))
        for n, trade_name in enumerate(("松间月", "竹外桃", "柳如烟", "海棠红"))
    ]
    hall.advance(hours=8)
    licences = [caller.get(f"{PATH}/{number}")["data"]["licence"] for number in numbers]
    assert len(set(numbers)) == 4
    for field in ("uniscid", "licenceNo"):
        assert len({each[field] for each in licences}) == 4
    assert all(is_credit_code(each["uniscid"]) for each in licences)


# --- messages -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["extra", "nameParts__extra", "dom__lease__extra", "investors__1__extra"]
)
def test_a_field_nobody_defined_is_refused(refusing, path):
    told = refusing.post(PATH, good(**{path: "1"}))
    assert told["code"] == "40001"
    shown = path.replace("__", ".").replace(".1.", "[1].")
    assert [(each["path"], each["msg"]) for each in told["data"]["fields"]] == [
        (shown, "未定义的字段")
    ]
    assert refusing.stub.store.all("application") == {}


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ("entName", None, "entName"),
        ("regCap", "100", "regCap"),
        ("regCap", "１００.000000", "regCap"),
        ("regCap", 100, "regCap"),
        ("capDue", "2031-02-29", "capDue"),
        ("capDue", "20310228", "capDue"),
        ("opTerm", "2031-13-01", "opTerm"),
        ("opTerm", "永久", "opTerm"),
        ("scopeItems", [], "scopeItems"),
        ("investors", {}, "investors"),
        ("investors__0__conForm", "5", "investors[0].conForm"),
        ("dom", "示范市", "dom"),
        ("dom__lease__owner", "人", "dom.lease.owner"),
        ("copyNum", "11", "copyNum"),
        ("liaison__mobile", "", "liaison.mobile"),
        ("legalRep__cerNo", " 1 ", "legalRep.cerNo"),
        ("directors__0__position", "431C", "directors[0].position"),
        ("bizSerialNo", "编号", "bizSerialNo"),
        ("bizSerialNo", "x" * 65, "bizSerialNo"),
    ],
)
def test_a_value_of_another_shape_is_refused(refusing, path, value, shown):
    told = refusing.post(PATH, good(**{path: value}))
    assert told["code"] == "40001"
    assert [each["path"] for each in told["data"]["fields"]] == [shown]


def test_all_flaws_are_named_at_once(refusing):
    wrong = good(extra="1", entName=None, regCap="x", investors__0__conDate="", dom__usage="0")
    found = [each["path"] for each in refusing.post(PATH, wrong)["data"]["fields"]]
    assert sorted(found) == ["dom.usage", "entName", "extra", "investors[0].conDate", "regCap"]


def cooperative(**changes):
    """The application of a cooperative of five, without what it has not."""
    one = {"cerType": "10", "invType": "1", "addr": "青禾村 1 号", "memType": "1"}
    members = [
        {**one, "name": f"成员{n}", "cerNo": f"{n}", "subConAm": "20.000000"} for n in range(5)
    ]
    absent = dict.fromkeys(GOOD.keys() & {"capDue", "opTerm", "manager"})
    rows = {"investors": members, "directors": [], "supervisors": []}
    return good(**{"entType": "9100", "regCap": "100.000000", **absent, **rows, **changes})


def test_a_cooperative_has_five_members_and_whoever_leads_it_supervises_nobody(refusing):
    lead = {key: GOOD["legalRep"][key] for key in ("name", "cerType", "cerNo")}
    told = refusing.post(PATH, cooperative(supervisors=[lead]))["data"]["fields"]
    assert [(each["path"], each["rule"]) for each in told] == [("supervisors[0].name", "R10")]
    assert "农民专业合作社法" in told[0]["msg"]
    four = cooperative()["investors"][:4]
    told = refusing.post(PATH, cooperative(investors=four))["data"]["fields"]
    assert [each["path"] for each in told] == ["investors"]


def test_all_findings_of_the_machine_are_named_at_once(refusing):
    wrong = good(
        **named("星野"), regCap="99.000000", capDue="2036-01-01", supervisors=[GOOD["manager"]]
    )
    found = {(each["path"], each["rule"]) for each in refusing.post(PATH, wrong)["data"]["fields"]}
    assert found == {
        ("nameParts.tradeName", "R01"),
        ("regCap", "R06"),
        ("capDue", "R07"),
        ("supervisors[0].name", "R10"),
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
        json.dumps(GOOD).encode("utf-16"),
        b"[" * 100_000,
    ],
)
def test_what_is_not_json_in_utf_8_is_refused(refusing, body):
    assert refusing.post(PATH, body)["code"] == "40000"


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"1"])
def test_json_that_is_no_object_is_refused(refusing, body):
    assert refusing.post(PATH, body)["code"] == "40001"


# --- the door -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"x_app_key": "somebody"}, "40101"),
        ({"x_app_key": ""}, "40101"),
        ({"late": timedelta(seconds=310)}, "40108"),
        ({"late": timedelta(seconds=-310)}, "40108"),
        ({"x_timestamp": "1"}, "40108"),
        ({"x_timestamp": "1" * 13}, "40108"),
        ({"x_timestamp": "now"}, "40108"),
        ({"x_nonce": "short"}, "40103"),
        ({"x_nonce": "x" * 65}, "40103"),
        ({"x_nonce": "with-a-hyphen-in-it"}, "40103"),
        ({"x_sign": ""}, "40102"),
        ({"x_sign": "AAAA"}, "40102"),
        ({"x_sign": "MAYCAQECAQE="}, "40102"),
    ],
)
def test_nobody_comes_in_who_cannot_sign(refusing, changes, code):
    assert refusing.post(PATH, good(), **changes)["code"] == code
    assert refusing.stub.store.all("application") == {}


@pytest.mark.parametrize("late", [timedelta(seconds=290), timedelta(seconds=-290)])
def test_a_clock_may_be_a_little_wrong(caller, late):
    assert caller.post(PATH, good(), late=late)["code"] == "00000"


def test_a_nonce_is_taken_once(caller):
    nonce = "0123456789abcdefX"
    assert caller.post(PATH, good(), x_nonce=nonce)["code"] == "00000"
    assert caller.post(PATH, good(), x_nonce=nonce)["code"] == "40107"


def test_a_refused_nonce_is_not_used_up(caller):
    nonce = "0123456789abcdefX"
    assert caller.post(PATH, good(), x_nonce=nonce, x_sign="AAAA")["code"] == "40102"
    assert caller.post(PATH, good(), x_nonce=nonce)["code"] == "00000"


def test_the_same_message_is_the_same_application(caller):
    first, again = caller.post(PATH, good())["data"], caller.post(PATH, good())["data"]
    assert (first["replay"], again["replay"]) == (False, True)
    assert first["acceptNo"] == again["acceptNo"]
    assert caller.post(PATH, good(tel="0999-8800009"))["code"] == "40902"


# --- hours and states -----------------------------------------------------------------------------


def test_at_night_an_application_is_taken_and_waits_for_the_morning():
    with Hall(only=("registration",), manual=True, epoch=EVENING) as hall:
        caller = Caller(hall.stub("registration"))
        number = caller.taken(good())
        assert caller.state(number) == "10"
        hall.advance(hours=60)  # Monday, eight o'clock
        assert caller.state(number) == "20"
        hall.advance(minutes=61)
        assert caller.state(number) == "30"
        hall.advance(hours=7)
        assert caller.state(number) == "50"
        at = caller.get(PATH, bizSerialNo="S1")["data"]["licence"]["estDate"]
        assert at == "2026-03-09"


def test_open_always_means_the_night_too():
    with Hall(only=("registration",), manual=True, always_open=True, epoch=EVENING) as hall:
        caller = Caller(hall.stub("registration"))
        number = caller.taken(good())
        hall.advance(hours=6)
        assert caller.state(number) == "50"


def test_a_supplement_is_taken_only_when_one_is_wanted(hall, caller):
    number = caller.taken(good(dom__detail="青云路大厦"))
    supplement = f"{PATH}/{number}/supplement"
    for _ in range(2):
        assert caller.post(supplement, good("S2"))["code"] == "40903"
        hall.advance(minutes=4)
    hall.advance(hours=8)
    assert caller.state(number) == "31"
    # Not even then under the old serial, nor for another application.
    assert caller.post(supplement, good())["code"] == "40902"
    assert caller.post(f"{PATH}/SL0000000000000000/supplement", good("S2"))["code"] == "40401"
    assert caller.get(PATH, bizSerialNo="S2")["code"] == "40401"
    assert caller.post(supplement, good("S2"))["data"]["acceptNo"] == number
    assert caller.state(number) in {"20", "30"}
    assert caller.post(supplement, good("S3"))["code"] == "40903"
    hall.advance(hours=24)
    assert caller.state(number) == "50"
    assert caller.get(PATH, bizSerialNo="S1")["data"]["state"] == "50"
    assert [each.key for each in hall.commits()] == ["S2"]


def test_a_supplement_that_is_still_wrong_is_wanted_again(hall, caller):
    number = caller.taken(good(dom__detail="青云路大厦"))
    hall.advance(hours=8)
    caller.post(f"{PATH}/{number}/supplement", good("S2", dom__detail="青云路商厦"))
    hall.advance(hours=24)
    assert caller.state(number) == "31"
    caller.post(f"{PATH}/{number}/supplement", good("S3"))
    hall.advance(hours=24)
    assert caller.state(number) == "50"


def test_an_application_is_withdrawn_until_it_is_decided(hall, caller):
    number = caller.taken(good(dom__detail="青云路大厦"))
    hall.advance(hours=8)
    asked = {"bizSerialNo": "never sent", "acceptNo": number}
    assert caller.post(f"{PATH}/withdraw", asked)["code"] == "40001"  # a blank in the serial
    asked["bizSerialNo"] = "never-sent"
    for _ in range(2):
        assert caller.post(f"{PATH}/withdraw", asked)["data"]["state"] == "91"
    assert caller.post(f"{PATH}/{number}/supplement", good("S2"))["code"] == "40903"
    assert caller.post(f"{PATH}/withdraw", {"bizSerialNo": "never-sent"})["code"] == "40401"


def test_what_is_granted_or_refused_is_not_withdrawn(hall, caller):
    caller.taken(good())
    caller.taken(good("S2", **named("测试驳回")))
    hall.advance(hours=8)
    for serial in ("S1", "S2"):
        assert caller.post(f"{PATH}/withdraw", {"bizSerialNo": serial})["code"] == "40904"
    assert len(hall.commits()) == 1


# --- papers ---------------------------------------------------------------------------------------


class Watch:
    """Real time that can be put forward."""

    def __init__(self):
        self.ahead = timedelta(0)

    def now(self):
        return RealClock().now() + self.ahead


def offered(caller):
    return caller.get(PATH, bizSerialNo="S1")["data"]["files"]


def test_a_ticket_opens_its_own_paper_once(hall, caller):
    caller.taken(good())
    hall.advance(hours=8)
    licence, notice = offered(caller)
    content = caller.raw("GET", licence["path"], {"ticket": licence["ticket"]}).content
    assert content.startswith(b"%PDF")
    for path, ticket in (
        (licence["path"], licence["ticket"]),
        (licence["path"], notice["ticket"]),  # uses it up
        (notice["path"], notice["ticket"]),
        (notice["path"], ""),
    ):
        assert caller.get(path, ticket=ticket)["code"] == "41001"


def test_the_notice_says_nothing_of_materials_that_may_never_have_come(hall, caller):
    caller.taken(good())
    hall.advance(hours=8)
    _, notice = offered(caller)
    paper = caller.raw("GET", notice["path"], {"ticket": notice["ticket"]}).content
    text = text_of(paper)
    said = {word: word in text for word in ("准予登记", "材料")}
    assert said == {"准予登记": True, "材料": False}


@pytest.mark.parametrize(
    ("region", "detail", "printed"),
    [
        ("990103", "青云路 18 号", "示范市云启区青云路 18 号"),
        ("990103", "云启区青云路 18 号", "示范市云启区青云路 18 号"),
        ("990103", "示范市云启区青云路 18 号", "示范市云启区青云路 18 号"),
        ("990103", "湖南省示范市 云启区 青云路 18 号", "示范市云启区青云路 18 号"),
        ("990100", "示范市青云路 18 号", "示范市青云路 18 号"),
    ],
)
def test_the_licence_says_the_region_of_the_seat_exactly_once(
    hall, caller, region, detail, printed
):
    caller.taken(good(dom__region=region, dom__detail=detail))
    hall.advance(hours=8)
    licence, _ = offered(caller)
    paper = caller.raw("GET", licence["path"], {"ticket": licence["ticket"]}).content
    assert f"住所：{printed}".replace(" ", "") in text_of(paper)


def test_a_ticket_lives_ten_minutes(tmp_path):
    watch, clock = Watch(), HallClock(EVENING, manual=True)
    stub = RegistrationStub(
        HallContext(clock=clock, secrets=tmp_path, always_open=True, real=watch)
    )
    stub.start()
    caller = Caller(stub)
    caller.taken(good())
    clock.advance(timedelta(hours=8))
    licence, notice = offered(caller)
    watch.ahead = timedelta(minutes=9)
    late = -watch.ahead
    assert caller.raw("GET", licence["path"], {"ticket": licence["ticket"]}, late=late).content
    watch.ahead = timedelta(minutes=11)
    told = caller.raw("GET", notice["path"], {"ticket": notice["ticket"]}, late=-watch.ahead)
    assert told.json()["code"] == "41001"
    stub.stop()
