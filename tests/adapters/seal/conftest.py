"""A seal stub, an adapter that talks to it, and what it needs."""

import pytest

from adapters.hall.clock import RealClock
from adapters.hall.hall import Hall
from adapters.seal import SealAdapter
from kaiban.ports import Key

NEEDS = {
    "credit_code": "91990102MA4KB0010T",
    "name": "示范市青禾云软件有限公司",
    "region": "990102",
    "rep_name": "张三",
    "rep_cert_type": "id_card",
    "rep_cert_no": "99010219900307299X",
    "rep_mobile": "13900000001",
    "seals": [
        {"kind": "official", "material": "copper", "qty": 1, "paid_by": "city"},
        {"kind": "invoice"},
        {"kind": "legal_rep", "paid_by": "self"},
    ],
    "engraver": "990102000001",
    "electronic": True,
}


@pytest.fixture
def hall():
    with Hall(manual=True, only=("seal",)) as hall:
        yield hall


@pytest.fixture
def adapter(hall):
    made = SealAdapter(hall.settings("seal"), clock=RealClock())
    yield made
    made.http.close()


@pytest.fixture
def stub(hall):
    return hall.stub("seal")


@pytest.fixture
def key():
    return Key("KB9901012026030400001", "seal", "main")


@pytest.fixture
def order(adapter, key):
    def prepared(*, key=key, **changed):
        given = {name: value for name, value in (NEEDS | changed).items() if value is not None}
        return adapter.prepare(adapter.Needs().load(given), key, "main")

    return prepared
