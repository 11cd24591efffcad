"""Answers of one's own: to which requests, how often, what is said; and a wrong file is told with line and place."""

import http.client
import json
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.hall import Hall
from adapters.hall.fault_injection.answers import AnswersError
from adapters.hall.fault_injection.faults import fault
from kaiban.ports import Done, Pending, Retryable, Silent, Unknown
from tests.adapters.hall.offices import Visit

#: What the bank itself says to what is no message.
GARBLED = 400


@pytest.fixture
def hall(tmp_path):
    with Hall(only=("bank", "tax"), manual=True, admin=True) as opened:
        yield opened


def ask(url, method="POST", path="/kh", body=b"x"):
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    with closing(line):
        line.request(method, path, body)
        got = line.getresponse()
        return got.status, dict(got.getheaders()), got.read()


def put(hall, text, kind="application/toml"):
    line = http.client.HTTPConnection(urlsplit(hall.admin_url).netloc, timeout=20)
    with closing(line):
        line.request("PUT", "/hall/answers", text.encode(), {"Content-Type": kind})
        got = line.getresponse()
        return got.status, json.loads(got.read())


def test_status_headers_and_body_are_said_in_the_departments_place_and_nothing_is_done(hall):
    hall.answer("""
        [[answer]]
        department = "bank"
        status = 418
        headers = { X-Own = "yes", Content-Type = "text/plain; charset=gbk" }
        body = "歇业"
        encoding = "gbk"
    """)
    status, headers, body = ask(hall.url("bank"))
    assert (status, headers["X-Own"], body) == (418, "yes", "歇业".encode("gbk"))
    assert headers["Content-Type"] == "text/plain; charset=gbk"
    assert headers["X-Kaiban-Stub"] == "bank"
    with closing(Visit(hall, "bank")) as visit, pytest.raises(Unknown, match="418"):
        visit.submit()
    assert hall.commits() == []
    assert [each.fault for each in hall.stub("bank").store.journal()][-1] == "answer before-parse"


def test_a_json_value_and_a_file_are_bodies_too(hall, tmp_path):
    (tmp_path / "own.bin").write_bytes(b"\x00\xff")
    hall.answer('[[answer]]\ndepartment = "tax"\njson = { code = "歇", n = [1] }\n'
                '[[answer]]\ndepartment = "bank"\nfile = "own.bin"\n', tmp_path)  # fmt: skip
    _, headers, body = ask(hall.url("tax"), path="/x")
    assert (headers["Content-Type"], json.loads(body)) == (
        "application/json",
        {"code": "歇", "n": [1]},
    )
    assert ask(hall.url("bank"))[2] == b"\x00\xff"


@pytest.mark.parametrize(
    ("when", "method", "path", "meant"),
    [('path = "/own/*"', "POST", "/own/x?y=1", True), ('path = "/own/*"', "POST", "/other", False),
     ('path = "/own"', "POST", "/own/x", False),
        ('path = "/own"', "POST", "/own?y=1", True), ('method = "PUT"', "PUT", "/own", True),
     ('method = "PUT"', "POST", "/own", False), ('method = "PUT"\npath = "/a"', "PUT", "/b", False)],
)  # fmt: skip
def test_it_is_meant_for_some_requests_by_method_and_path(hall, when, method, path, meant):
    hall.answer(f'[[answer]]\ndepartment = "bank"\nstatus = 418\n{when}')
    assert (ask(hall.url("bank"), method, path)[0] == 418) is meant


def test_it_is_meant_for_one_department_and_another_goes_on(hall):
    hall.answer('[[answer]]\ndepartment = "tax"\nstatus = 503')
    with closing(Visit(hall, "bank")) as visit:
        assert isinstance(visit.submit(), Pending)
    with closing(Visit(hall, "tax")) as visit, pytest.raises(Silent, match="503"):
        visit.submit()


@pytest.mark.parametrize(("name", "meant"), [("云杉", True), ("^云杉$", False), ("别家", False)])
def test_it_is_meant_for_a_field_of_what_the_message_says(hall, name, meant):
    hall.answer(f'[[answer]]\ndepartment = "bank"\nstatus = 429\nwhere = {{ NAME = "{name}" }}')
    with closing(Visit(hall, "bank")) as visit:
        if meant:
            with pytest.raises(Retryable):
                visit.submit()
        else:
            assert isinstance(visit.submit(), Pending)


