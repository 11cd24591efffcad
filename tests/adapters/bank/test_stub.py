"""The stub bank refuses what its protocol page does not allow."""

import urllib.error
import urllib.request

import pytest

from adapters.wire.mac import sm3_mac
from tests.adapters.bank.department import Bank

SERIAL = "0" * 19 + "7"


def ask(hall, code, body=b"", *, serial=SERIAL, key=None, length=None):
    """Send a message built here; return (rc, field, raw). Its code comes from another SM3 than the stub's own."""
    key = bytes.fromhex(key or hall.settings("bank")["mac_key"])
    signed = f"{code}{serial}    20260304".encode("ascii") + body
    mac = sm3_mac(key, signed).hex()[:16].upper().encode()
    size = 62 + len(body) if length is None else length
    message = f"{size:08}".encode() + signed[:38] + mac + body
    post = urllib.request.Request(hall.url("bank") + "/kh", data=message, method="POST")
    with urllib.request.urlopen(post) as got:
        raw = got.read()
    return raw[34:38].decode(), raw[62:][377:397].decode().strip(), raw


class TestMessages(Bank):
    @pytest.fixture
    def body(self, adapter):
        return self.prepared(adapter, "main").body

    def test_a_heartbeat_is_answered(self, hall):
        assert ask(hall, "KH9999", serial="0" * 20)[0] == "0000"

    def test_a_code_it_does_not_know_is_a_fault(self, hall):
        assert ask(hall, "KH0009")[:2] == ("1001", "CODE")

    @pytest.mark.parametrize("code", ["KH0002", "KH0003", "KH9999"])
    def test_a_body_where_none_belongs_is_a_fault(self, hall, code):
        assert ask(hall, code, b"extra")[:2] == ("1001", "LENGTH")

    @pytest.mark.parametrize("size", [691, 689, 0])
    def test_a_byte_too_many_or_too_few_is_a_fault(self, hall, body, size):
        assert len(body) == 690
        assert ask(hall, "KH0001", (body + b" ")[:size])[:2] == ("1001", "LENGTH")
        assert hall.commits() == []

    def test_fewer_owners_than_said_are_a_fault(self, hall, body):
        assert ask(hall, "KH0001", body[:-120])[:2] == ("1001", "OWNERS")

    def test_bytes_that_are_not_gbk_are_a_fault(self, hall, body):
        broken = body[:38] + b"\xff" + body[39:]
        assert ask(hall, "KH0001", broken)[:2] == ("1001", "NAME")

    @pytest.mark.parametrize(
        ("at", "value", "field"),
        [
            (404, b"X", "TENURE"),
            (538, b"9", "ACCOUNT_KIND"),
            (541, b"999999999999", "BRANCH"),
            (553, b"20261301", "VISIT_DATE"),
            (20, b" " * 18, "CREDIT_CODE"),
            (0, b"1" * 20, "ORIG_SERIAL"),
        ],
    )
    def test_a_value_outside_its_list_is_a_fault(self, hall, body, at, value, field):
        broken = body[:at] + value + body[at + len(value) :]
        assert ask(hall, "KH0001", broken)[:2] == ("1001", field)

    def test_a_wrong_mac_is_told_without_a_signature(self, hall, body):
        rc, _, raw = ask(hall, "KH0001", body, key="00" * 32)
        assert rc == "1106"
        assert raw[46:62] == b"0" * 16
        assert hall.commits() == []

    def test_a_wrong_length_is_not_even_a_message(self, hall):
        with pytest.raises(urllib.error.HTTPError) as caught:
            ask(hall, "KH9999", length=63)
        with caught.value as error:
            assert error.code == 400

    def test_the_same_serial_with_another_body_is_a_duplicate_too(self, hall, body):
        assert ask(hall, "KH0001", body)[0] != "1102"
        assert ask(hall, "KH0001", body[:-6] + b"005000")[0] == "1102"
