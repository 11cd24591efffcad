"""What every adapter inherits, seen through a small adapter against real servers."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

import pytest
from marshmallow import Schema, fields

from adapters.base import AdapterBase, BaseSettings, SessionCache, Verdict
from kaiban.ports import (
    Cancelled,
    Closed,
    Correction,
    Done,
    Foreign,
    Health,
    Manifest,
    Misconfigured,
    NotFound,
    Pending,
    Prepared,
    Ref,
    Rejected,
    Retryable,
    StepSpec,
    Unknown,
)
from tests.servers import answer, saying, speaking

REF = Ref("k")
PREPARED = Prepared("k", b"asked", REF)


class StandingClock:
    def now(self):
        return datetime(2026, 3, 4, 1, 30, tzinfo=UTC)


class PersonNeeds(Schema):
    name = fields.String(metadata={"path": "name", "bytes": 8})
    cert_no = fields.String(metadata={"path": "cert.no"})


class SmallNeeds(Schema):
    company = fields.String(metadata={"path": "company.name.full", "bytes": 12})
    capital = fields.Decimal(metadata={"path": "company.capital.amount"})
    start = fields.Date(metadata={"path": "company.term.from"})
    staff = fields.List(fields.Nested(PersonNeeds), metadata={"path": "staff.members"})
    rep = fields.Nested(PersonNeeds, metadata={"path": "people.legal_rep"})
    kinds = fields.List(fields.String(), metadata={"path": "tax.tax_kinds"})


class SmallResult(Schema):
    receipt = fields.String(required=True, metadata={"label": "回执号"})
    day = fields.Date(required=True, metadata={"label": "日期"})


class SmallSettings(BaseSettings):
    secret = fields.Integer(required=True)


class Small(AdapterBase):
    """``said`` is what the department's methods do, one after the other."""

    manifest = Manifest(
        name="small", department="small", title="小", office="小局", version="1", protocol="S/1",
        steps=(StepSpec(),), idempotency="key", lookup="by-key", finish=("sync",), owner="我们",
        deadline=2, encoding="gbk",
    )  # fmt: skip
    Settings = SmallSettings
    Needs = SmallNeeds
    Result = SmallResult
    CODES: ClassVar = {
        "0": Verdict.DONE, "1": Verdict.PENDING, "3*": Verdict.REJECTED, "31*": Verdict.CORRECT,
        "311": Verdict.LOOK_UP, "4": Verdict.NOT_FOUND, "5": Verdict.CANCELLED, "6": Verdict.BUSY,
        "7": Verdict.CLOSED, "8": Verdict.CONFIG,
    }  # fmt: skip

    def __init__(self, url="http://127.0.0.1:1", said=()):
        super().__init__({"url": url, "secret": 1}, clock=StandingClock())
        self.said = list(said)
        self.tries = 0

    def prepare(self, needs, key, step):
        raise NotImplementedError  # no test asks it for a message

    def send(self, prepared):
        self.tries += 1
        what = self.said.pop(0)
        if isinstance(what, Exception):
            raise what
        return what

    look = take_back = send

    def ping(self):
        return self.send(None)