def test_so_often_and_no_oftener(hall):
    hall.answer('[[answer]]\ndepartment = "bank"\nstatus = 418\ntimes = 2\n'
                '[[answer]]\ndepartment = "bank"\nstatus = 419\ntimes = 1\n')  # fmt: skip
    assert [ask(hall.url("bank"))[0] for _ in range(4)] == [418, 418, 419, GARBLED]


def test_after_the_work_it_is_an_answer_to_what_has_been_done(hall):
    hall.answer(
        '[[answer]]\ndepartment = "bank"\nop = "KH0001"\nat = "after-commit"\nstatus = 500\n'
    )
    with closing(Visit(hall, "bank")) as visit:
        with pytest.raises(Silent):
            visit.submit()
        assert isinstance(visit.finish(), Done)


def test_a_known_fault_by_its_name(hall):
    hall.answer('[[answer]]\ndepartment = "bank"\nfault = "busy"\nop = "KH0001"\ntimes = 3\n')
    with closing(Visit(hall, "bank")) as visit:
        with pytest.raises(Retryable):
            visit.submit()
        assert isinstance(visit.submit(), Pending)


def test_a_pause_comes_before_it(hall):
    hall.answer('[[answer]]\ndepartment = "bank"\nseconds = 0.3\n')
    waited = []
    stopping = hall.stub("bank").stopping
    wait = stopping.wait
    stopping.wait = lambda seconds: waited.append(seconds) or wait(0)
    ask(hall.url("bank"))
    assert waited == [0.3]


def test_they_go_before_a_scenarios_faults_and_outlive_scenario_and_reset(hall):
    close = fault({"do": "close", "at": "before-parse"})
    hall.stub("bank").mischief.add(close, "a scenario")
    hall.answer('[[answer]]\ndepartment = "bank"\nstatus = 418\ntimes = 2\n')
    assert ask(hall.url("bank"))[0] == 418
    hall.play("bank", "calm")
    assert ask(hall.url("bank"))[0] == 418
    assert ask(hall.url("bank"))[0] == GARBLED
    hall.reset()
    assert ask(hall.url("bank"))[0] == 418


def test_the_api_shows_takes_and_forgets_them(hall):
    status, listed = put(hall, '[[answer]]\ndepartment = "bank"\nstatus = 418\ntimes = 1\n')
    assert (status, [(e["department"], e["fault"]["status"], e["done"]) for e in listed]) == (
        200,
        [("bank", 418, 0)],
    )
    ask(hall.url("bank"))
    _, _, shown = ask(hall.admin_url, "GET", "/hall/answers", None)
    assert [(each["done"], each["over"]) for each in json.loads(shown)] == [(1, True)]
    assert put(hall, "")[1] == []
    put(hall, '[[answer]]\ndepartment = "bank"\nstatus = 418\n')
    line = http.client.HTTPConnection(urlsplit(hall.admin_url).netloc, timeout=20)
    with closing(line):
        line.request("DELETE", "/hall/answers")
        assert line.getresponse().status == 204
    assert ask(hall.url("bank"))[0] == GARBLED


def test_a_wrong_file_is_a_problem_for_the_api_and_the_one_before_stays(hall):
    put(hall, '[[answer]]\ndepartment = "bank"\nstatus = 418\n')
    status, problem = put(hall, '[[answer]]\ndepartment = "bank"\nstatus = 4180\n')
    assert (status, problem["detail"]) == (
        422,
        "line 3: answer 1 status: answer: status is one of 200 to 599",
    )
    assert put(hall, "", "text/plain")[0] == 415
    assert put(hall, '[[answer]]\ndepartment = "bank"\nfile = "/etc/passwd"\n')[0] == 422
    assert ask(hall.url("bank"))[0] == 418


def test_the_example_of_the_guide_is_a_good_file(tmp_path):
    guide = Path("docs/stub-hall.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(\[\[answer\]\].*?)```", guide, re.DOTALL)
    (tmp_path / "odd-answer.bin").write_bytes(b"")
    path = tmp_path / "answers.toml"
    path.write_text(example, encoding="utf-8")
    with Hall(only=("tax", "bank", "seal"), manual=True, answers=path) as hall:
        for _ in range(2):
            with closing(Visit(hall, "tax")) as visit, pytest.raises(Silent, match="503"):
                visit.submit()


