"""A tax stub, an adapter that talks to it, and what it needs."""

import pytest

from adapters.hall.clock import RealClock
from adapters.hall.hall import Hall
from adapters.tax import TaxAdapter
from kaiban.ports import Key

NEEDS = {
    "credit_code": "91990102MA4KB0010T",
    "name": "示范市青禾云软件有限公司",
    "region": "990102",
    "address": "青云路 18 号 3 栋 502 室",
    "phone": "0999-8800001",
    "rep_name": "张三",
    "rep_cert_type": "id_card",
    "rep_cert_no": "99010219900307299X",
    "rep_mobile": "13900000001",
    "officer_name": "李四",
    "officer_cert_type": "passport",
    "officer_cert_no": "E12345678",
    "officer_mobile": "13900000002",
    "taxpayer_kind": "small",
    "standard": "small_business",
    "kinds": [{"kind": "digital_ordinary"}, {"kind": "digital_special"}],
    "limit": 100000,
}


@pytest.fixture
def hall():
    with Hall(manual=True, only=("tax",)) as hall:
        yield hall


@pytest.fixture
def adapter(hall):
    made = TaxAdapter(hall.settings("tax"), clock=RealClock())
    yield made
    made.http.close()


@pytest.fixture
def stub(hall):
    return hall.stub("tax")


@pytest.fixture
def key():
    return Key("KB9901012026030400001", "tax", "main")


@pytest.fixture
def application(adapter, key):
    def prepared(*, key=key, **changed):
        given = {name: value for name, value in (NEEDS | changed).items() if value is not None}
        return adapter.prepare(adapter.Needs().load(given), key, "main")

    return prepared