class TestGuard:
    @pytest.mark.parametrize("call", ["submit", "query", "cancel"])
    def test_what_was_surely_not_taken_is_said_again(self, call):
        adapter = Small(said=[Retryable("busy"), Retryable("busy"), NotFound()])
        assert getattr(adapter, call)(REF) == NotFound()
        assert adapter.tries == 3

    @pytest.mark.parametrize("call", ["submit", "query", "cancel"])
    def test_it_gives_up_after_three_tries(self, call):
        adapter = Small(said=[Retryable("busy")] * 9)
        with pytest.raises(Retryable):
            getattr(adapter, call)(REF)
        assert adapter.tries == 3

    @pytest.mark.parametrize("call", ["submit", "cancel"])
    def test_what_may_have_happened_is_never_said_again(self, call):
        adapter = Small(said=[Unknown("cut"), NotFound()])
        with pytest.raises(Unknown):
            getattr(adapter, call)(REF)
        assert adapter.tries == 1

    def test_a_question_is_asked_again_whenever_no_answer_came(self):
        adapter = Small(said=[Unknown("cut"), NotFound()])
        assert adapter.query(REF) == NotFound()

    @pytest.mark.parametrize("error", [Closed("night"), Misconfigured("key")])
    def test_what_cannot_help_is_not_tried_again(self, error):
        adapter = Small(said=[error, NotFound()])
        with pytest.raises(type(error)):
            adapter.query(REF)
        assert adapter.tries == 1

    def test_nobody_waits_here_for_longer_than_one_exchange_may_last(self):
        adapter = Small(said=[Retryable("busy", timedelta(minutes=5)), NotFound()])
        with pytest.raises(Retryable) as caught:
            adapter.submit(PREPARED)
        assert adapter.tries == 1
        assert caught.value.after == timedelta(minutes=5)

    @pytest.mark.parametrize("call", ["submit", "query", "cancel"])
    def test_our_own_mistake_counts_as_unknown(self, call):
        adapter = Small(said=[KeyError("张三")] * 3)
        with pytest.raises(Unknown) as caught:
            getattr(adapter, call)(REF)
        assert str(caught.value) == "the adapter failed: KeyError"

    def test_no_answer_to_a_ping_is_bad_health_and_no_exception(self):
        adapter = Small(said=[Unknown("cut"), KeyError("x"), Health(ok=True)])
        assert adapter.health() == Health(ok=False, detail="cut")
        assert not adapter.health().ok
        assert adapter.health().ok

    def test_a_department_that_takes_nothing_back_says_so(self):
        class Stern(Small):
            take_back = AdapterBase.take_back

        assert isinstance(Stern().cancel(REF), Rejected)


class TestSettings:
    @pytest.mark.parametrize(
        ("settings", "name"),
        [
            ({"secret": 1}, "url"),
            ({"url": "http://127.0.0.1:1"}, "secret"),
            ({"url": "ftp://x", "secret": 1}, "url"),
            ({"url": "http://x", "secret": 1, "extra": 2}, "extra"),
            ({"url": "http://x", "secret": "hunter2"}, "secret"),
        ],
    )
    def test_a_wrong_one_is_named_but_its_value_is_not_told(self, settings, name):
        with pytest.raises(Misconfigured, match=name) as caught:
            AdapterBase.__init__(Small.__new__(Small), settings, clock=StandingClock())
        assert "hunter2" not in str(caught.value)


class TestCodes:
    @pytest.mark.parametrize(
        ("code", "verdict"),
        [
            ("0", Verdict.DONE),
            ("30", Verdict.REJECTED),
            ("310", Verdict.CORRECT),
            ("311", Verdict.LOOK_UP),
            ("00", Verdict.UNKNOWN),
            ("", Verdict.UNKNOWN),
            ("3*", Verdict.REJECTED),
        ],
    )
    def test_the_exact_code_wins_then_the_longest_prefix(self, code, verdict):
        assert Small().verdict(code) is verdict

    @pytest.mark.parametrize(
        ("code", "outcome"),
        [
            ("1", Pending(REF, reason="t")),
            ("30", Rejected("30", "t")),
            ("4", NotFound()),
            ("5", Cancelled()),
        ],
    )
    def test_a_plain_code_becomes_its_outcome(self, code, outcome):
        assert Small().plain(code, "t", REF) == outcome

    @pytest.mark.parametrize(
        ("code", "family"),
        [
            ("6", Retryable),
            ("7", Closed),
            ("8", Misconfigured),
            ("311", Unknown),
            ("999", Unknown),
            ("0", Unknown),
        ],
    )
    def test_or_raises_what_must_happen_next(self, code, family):
        with pytest.raises(family):
            Small().plain(code, "t", REF)

    @pytest.mark.parametrize(
        "told",
        [
            {"key": "another"},
            {"number": "N2"},
            {"company": "B"},
            {"key": "ours", "company": "B"},
            {"key": None},
            {"company": ""},
        ],
    )
    def test_what_names_another_is_never_ours(self, told):
        with pytest.raises(Foreign):
            Small().ours(Ref("ours", "N1", {"company": "A"}), **told)

    def test_what_names_us_or_what_we_do_not_know_is_ours(self):
        told = {"key": "ours", "number": "N1", "company": "A"}
        for ref in (Ref("ours", "N1", {"company": "A"}), Ref("ours")):
            assert Small().ours(ref, **told) is None


