"""Both sides against sample files written by hand from the protocol page."""

import json
from pathlib import Path

import pytest
import requests
from werkzeug import Request, Response

from adapters import housing_fund
from adapters.hall import Hall, RealClock
from adapters.housing_fund import HousingFundAdapter
from adapters.wire import piped
from kaiban.ports import Done, Foreign, Key, Partial, Pending, Prepared, Unknown, Unprocessable
from tests.serving import serve

GOLDEN = Path(housing_fund.__file__).parent / "golden"
INPUTS = json.loads((GOLDEN / "inputs.json").read_text("utf-8"))
KEY = INPUTS["settings"]["exchange_key"].encode()


class Canned:
    """A centre that has the sample results, or what it is told."""

    def __init__(self):
        self.laid_down = {}
        self.change = lambda same: same

    def __call__(self, environ, start_response):
        request = Request(environ)
        return self.answer(request.method, request.path, request.get_data())(
            environ, start_response
        )

    def answer(self, method, path, body):
        name = path.rpartition("/")[2]
        if method == "PUT":
            self.laid_down[name] = body
            return Response("WAIT|12\r\n")
        result = GOLDEN / name.removesuffix(".ok")
        if not path.startswith("/out/") or not result.exists():
            return Response("404\r\n", 404, content_type="text/plain")
        return Response("" if name.endswith(".ok") else self.change(result.read_bytes()))


@pytest.fixture
def centre():
    return Canned()


@pytest.fixture
def adapter(centre):
    with serve(centre) as url:
        adapter = HousingFundAdapter({**INPUTS["settings"], "url": url}, clock=RealClock())
        yield adapter
        adapter.http.close()


def prepared(adapter, step):
    credit_code = INPUTS["credit_code"] if step == "confirm" else ""
    needs = adapter.Needs().load({**INPUTS["needs"], "credit_code": credit_code})
    found = adapter.prepare(needs, Key(INPUTS["case"], "housing_fund", step), step)
    assert isinstance(found, Prepared)
    return found


@pytest.mark.parametrize("step", ["pre", "confirm"])
def test_the_adapter_lays_the_file_down_byte_for_byte(centre, adapter, step):
    ready = prepared(adapter, step)
    assert isinstance(adapter.submit(ready), Pending)
    expected = (GOLDEN / f"{ready.key}.txt").read_bytes()
    assert centre.laid_down == {f"{ready.key}.txt": expected, f"{ready.key}.ok": b""}


def test_the_adapter_understands_a_pre_registration(adapter):
    assert adapter.query(prepared(adapter, "pre").ref).result == {"pre_number": "YGJ00000007"}


def test_the_adapter_understands_a_registration(adapter):
    outcome = adapter.query(prepared(adapter, "confirm").ref)
    assert isinstance(outcome, Done)
    assert outcome.result["unit_account"] == "990100000007"
    assert outcome.result["first_month"] == "2026-03"
    assert [line["monthly"] for line in outcome.result["people"]] == ["1200.00", "981.00"]
    assert outcome.documents[0].content.decode() == "样例 · 模拟数据 · 无法律效力"


def test_the_centre_takes_the_sample_files(tmp_path):
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "housing_fund.exchange_key").write_bytes(KEY)
    (keys / "housing_fund.password").write_text(INPUTS["settings"]["password"])
    login = (INPUTS["settings"]["org"], INPUTS["settings"]["password"])
    with Hall(only=("housing_fund",), manual=True, folder=tmp_path) as hall:
        for file in GOLDEN.glob("*.txt"):
            for name, body in ((file.name, file.read_bytes()), (f"{file.stem}.ok", b"")):
                url = f"{hall.url('housing_fund')}/in/{name}"
                answer = requests.request("PUT", url, data=body, auth=login, timeout=250)
                assert answer.status_code == 200
        hall.advance(hours=3)
        assert sorted(commit.step for commit in hall.commits()) == ["confirm", "pre"]


# --- results that are not what the page says -------------------------------------------------------


def signed(change):
    """Spoil the records and sign them as the centre would."""

    def changed(raw):
        return piped.signed(change(raw[: raw.rindex(b"T|")]), KEY)

    return changed


def swap(old, new):
    return signed(lambda body: body.replace(old.encode("gb18030"), new.encode("gb18030")))


SPOILT = {
    "broken off": lambda raw: raw[: len(raw) // 2],
    "nothing": lambda _: b"",
    "a changed account": lambda raw: raw.replace(b"990100000007", b"990100000008"),
    "UTF-8": lambda raw: raw.decode("gb18030").encode(),
    "a web page": lambda _: "<html>系统维护</html>".encode("gbk"),
    "another file's result": swap("H|RET|GJJ02", "H|RET|GJJ01"),
    "an unlisted state": swap("|00||4", "|07||4"),
    "an unlisted unit code": swap("U|00|", "U|77|"),
    "an unlisted line code": swap("P|00||990000000011", "P|L77||990000000011"),
    "a person's code for the file": swap("P|00||990000000011", "P|F01||990000000011"),
    "a field more": swap("|120000", "|120000|"),
    "an amount in yuan": swap("|120000", "|1200.00"),
    "no account": swap("|990100000007|", "||"),
    "a document that is not base64": swap("receipt.pdf|", "receipt.pdf|*"),
    "no unit": signed(lambda body: body.split(b"\r\n")[0] + b"\r\n"),
}


@pytest.mark.parametrize("step", ["pre", "confirm"])
def test_a_result_about_another_company_is_never_ours(centre, adapter, step):
    centre.change = swap("|示范市青禾云软件有限公司", "|示范市晨光软件有限公司")
    with pytest.raises(Foreign, match="company"):
        adapter.query(prepared(adapter, step).ref)


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_spoilt_result_is_unknown(centre, adapter, spoilt):
    centre.change = SPOILT[spoilt]
    with pytest.raises(Unknown):
        adapter.query(prepared(adapter, "confirm").ref)


@pytest.mark.parametrize("code", ["F01", "F02", "F03"])
def test_a_file_they_cannot_use_needs_a_person(centre, adapter, code):
    centre.change = lambda _: piped.signed(
        piped.write([["H", "RET", prepared(adapter, "pre").key, code, "文件未通过检查", "0"]]), KEY
    )
    with pytest.raises(Unprocessable, match=code):
        adapter.query(prepared(adapter, "pre").ref)


def test_a_refused_person_is_named_by_their_place_in_the_form(centre, adapter):
    centre.change = swap("D|3|P|00||", "D|3|P|L04|缴存基数超过上限|")
    outcome = adapter.query(prepared(adapter, "confirm").ref)
    assert isinstance(outcome, Partial)
    assert [(each.path, each.code) for each in outcome.items] == [
        ("staff.members.1.monthly_wage", "H03")
    ]


def test_a_text_cut_inside_a_character_hides_no_account(centre, adapter):
    whole = "委托收款银行账户校验失败，可后补".encode("gb18030")
    centre.change = signed(lambda body: body.replace(whole, whole[:-1]))
    outcome = adapter.query(prepared(adapter, "confirm").ref)
    assert isinstance(outcome, Done)
    assert outcome.result["remark"] == "委托收款银行账户校验失败，可后…"
