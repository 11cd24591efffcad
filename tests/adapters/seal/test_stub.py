"""The pretended gateway, spoken to as somebody who does not know our adapter would."""

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from adapters.hall.clock import RealClock
from adapters.hall.hall import Hall
from adapters.seal import SealAdapter
from adapters.seal.stub_orders import shown
from adapters.seal.words import FILED, status_rank
from kaiban.ports import Done, Pending, RawCallback, Unprocessable


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"uscc"', '"extra":"1","uscc"'),
        ('"text":"张三"', '"text":"张三","font":"宋体"'),
        ('"uscc":"9199', '"uscc":"'),
        ('"sealType":"03"', '"sealType":"09"'),
        ('"mobile":"13900000001"', '"phone":"13900000001"'),
        ('"body":{', '"tail":{},"body":{'),
        ('"electronicSeal":"1"', '"electronicSeal":true'),
    ],
)
def test_a_message_with_a_wrong_field_is_refused(adapter, stub, order, old, new):
    sent = order()
    assert old in sent.body.decode()
    body = sent.body.decode().replace(old, new).encode()
    with pytest.raises(Unprocessable, match="120"):
        adapter.submit(replace(sent, body=body))
    assert stub.store.all("order") == {}


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"appCode":"KBYB01"}'])
def test_what_is_not_an_envelope_is_refused(stub, body):
    assert stub.app.test_client().post("/gateway", data=body).status_code == 400


def test_an_old_answer_played_back_does_not_order_twice(adapter, hall, stub, order):
    """Or a recorded "session expired" would cut a second set of seals."""
    other = SealAdapter(hall.settings("seal"), clock=RealClock())
    adapter.health()
    other.health()
    adapter.health()
    expired = next(e for e in stub.store.journal() if json.loads(e.answered)["keyId"] == "")
    replayed = json.loads(expired.answered)
    sent = json.loads(stub.store.journal()[-1].asked)
    seen = f"{replayed['appCode']}\n\n{replayed['responseData']}\n{sent['sign']}"
    assert not stub.gateway_pair.signed(seen, replayed["sign"])
    other.http.close()


def test_changes_are_unordered_repeated_and_still_lead_to_the_same_rank(
    stub, hall, adapter, order
):
    sent = adapter.submit(order())
    hall.advance(hours=4)
    stub.refresh()
    kept = stub.store.get("order", sent.ref.number)
    seen = set()
    for n in range(20):
        seal = shown(kept, hall.clock.now(), stub.draw(sent.ref.number, "try", n))["seals"][0]
        seen.add(tuple(change["status"] for change in seal["changes"]))
        assert status_rank(seal["changes"]) in FILED
        assert len(seal["changes"]) > len({change["status"] for change in seal["changes"]})
    assert len(seen) > 5


def test_seal_codes_are_unique_and_of_thirteen_digits(adapter, hall, stub, order, key):
    adapter.submit(order())
    adapter.submit(order(key=replace(key, case="KB2"), credit_code="91990102MA4KB0029K"))
    codes = [s["sealCode"] for o in stub.store.all("order").values() for s in o["seals"]]
    assert len(set(codes)) == len(codes) == 6
    assert all(len(code) == 13 and code.isdigit() for code in codes)


class Listener(HTTPServer):
    """Takes pushes; refuses the first one, as a busy receiver would."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pushes = []
        self.enough = threading.Event()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.pushes.append((self.path, body))
        first = len(self.server.pushes) == 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"later" if first else b'{"code":"000"}')
        if len({body for _, body in self.server.pushes}) > 3:
            self.server.enough.set()

    def log_message(self, *_):
        pass


@pytest.fixture
def listener():
    server = Listener()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_every_filing_is_pushed_until_it_is_taken(listener, order):
    address = f"http://127.0.0.1:{listener.server_port}"
    with Hall(manual=True, only=("seal",), callback_url=address) as hall:
        adapter = SealAdapter(hall.settings("seal"), clock=RealClock())
        sent = adapter.submit(order())
        hall.advance(hours=3)
        hall.stub("seal").callbacks.deliver_due()
        hall.advance(minutes=1)
        assert listener.enough.wait(30)
        hints = [adapter.parse_callback(RawCallback(p, {}, b)) for p, b in listener.pushes]
        assert {hint.number for (hint,) in hints} == {sent.ref.number}
        assert isinstance(adapter.query(sent.ref), Done)
        adapter.http.close()


def test_the_same_seed_cuts_at_the_same_time(order):
    def cut(seed):
        with Hall(manual=True, seed=seed, only=("seal",)) as hall:
            adapter = SealAdapter(hall.settings("seal"), clock=RealClock())
            sent = adapter.submit(order())
            adapter.http.close()
            return hall.stub("seal").store.get("order", sent.ref.number)["times"]["01"]

    assert cut(1) == cut(1)
    assert cut(1) != cut(2)


def test_what_is_not_ready_at_closing_time_is_ready_in_the_morning(adapter, hall, stub, order):
    hall.advance(hours=7, minutes=55)  # 17:25
    sent = adapter.submit(order())
    times = stub.store.get("order", sent.ref.number)["times"]
    assert times["01"] == "2026-03-05T08:30:00+08:00"


def test_a_hall_that_is_always_open_takes_orders_at_night(order):
    with Hall(manual=True, always_open=True, only=("seal",)) as hall:
        hall.advance(hours=14)
        adapter = SealAdapter(hall.settings("seal"), clock=RealClock())
        assert isinstance(adapter.submit(order()), Pending)
        adapter.http.close()
