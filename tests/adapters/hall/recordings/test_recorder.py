"""A recording made in between: the line is left alone, others stand in what is written, and stubs agree with it."""

import base64
import hashlib
import http.client
import json
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import fields
from urllib.parse import urlsplit

import pytest

from adapters.hall import Hall, HallContext, RealClock
from adapters.hall.recordings.recorder import Recorder
from adapters.hall.recordings.verifying import verify
from adapters.hall.speech import Speech
from adapters.hall.store import Exchange
from adapters.tls import Trust
from kaiban.ports import Done, Pending, Silent
from tests.adapters.hall.offices import OFFICES, Visit
from tests.servers import answer, saying, speaking

#: Whoever stands in the applications of ``OFFICES``.
PEOPLE = (
    "99010219900307299X", "990102199003070010", "990102199003070011", "990102197106300132", "990102198507150037",
    "13900000001", "13800000001", "14000000001", "19900000001", "0999-8800001", "a@example.com",
    "张三", "林青", "周禾", "吴云", "郑安", "王𠮷", "赵䶮", "李四", "青云路", "示范路", "1990-03-07", "990*************11",
)  # fmt: skip


@contextmanager
def recorded(folder, name, **more):
    """Have a visitor of a department who does not know that there is a recorder; the recording is there afterwards."""
    with Hall(only=(name,), manual=True, seed=3, folder=folder / "hall", **more) as hall:
        keys = folder / "hall" / "keys" if name == "seal" else None
        files = {each.name: hall.settings(name).get(each.name, "") for each in fields(Trust)}
        with Recorder(
            name, hall.url(name), folder / "out", clock=hall.clock, keys=keys, options=hall.options,
            tls=Trust(**files).context(),
        ) as recorder:  # fmt: skip
            visit = Visit(hall, name)
            visit.close()
            settings = hall.settings(name) | {"url": recorder.url}
            visit.adapter = OFFICES[name].adapter_class(settings, clock=RealClock())
            with closing(visit):
                yield visit, recorder


def lines(recorder):
    return recorder.file.read_text(encoding="utf-8").splitlines()


def messages(recorder):
    """Every message in the file, as bytes, with the line it belongs to."""
    for line in map(json.loads, lines(recorder)[1:]):
        for side in ("asked", "answered"):
            yield line, side, base64.b64decode(line[side]["bytes"])


@pytest.mark.parametrize("tls", ["off", "mutual"])
@pytest.mark.parametrize("name", sorted(OFFICES))
def test_an_application_goes_through_and_stubs_agree_with_what_was_written(tmp_path, name, tls):
    with recorded(tmp_path, name, tls=tls) as (visit, recorder):
        assert isinstance(visit.submit(), Pending | Done)
        assert isinstance(visit.finish(), Done)
        heard = len(visit.hall.stub(name).store.journal())
    report = verify(lines(recorder), tmp_path / "out" / "keys")
    assert report.differences == []
    assert report.compared == heard == len(recorder.exchanges) > 1
    assert recorder.left_out == 0


@pytest.mark.parametrize("name", sorted(OFFICES))
def test_nobody_is_in_it(tmp_path, name):
    with recorded(tmp_path, name) as (visit, recorder):
        visit.submit()
        visit.finish()
    # What is enciphered is read by a stub that has the keys.
    with Hall(only=(name,), manual=True, folder=tmp_path / "reading") as hall:
        stub = hall.stub(name)
        read = type(stub)(HallContext(stub.hall.clock, tmp_path / "out" / "keys"))
        texts = [recorder.file.read_text(encoding="utf-8")]
        for each in recorder.exchanges:
            read.speech.adopt(read, each)
        for line, side, raw in messages(recorder):
            texts += [raw.decode("utf-8", "replace"), raw.decode("gb18030", "replace")]
            exchange = Exchange(
                "",
                "",
                line["line"],
                raw,
                raw,
                200,
                line["asked"]["head"],
                line["answered"]["head"],
            )
            reading = getattr(read.speech, side)(read, exchange)
            texts += reading.fields.values()
        read.store.close()
    found = {who for who in PEOPLE if any(who in text for text in texts)}
    assert found == set()


def test_the_same_person_is_the_same_other_in_every_message(tmp_path):
    with recorded(tmp_path, "social_insurance") as (visit, recorder):
        visit.submit()
        visit.finish()
    told = [json.loads(raw) for _, _, raw in messages(recorder)]
    (asked,) = [
        each["input"]["batch"]["emplist"] for each in told if "batch" in each.get("input", {})
    ]
    listed = [
        each["output"]["reglist"][0] for each in told if "reglist" in (each.get("output") or {})
    ]
    enrolled = listed[-1]["emps"]
    assert [each["name"] for each in enrolled] == [each["name"] for each in asked]
    for theirs, ours in zip(enrolled, asked, strict=True):
        assert theirs["cert_mask"] == f"{ours['cert_no'][:3]}{'*' * 13}{ours['cert_no'][-2:]}"
        assert ours["birth"].replace("-", "") == ours["cert_no"][6:14]


def test_a_recording_without_the_new_keys_is_not_agreed_with(tmp_path):
    with recorded(tmp_path, "bank") as (visit, recorder):
        visit.submit()
    assert verify(lines(recorder), tmp_path / "out" / "keys").differences == []
    assert verify(lines(recorder), tmp_path / "hall" / "keys").differences


def test_the_adapters_password_is_not_in_it(tmp_path):
    with recorded(tmp_path, "housing_fund") as (visit, recorder):
        visit.submit()
    heads = [line["asked"]["head"] for line, _, _ in messages(recorder)]
    assert heads
    assert all("Authorization" not in head for head in heads)