class TestNeeds:
    @pytest.mark.parametrize(
        ("field", "path"),
        [
            ("company", "company.name.full"),
            ("staff", "staff.members"),
            ("staff.2", "staff.members.2"),
            ("staff.2.cert_no", "staff.members.2.cert.no"),
            ("rep.cert_no", "people.legal_rep.cert.no"),
            ("kinds.1", "tax.tax_kinds.1"),
            ("", ""),
            ("nobody", "nobody"),
        ],
    )
    def test_a_correction_names_the_form_path(self, field, path):
        assert Small().correction(field, "E1", "改") == Correction(path, "E1", "改")

    def test_what_does_not_fit_is_found_at_any_depth(self):
        needs = {
            "company": "甲乙丙丁戊己庚",
            "capital": Decimal(100),
            "start": date(2026, 3, 4),
            "staff": [{"name": "张三"}, {"name": "李𠮷"}],
            "rep": {"name": "王\t五"},
            "kinds": ["增值税", "㼆"],
        }
        found = {item.path: item.message for item in Small().misfits(needs)}
        assert list(found) == [
            "company.name.full",
            "staff.members.1.name",
            "people.legal_rep.name",
            "tax.tax_kinds.1",
        ]
        assert "𠮷" in found["staff.members.1.name"]

    def test_what_fits_to_the_last_byte_passes(self):
        assert Small().misfits({"company": "甲乙丙丁戊己", "staff": [], "rep": {}}) == ()


class TestResult:
    def test_it_comes_in_json_values(self):
        assert Small().result({"receipt": "R1", "day": "2026-03-04"}) == {
            "receipt": "R1",
            "day": "2026-03-04",
        }

    @pytest.mark.parametrize(
        "broken",
        [{}, {"receipt": "R1"}, {"receipt": "R1", "day": "x"},
         {"receipt": "R1", "day": "2026-03-04", "more": "张三"}],
    )  # fmt: skip
    def test_a_breach_of_the_promise_is_unknown(self, broken):
        with pytest.raises(Unknown) as caught:
            Small().result(broken)
        assert "张三" not in str(caught.value)


class TestSessionCache:
    def test_many_threads_sign_in_once(self):
        cache, renewals, got = SessionCache(), [], []
        together = threading.Barrier(8)

        def renew():
            renewals.append(1)
            return f"session {len(renewals)}"

        def work():
            together.wait(5)
            got.append(cache.get(renew))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        assert (len(renewals), got) == (1, ["session 1"] * 8)

    def test_only_the_session_that_failed_is_dropped(self):
        cache = SessionCache()
        cache.get(lambda: "new")
        cache.drop("old")
        assert cache.get(lambda: "newer") == "new"
        cache.drop("new")
        assert cache.get(lambda: "newer") == "newer"
        cache.drop()
        assert cache.get(lambda: "newest") == "newest"

    def test_a_failed_sign_in_is_tried_again_by_the_next(self):
        cache = SessionCache()

        def fail():
            raise Unknown("cut")

        with pytest.raises(Unknown):
            cache.get(fail)
        assert cache.get(lambda: "session") == "session"


def test_the_exchange_is_bound_to_settings_and_manifest():
    with speaking(saying(answer(b"R1"))) as url:
        adapter = Small(url)
        assert adapter.http.exchange("POST", "/x").body == b"R1"
    adapter.said = [Done(REF, {"receipt": "R1"})]
    assert adapter.submit(PREPARED) == Done(REF, {"receipt": "R1"})