WRONG = {
    "[[answer]\n": "line 1",
    'status = 200\n[[answer]]\ndepartment = "bank"\n': "line 1: status: unknown",
    '[answer]\ndepartment = "bank"\n': "line 1: answer: is a list of tables",
    "\n# a remark\n[[answer]]\nstatus = 200\n": "line 3: answer 1 department: department is one",
    '[[answer]]\ndepartment = "nobody"\n': "line 2: answer 1 department: no department is called",
    '[[answer]]\ndepartment = "bank"\nstatos = 1\n': "line 3: answer 1 statos: answer: unknown 'statos'",
    '[[answer]]\ndepartment = "bank"\n\n[[answer]]\ndepartment = "tax"\nbody = """\n[[answer]]\n"""\nstatus = "x"\n':
        "line 9: answer 2 status: answer: status must be of type int",
    '[[answer]]\ndepartment = "bank"\nfault = "fire"\n': "line 3: answer 1 fault: no fault is called",
    '[[answer]]\ndepartment = "bank"\nfault = "session-expired"\n': "line 1: answer 1: bank cannot do",
    '[[answer]]\ndepartment = "bank"\nfault = "close"\nstatus = 500\n': "line 4: answer 1 status: close: unknown",
    '[[answer]]\ndepartment = "bank"\nwhere = { NAME = "(" }\n': "line 3: answer 1 where: answer: where maps",
    '[[answer]]\ndepartment = "bank"\nheaders = { "a b" = "c" }\n': "line 3: answer 1 headers: answer: headers",
    '[[answer]]\ndepartment = "bank"\nheaders = { a = "b\\nc" }\n': "line 3: answer 1 headers: answer: headers",
    '[[answer]]\ndepartment = "bank"\nheaders = { Content-Length = "9" }\n': "line 3: answer 1 headers: answer",
    '[[answer]]\ndepartment = "bank"\nbody = "𠮷"\nencoding = "big5"\n': "line 3: answer 1 body: answer: body cannot",
    '[[answer]]\ndepartment = "bank"\nbody = "a"\njson = {}\n': "line 4: answer 1 json: only one of",
    '[[answer]]\ndepartment = "bank"\njson = { at = 2026-01-01 }\n': "line 3: answer 1 json: json has no dates",
    '[[answer]]\ndepartment = "bank"\nfile = "absent"\n': "line 3: answer 1 file: absent: No such file",
    '[[answer]]\ndepartment = "bank"\nmethod = "post"\n': "line 3: answer 1 method: answer: method is in capitals",
    '[[answer]]\ndepartment = "tax"\nat = "callback"\n': "line 3: answer 1 at: answer: cannot be",
    '[[answer]]\ndepartment = "bank"\nbase64 = "="\n': "line 3: answer 1 base64: answer: base64 is what",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_with_line_and_place(hall, tmp_path, text):
    with pytest.raises(AnswersError) as told:
        hall.answer(text, tmp_path)
    (wrong,) = told.value.wrong
    assert wrong.startswith(WRONG[text]) or WRONG[text] in wrong.splitlines()[0], wrong


def test_all_that_is_wrong_is_told_at_once(hall):
    one, two = "[[answer]]\n", '[[answer]]\ndepartment = "bank"\nnth = -1\n'
    with pytest.raises(AnswersError) as told:
        hall.answer(one + two)
    assert [each.partition(":")[0] for each in told.value.wrong] == ["line 1", "line 4"]


def test_a_department_that_is_installed_and_not_up_is_left_out(hall):
    hall.answer('[[answer]]\ndepartment = "seal"\nstatus = 418\n')
    assert ask(hall.url("bank"))[0] == GARBLED


def run(path):
    code = "from adapters.hall.commands import stubs; stubs()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "up", "--only", "bank", "--port", "0", "--answers", str(path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip


def test_the_command_takes_a_file(tmp_path):
    (tmp_path / "body.txt").write_bytes(b"own")
    path = tmp_path / "answers.toml"
    path.write_text('[[answer]]\ndepartment = "bank"\nfile = "body.txt"\n', encoding="utf-8")
    with run(path) as up:
        try:
            url = next(line for line in up.stdout if line.startswith("url")).split('"')[1]
            assert ask(url)[2] == b"own"
        finally:
            up.terminate()


def test_the_command_says_what_is_wrong_with_it_and_does_not_start(tmp_path):
    path = tmp_path / "answers.toml"
    path.write_text('[[answer]]\ndepartment = "bank"\nstatus = 1\n', encoding="utf-8")
    with run(path) as up:
        _, told = up.communicate(timeout=60)
    assert up.returncode == 2
    assert "line 3: answer 1 status: answer: status is one of 200 to 599" in told