def test_a_file_is_another_under_its_own_digest(tmp_path):
    scan = b"\x89PNG\r\n\x1a\n" + b"a face" * 50
    digest = hashlib.sha256(scan).hexdigest()
    with recorded(tmp_path, "registration") as (visit, recorder):
        visit.adapter.enclose(digest, scan)
        visit.submit()
    assert b"a face" not in b"".join(raw for _, _, raw in messages(recorder))
    assert digest not in "".join(lines(recorder))
    report = verify(lines(recorder), tmp_path / "out" / "keys")
    assert (report.compared, report.differences) == (2, [])


def test_bytes_pass_as_they_are_and_redirects_are_not_followed(tmp_path):
    odd = answer(
        b"\x1f\x8b\x00\xff",
        "Content-Encoding: gzip",
        "Location: /x",
        "X-Own: 1",
        status="302 Found",
    )
    with speaking(saying(odd)) as url, Recorder("bank", url, tmp_path) as recorder:
        line = http.client.HTTPConnection(urlsplit(recorder.url).netloc, timeout=20)
        with closing(line):
            line.request("GET", "/a%2Fb?x=%E5%BC%A0&y")
            got = line.getresponse()
            assert got.read() == b"\x1f\x8b\x00\xff"
    shown = got.headers["X-Own"], got.headers["Content-Encoding"]
    assert (got.status, shown) == (302, ("1", "gzip"))
    assert [each.line for each in recorder.exchanges] == ["GET /a%2Fb?x=%E5%BC%A0&y"]


def test_a_department_that_is_not_there_is_a_bad_gateway_and_nothing_is_written(tmp_path):
    with recorded(tmp_path, "bank") as (visit, recorder):
        visit.hall.stop("bank")
        with pytest.raises(Silent):
            visit.submit()
        visit.hall.start("bank")
    assert recorder.exchanges == []
    assert not recorder.file.exists()


class Careless(Speech):
    """Reads who is there and leaves them where they are."""

    def __init__(self, real):
        self._real = real

    def __getattr__(self, name):
        return getattr(self._real, name)

    def asked(self, stub, exchange):
        return self._real.asked(stub, exchange)

    def answered(self, stub, exchange):
        return self._real.answered(stub, exchange)

    def rewritten(self, stub, exchange, change):
        if "KH0002" in exchange.asked.decode("gbk"):
            raise ValueError("a message nobody has thought of")
        return exchange


def test_what_nobody_else_could_be_put_into_is_left_out(tmp_path, monkeypatch):
    with recorded(tmp_path, "bank") as (visit, recorder):
        visit.submit()
        visit.query()
        kind = type(visit.hall.stub("bank"))
        monkeypatch.setattr(kind, "speech", Careless(kind.speech))
    assert (len(recorder.exchanges), recorder.left_out) == (2, 2)
    assert len(lines(recorder)) == 1


def test_nothing_is_on_the_disk_before_others_stand_in_it_and_then_for_us_only(tmp_path):
    with recorded(tmp_path, "bank") as (visit, recorder):
        visit.submit()
        assert not recorder.file.exists()
        assert [
            each
            for each in (tmp_path / "out").rglob("*")
            if each.suffix != ".key" and each.is_file()
        ] == []
    assert recorder.file.stat().st_mode & 0o077 == 0


def command(*arguments):
    code = "from adapters.hall.commands import stubs; stubs()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip


def test_the_command_records_until_it_is_ended_and_verify_agrees(tmp_path):
    out = tmp_path / "bank" / "recordings"
    with Hall(only=("bank",), always_open=True, epoch=RealClock().now(), tls="mutual") as hall:
        told = hall.settings("bank")
        with command(
            "record", "--department", "bank", "--to", hall.url("bank"), "--out", out, "--always-open",
            "--ca-file", told["ca_file"], "--certificate-file", told["certificate_file"],
        ) as record:  # fmt: skip
            url = record.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:")
            with closing(Visit(hall, "bank")) as visit:
                visit.close()
                visit.adapter = OFFICES["bank"].adapter_class(
                    told | {"url": url}, clock=RealClock()
                )
                assert isinstance(visit.submit(), Pending | Done)
            record.send_signal(signal.SIGTERM)
            _, said = record.communicate(timeout=60)
    assert (record.returncode, said) == (
        0, f"录下 1 次往来，0 次因无法换人而未写入：{out / 'bank.jsonl'}\n",
    )  # fmt: skip
    with command("verify", "--recording", out / "bank.jsonl", "--folder", out) as checked:
        agreed, _ = checked.communicate(timeout=60)
    assert (checked.returncode, agreed) == (0, "比对 1 次往来，0 次不同，0 次不比对。\n")


def test_keys_that_are_theirs_lie_beside_it_and_it_says_so(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    with command(
        "record", "--department", "seal", "--to", "http://127.0.0.1:9", "--out", tmp_path / "out",
        "--keys", theirs,
    ) as record:  # fmt: skip
        record.stdout.readline()
        record.send_signal(signal.SIGTERM)
        _, told = record.communicate(timeout=60)
    assert record.returncode == 1, "nothing was said"
    assert f"{tmp_path / 'out' / 'keys'} 中有对方测试系统的密钥" in told


@pytest.mark.parametrize("name", ["nobody", "kaiban"])
def test_a_department_without_a_stub_is_refused(tmp_path, name):
    with command(
        "record", "--department", name, "--to", "http://127.0.0.1:9", "--out", tmp_path
    ) as record:
        _, told = record.communicate(timeout=60)
    assert record.returncode == 2
    assert "no stub is called" in told
