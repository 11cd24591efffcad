"""What was recorded can be read, hides people, and is what a stub is held against."""

import base64
import json
import subprocess
import sys

import pytest

from adapters.hall import Hall
from adapters.hall.fault_injection.faults import fault
from adapters.hall.recordings.recording import recording
from adapters.hall.recordings.verifying import RecordingError, verify
from kaiban.ports import Done, Unknown
from tests.adapters.hall.offices import OFFICES, Visit


def recorded(folder, name, *faults, **changed):
    """Run one application to its end; return the recording's lines."""
    with Hall(only=(name,), manual=True, seed=3, folder=folder) as hall:
        for each in faults:
            hall.stub(name).mischief.add(fault(each))
        visit = Visit(hall, name, **changed)
        try:
            visit.submit()
        except Unknown:
            hall.advance(minutes=1)
        assert isinstance(visit.finish(), Done)
        visit.close()
        return list(recording(hall))


@pytest.mark.parametrize("name", sorted(OFFICES))
def test_a_stub_agrees_with_its_own_recording(tmp_path, name):
    lines = recorded(tmp_path, name)
    report = verify(lines, tmp_path / "keys")
    assert report.differences == []
    assert report.compared == len(lines) - 1 > 1


@pytest.mark.parametrize("name", sorted(OFFICES))
def test_every_line_has_both_sides_as_bytes_and_as_fields(tmp_path, name):
    head, *lines = (json.loads(line) for line in recorded(tmp_path, name))
    assert head == {
        "recording": 1, "hall": {"seed": 3, "pace": 1, "always_open": False},
    }  # fmt: skip
    for line in lines:
        assert line["department"] == name
        assert line["operation"]
        assert base64.b64decode(line["answered"]["bytes"])
        assert line["answered"]["read"]
    assert [each["case"] for each in lines] == sorted(each["case"] for each in lines)


@pytest.mark.parametrize("name", sorted(OFFICES))
def test_what_is_read_hides_people_and_secrets(tmp_path, name):
    lines = [json.loads(line) for line in recorded(tmp_path, name)[1:]]
    text = json.dumps(
        [(e["asked"]["read"], e["answered"]["read"]) for e in lines], ensure_ascii=False
    )
    for person in ("99010219900307299X", "990102199003070010", "990102199003070011",
                   "990102197106300132", "13900000001", "13800000001", "14000000001",
                   "19900000001", "张三", "林青", "郑安", "王𠮷", "李四"):  # fmt: skip
        assert person not in text, person
    heads = json.dumps([e["asked"]["head"] for e in lines])
    assert "Authorization" not in heads


def test_a_stub_that_speaks_otherwise_is_found_out(tmp_path):
    head, *lines = recorded(tmp_path, "bank")
    other = [json.loads(line) for line in lines]
    raw = base64.b64decode(other[0]["answered"]["bytes"])
    other[0]["answered"]["bytes"] = base64.b64encode(raw[:34] + b"3001" + raw[38:]).decode()
    other[0]["status"] = 201
    report = verify([head, *(json.dumps(each) for each in other)], tmp_path / "keys")
    (found,) = report.differences
    assert (found.department, found.n, found.operation) == ("bank", 1, "KH0001")
    assert "HTTP 200 instead of 201" in found.what
    assert "head.RC is '0000' instead of '3001'" in found.what


def test_a_field_that_is_gone_is_found_out(tmp_path):
    head, *lines = recorded(tmp_path, "social_insurance")
    other = [json.loads(line) for line in lines]
    last = json.loads(base64.b64decode(other[-1]["answered"]["bytes"]))
    last["output"]["greeting"] = "hello"
    other[-1]["answered"]["bytes"] = base64.b64encode(json.dumps(last).encode()).decode()
    report = verify([head, *(json.dumps(each) for each in other)], tmp_path / "keys")
    assert [each.what for each in report.differences] == [("output.greeting is missing",)]


def test_what_was_spoilt_on_purpose_is_not_compared(tmp_path):
    lines = recorded(tmp_path, "bank", {"do": "close", "op": "KH0001", "times": 1})
    report = verify(lines, tmp_path / "keys")
    assert (report.skipped, report.differences) == (1, [])
    assert report.compared == len(lines) - 2


def test_without_the_keys_nothing_agrees(tmp_path):
    lines = recorded(tmp_path, "bank")
    assert verify(lines).differences


@pytest.mark.parametrize(
    "lines",
    [[], ["{}"], ['{"recording":2,"hall":{}}'], ["hello"],
     ['{"recording":1,"hall":{"seed":1,"pace":1,"always_open":false}}', "{}"],
     ['{"recording":1,"hall":{"seed":1,"pace":1,"always_open":false}}', "[]"]],
)  # fmt: skip
def test_what_is_no_recording_is_refused(lines):
    with pytest.raises(RecordingError, match=f"line {max(1, len(lines))}"):
        verify(lines)


def run(*arguments):
    code = "from adapters.hall.commands import stubs; stubs()"
    return subprocess.run(
        [sys.executable, "-c", code, "verify", *map(str, arguments)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command_says_what_differs_and_its_exit_code_whether(tmp_path):
    lines = recorded(tmp_path, "bank")
    good, bad, nothing = (tmp_path / f"{name}.jsonl" for name in ("good", "bad", "nothing"))
    good.write_text("".join(lines), encoding="utf-8")
    bad.write_text(
        "".join(line.replace('"status":200', '"status":201') for line in lines), "utf-8"
    )
    nothing.write_text(lines[0], encoding="utf-8")
    agreed = run("--recording", good, "--folder", tmp_path)
    assert (agreed.returncode, agreed.stdout) == (0, "比对 2 次往来，0 次不同，0 次不比对。\n")
    differed = run("--recording", bad, "--folder", tmp_path)
    assert differed.returncode == 1
    assert "bank 1 KH0001: HTTP 200 instead of 201" in differed.stdout
    assert run("--recording", nothing, "--folder", tmp_path).returncode == 1
    assert (
        run("--recording", tmp_path / "keys" / "bank-mac.key", "--folder", tmp_path).returncode
        == 2
    )
